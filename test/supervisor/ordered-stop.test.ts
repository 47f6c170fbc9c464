import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Group } from '../../src/process/group.ts';
import { stopInOrder } from '../../src/supervisor/ordered-stop.ts';
import { FakeLog, FakeProcess, processConfig } from '../rpc/fakes.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A group whose one process stops when the test stops it. */
function fakeGroup(name: string, asked: string[]): { readonly group: Group; readonly process: FakeProcess } {
  const process = new FakeProcess(name, processConfig(name));
  process.state = 'RUNNING';
  const unstopped = () => (process.state === 'STOPPED' ? [] : [process]);
  const stopAll = () => {
    if (process.state === 'RUNNING') {
      asked.push(name);
      process.become('STOPPING');
    }
  };
  return { group: { name, stopAll, unstopped } as unknown as Group, process };
}

function stop(names: readonly string[]) {
  const asked: string[] = [];
  const log = new FakeLog();
  const fakes = names.map((name) => fakeGroup(name, asked));
  const listeners = new Set<() => void>();
  const state = { stopped: 0 };
  stopInOrder({
    groups: fakes.map(({ group }) => group),
    log,
    mayStop: null,
    onProcessChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onStopped: () => {
      state.stopped += 1;
    },
  });
  const finish = async (name: string) => {
    fakes.find(({ group }) => group.name === name)?.process.become('STOPPED');
    for (const listener of listeners) listener();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { asked, log, state, finish, listeners };
}

test('a group is asked to stop when those of higher priority have stopped', async () => {
  const { asked, state, finish, listeners } = stop(['low', 'middle', 'high']);
  expect(asked).toEqual(['high']);
  await finish('high');
  expect(asked).toEqual(['high', 'middle']);
  await finish('middle');
  expect([asked, state.stopped]).toEqual([['high', 'middle', 'low'], 0]);
  await finish('low');
  expect([state.stopped, listeners.size]).toEqual([1, 0]);
});

test('without anything to stop the end comes at once, and nothing is reported', async () => {
  const { state, log } = stop([]);
  expect(state.stopped).toBe(1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect([state.stopped, log.lines]).toEqual([1, []]);
});

test('the processes that a shutdown waits for are logged at once and every three seconds, until the end', async () => {
  const { log, finish } = stop(['a', 'b']);
  const reports = () => log.lines.filter((line) => line.startsWith('info: waiting for'));
  expect(reports()).toEqual(['info: waiting for a, b to die']);
  await vi.advanceTimersByTimeAsync(2900);
  expect(reports()).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(200);
  expect(reports()).toHaveLength(2);
  await finish('b');
  await vi.advanceTimersByTimeAsync(3000);
  expect(reports().at(-1)).toBe('info: waiting for a to die');
  await finish('a');
  const before = reports().length;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reports()).toHaveLength(before);
});
