/** A hundred pages in Chromium, and clients that do not read, on one daemon; prints what they cost. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openRawClient } from '../../compat/bench/raw-client.ts';
import { rpcRequest } from '../../compat/bench/rpc.ts';
import { percentile } from '../../compat/bench/statistics.ts';
import type { Daemon, Side } from '../../compat/scenario.ts';
import { call, cpuSeconds, program, residentMb, startWith, test, untilAll } from '../e2e/support.ts';
import { need, needing } from '../needs.ts';
import { BROWSER, badge, openBrowser, serverFor } from './browser.ts';
import { publish, SlowClient } from './slow-client.ts';

const PAGES = 100;
const TABS = 25;
const AT_A_TIME = 5;
const PROGRAMS = 15;
const SLOW_STREAMS = 20;
const SLOW_LOGS = 20;
const BATCHES = 12;
const MEASURE_MS = 15_000;
const MINUTES = 60_000;
/** Of the browser: the daemon is measured. */
const LEAST_PRIORITY = 19;

const isSlow = need(process.env.TEST_SLOW === '1', 'npm test -- --slow');

interface Measured {
  /** Of getState, one call after the other, in milliseconds. */
  readonly p99: number;
  /** Processor time of the daemon, in seconds for a second, without that for these calls. */
  readonly cpu: number;
  readonly megabytes: number;
}

/** What the daemon needs meanwhile, and how long its answers take: a call every ten milliseconds. */
async function measure(side: Side, { pid }: Daemon): Promise<Measured> {
  const client = await openRawClient(side.path('s.sock'));
  const request = rpcRequest('supervisor.getState');
  const latencies: number[] = [];
  const [began, cpuBefore] = [performance.now(), cpuSeconds(pid)];
  while (performance.now() < began + MEASURE_MS) {
    const sent = performance.now();
    await client.call(request);
    latencies.push(performance.now() - sent);
    await delay(10);
  }
  const seconds = (performance.now() - began) / 1000;
  client.close();
  const cpu = (cpuSeconds(pid) - cpuBefore) / seconds;
  return { p99: percentile(latencies, 99), cpu, megabytes: residentMb(pid) };
}

function report(what: string, { p99, cpu, megabytes }: Measured): void {
  const figures = `getState p99 ${p99.toFixed(1)} ms, ${(cpu * 100).toFixed(1)} % cpu, ${megabytes.toFixed(1)} MB`;
  process.stderr.write(`${what}: ${figures}\n`);
}

/**
 * Tabs take less than windows do; a browser has few connections to one name of a server, and 256 for all tabs that share
 * their cookies.
 */
async function openPages(browser: Browser, url: string, errors: string[]): Promise<Page[]> {
  const open = async (context: BrowserContext, number: number): Promise<Page> => {
    const page = await context.newPage();
    page.setDefaultTimeout(5 * MINUTES);
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(url.replace('127.0.0.1', `p${number}.localhost`));
    await page.getByText('Live', { exact: true }).waitFor();
    return page;
  };
  const pages: Page[] = [];
  while (pages.length < PAGES) {
    const context = await browser.newContext();
    for (let opened = 0; opened < TABS; opened += AT_A_TIME) {
      const some = Array.from({ length: AT_A_TIME }, (_, index) => open(context, opened + index));
      pages.push(...(await Promise.all(some)));
    }
  }
  return pages;
}

needing(test, BROWSER, isSlow)(
  'a hundred pages are shown a change, cost little each, and delay no other client',
  { timeout: 20 * MINUTES },
  async ({ side }) => {
    const { section, url } = await serverFor();
    side.writeFile('web.log', 'a line of the log\n'.repeat(1_000_000));
    const sleeps = { command: '/bin/sleep 1000', startsecs: 0 };
    const web = program('web', {
      ...sleeps,
      stdout_logfile: side.path('web.log'),
      stdout_logfile_maxbytes: 0,
    });
    const others = Array.from({ length: PROGRAMS - 2 }, (_, index) => program(`p${index}`, sleeps));
    const restless = program('restless', { ...sleeps, command: '/bin/sleep 5', autorestart: 'true' });
    const daemon = await startWith(side, section + web + restless + others.join(''));
    await untilAll(side, 'RUNNING');
    const alone = await measure(side, daemon);
    report('no page', alone);

    const browser = await openBrowser(
      ['--renderer-process-limit=4', '--disable-site-isolation-trials'],
      LEAST_PRIORITY,
    );
    try {
      const errors: string[] = [];
      const pages = await openPages(browser, url, errors);
      const crowded = await measure(side, daemon);
      report(`${PAGES} pages`, crowded);
      expect(crowded.megabytes - alone.megabytes).toBeLessThan(60);
      expect(crowded.cpu).toBeLessThan(0.5);

      const slow = Array.from({ length: SLOW_STREAMS }, () => new SlowClient(side, '/api/events'));
      const logs = Array.from({ length: SLOW_LOGS }, () => new SlowClient(side, '/api/logs/web:web/stdout'));
      await side.waitFor('slow clients have an answer', () =>
        [...slow, ...logs].every(({ isAnswered }) => isAnswered),
      );
      for (let batch = 1; batch <= BATCHES; batch += 1) await publish(side, `batch-${batch}`);
      const besideSlow = await measure(side, daemon);
      report(`${PAGES} pages and ${SLOW_STREAMS + SLOW_LOGS} slow clients`, besideSlow);
      // Events of 3 MB for each stream, and a log of 18 MB for each other one.
      expect(besideSlow.megabytes - crowded.megabytes).toBeLessThan(60);
      for (const stream of slow) stream.read();
      const last = `batch-${BATCHES}"`;
      await side.waitFor('slow clients have all events, or the reason why not', () =>
        slow.every(({ text }) => text.includes('event: dropped') || text.includes(last)),
      );
      await side.logged('disconnected: The client is more than 1000 events');

      await call(side, 'stopProcess', 'web');
      for (const page of pages) await badge(page, 'web:web', 'Stopped').waitFor();
      for (const { socket } of [...slow, ...logs]) socket.destroy();
      expect(errors).toEqual([]);
      // The machine is shared with the browser; a daemon that is held up by its pages needs many times as long.
      expect(Math.max(crowded.p99, besideSlow.p99)).toBeLessThan(10 * alone.p99 + 100);
    } finally {
      await browser.close();
    }
  },
);
