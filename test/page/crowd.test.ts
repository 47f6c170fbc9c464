import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { call, program, residentMb, startWith, test, untilAll } from '../e2e/support.ts';
import { needing } from '../needs.ts';
import { BROWSER, badge, openBrowser, openPage, serverFor } from './browser.ts';
import { publish, SlowClient } from './slow-client.ts';

const BATCHES = 12;
const LAST = `batch-${BATCHES}`;

needing(describe, BROWSER)('a hundred open pages', () => {
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
    await side.waitFor('all clients have an answer', () =>
      [...streams, ...logs].every(({ isAnswered }) => isAnswered),
    );

    const before = residentMb(daemon.pid);
    for (let batch = 1; batch <= BATCHES; batch += 1) {
      await publish(side, `batch-${batch}`);
      await side.waitFor('the events are read', () =>
        quick.every(({ text }) => text.includes(`batch-${batch}"`)),
      );
    }
    // Events of 3 MB for 100 clients, and logs of 18 MB for 20.
    expect(residentMb(daemon.pid) - before).toBeLessThan(120);

    for (const stream of slow) stream.read();
    await side.waitFor('slow readers have all events, or the reason why not', () =>
      slow.every(({ text }) => text.includes('event: dropped') || text.includes(`${LAST}"`)),
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
