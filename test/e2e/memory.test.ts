import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Side } from '../../compat/scenario.ts';
import { call, infoOf, program, startWith, test, untilState } from './support.ts';

/** A daemon that has just started has 34 MB of Node.js in memory; it uses 6 to 15 again and again. */
const MOST_MAPPED_BYTES = 24 << 20;

const mappedBytes = (pid: number) =>
  1024 * Number(/^RssFile:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

const untilGivenBack = (side: Side, pid: number) =>
  side.waitFor('the pages of Node.js are given back', () => mappedBytes(pid) < MOST_MAPPED_BYTES);

test('an idle daemon gives back the pages of Node.js that its start has touched, and goes on as before', async ({
  side,
}) => {
  const daemon = await startWith(side, program('stays', { command: '/bin/sleep 1000', startsecs: 1 }));
  await untilGivenBack(side, daemon.pid);

  expect(await call(side, 'getState')).toMatchObject({ statename: 'RUNNING' });
  const { pid } = await untilState(side, 'stays', 'RUNNING');
  process.kill(pid, 'SIGKILL');
  await side.waitFor('it is started again', async () => {
    const info = await infoOf(side, 'stays');
    return info.statename === 'RUNNING' && info.pid !== pid;
  });
  await daemon.stop();
});
