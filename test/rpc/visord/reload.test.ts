import { expect, test } from 'vitest';
import { caller } from '../call.ts';
import { FakeSupervisor, group, processConfig } from '../fakes.ts';

const OK = { status: 80, description: 'OK' };

function programs() {
  const supervisor = new FakeSupervisor([
    group('g', [processConfig('a', { reloadSignal: 10 }), processConfig('b')]),
    group('p', [processConfig('p', { reloadSignal: 1 })]),
    group('plain', [processConfig('plain')]),
  ]);
  return { call: caller(supervisor), process: supervisor.process.bind(supervisor) };
}

test('a running process gets its reload_signal', async () => {
  const { call, process } = programs();
  process('a', 'g').become('RUNNING');
  expect(await call('visord.reloadProcess', 'g:a')).toBe(true);
  expect(process('a', 'g').signals).toEqual([10]);
});

test('a process that is not RUNNING may not catch the signal yet, or not any more', async () => {
  const { call, process } = programs();
  for (const state of ['STOPPED', 'STARTING', 'STOPPING', 'BACKOFF'] as const) {
    process('p').become(state);
    expect(await call('visord.reloadProcess', 'p')).toBe('70 NOT_RUNNING: p');
  }
  expect(process('p').signals).toEqual([]);
});

test('of a group and of all, those without a reload_signal are left out', async () => {
  const { call, process } = programs();
  process('a', 'g').become('RUNNING');
  process('b', 'g').become('RUNNING');
  process('plain').become('RUNNING');
  const done = [{ name: 'a', group: 'g', ...OK }];
  expect(await call('visord.reloadProcess', 'g:*')).toEqual(done);
  expect(await call('visord.reloadAllProcesses')).toEqual(done);
  expect([process('b', 'g').signals, process('plain').signals]).toEqual([[], []]);
});

test('where there is no reload_signal at all, the call fails', async () => {
  const { call } = programs();
  expect(await call('visord.reloadProcess', 'plain')).toBe('30 FAILED: plain has no reload_signal');
  expect(await call('visord.reloadProcess', 'plain:*')).toBe('30 FAILED: plain:* has no reload_signal');
  expect(await caller(new FakeSupervisor([]))('visord.reloadAllProcesses')).toBe(
    '30 FAILED: no program has a reload_signal',
  );
  expect(await call('visord.reloadProcess', 'x')).toBe('10 BAD_NAME: x');
});
