import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { Side } from '../../compat/scenario.ts';
import { call, program, startWith, test, untilAll } from '../e2e/support.ts';
import { need, needing } from '../needs.ts';
import { badge, hasBrowser, openBrowser, openPage, serverFor } from './browser.ts';

/** A client that does not read at first. Over a unix socket: the kernel holds some 200 KB for it, and not megabytes. */
class SlowClient {
  readonly socket: Socket;
  text = '';

  constructor(side: Side, path: string) {
    this.socket = connect(side.path('s.sock'));
    this.socket.setEncoding('utf8');
    this.socket.on('error', () => {});
    this.socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  }

  /** Reads all; of what it reads only the end is kept. */
  read(): this {
    this.socket.on('data', (text: string) => {
      this.text = (this.text + text).slice(-4096);
    });
    return this;
  }
}

function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/** Publishes events of 1 KB, many with each request. */
async function publish(side: Side, count: number, name: string): Promise<void> {
  const one = { methodName: 'supervisor.sendRemoteCommEvent', params: [name, 'x'.repeat(1000)] };
  for (let sent = 0; sent < count; sent += 500) {
    await side.rpc('system.multicall', [Array.from({ length: 500 }, () => one)]);
  }
}

needing(describe, need(hasBrowser, 'install chromium'))('a hundred open pages', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  test('with slow readers among them take a bounded part of the memory, and delay no other client', async ({
    side,
  }) => {
    const { section, url } = await serverFor();
    side.writeFile('web.log', 'a line of the log\n'.repeat(1_000_000));
    const web = { command: '/bin/sleep 1000', startsecs: 0, stdout_logfile: side.path('web.log') };
    const unlimited = { stdout_logfile_maxbytes: 0 };
    const daemon = await startWith(side, section + program('web', { ...web, ...unlimited }));
    await untilAll(side, 'RUNNING');
    const errors: string[] = [];
    const page = await openPage(browser, url, errors);
    const streams = Array.from({ length: 100 }, () => new SlowClient(side, '/api/events'));
    const quick = streams.slice(0, 50).map((stream) => stream.read());
    const slow = streams.slice(50);
    const logs = Array.from({ length: 20 }, () => new SlowClient(side, '/api/logs/web:web/stdout'));
    await side.waitFor('the streams are open', () => quick.every(({ text }) => text.includes('id: ')));

    const before = residentMegabytes(daemon.pid);
    await publish(side, 2000, 'many');
    await publish(side, 500, 'last');
    await side.waitFor('the events are read', () => quick.every(({ text }) => text.includes('last')));
    // Events of 2.5 MB for 100 clients, and logs of 18 MB for 20.
    expect(residentMegabytes(daemon.pid) - before).toBeLessThan(120);

    for (const stream of slow) stream.read();
    await side.waitFor('slow readers have all events, or the reason why not', () =>
      slow.every(({ text }) => text.includes('event: dropped') || text.includes('last')),
    );
    await side.logged('disconnected: The client is more than 1000 events');
    expect(slow.some(({ text }) => text.includes('event: dropped'))).toBe(true);
    for (const log of logs) log.socket.destroy();

    // The page has gone on meanwhile.
    await call(side, 'stopProcess', 'web');
    await badge(page, 'web:web', 'Stopped').waitFor();
    for (const stream of streams) stream.socket.destroy();
    expect(errors).toEqual([]);
  });
});
