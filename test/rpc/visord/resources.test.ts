import { expect, test } from 'vitest';
import { procStat } from '../../../src/io/proc-stat.ts';
import { caller } from '../call.ts';
import { FakeSupervisor, group, processConfig } from '../fakes.ts';

function programs() {
  const supervisor = new FakeSupervisor([
    group('g', [processConfig('a'), processConfig('b')]),
    group('p', [processConfig('p')]),
  ]);
  return { call: caller(supervisor), process: supervisor.process.bind(supervisor) };
}

const NOTHING = {
  pid: 0,
  processes: 0,
  cpu_seconds: { value: 0 },
  resident_bytes: { value: 0 },
  restarts: 0,
};

test('the resources of all processes, of a group, and of one', async () => {
  const { call, process: find } = programs();
  find('b', 'g').become('RUNNING', { pid: process.pid });
  find('b', 'g').startTicks = procStat(process.pid)?.startTicks ?? null;
  find('b', 'g').restarts = 3;
  const a = { group: 'g', name: 'a', ...NOTHING };
  const b = { group: 'g', name: 'b', pid: process.pid, restarts: 3 };
  const p = { group: 'p', name: 'p', ...NOTHING };
  expect(await call('visord.getResources')).toMatchObject([a, b, p]);
  expect(await call('visord.getResources', 'g:*')).toMatchObject([a, b]);
  expect(await call('visord.getResources', 'p')).toEqual([p]);
  expect(await call('visord.getResources', 'x')).toBe('10 BAD_NAME: x');
});

test('of all processes are read once for those that ask at the same time, and again after a start', async () => {
  const { call, process: find } = programs();
  const [first, second] = await Promise.all([call('visord.getResources'), call('visord.getResources')]);
  expect(second).toBe(first);
  find('p', 'p').become('RUNNING', { pid: process.pid });
  find('p', 'p').startTicks = procStat(process.pid)?.startTicks ?? null;
  expect(await call('visord.getResources')).toMatchObject([{}, {}, { name: 'p', pid: process.pid }]);
  find('p', 'p').restarts = 1;
  expect(await call('visord.getResources')).toMatchObject([{}, {}, { name: 'p', restarts: 1 }]);
});
