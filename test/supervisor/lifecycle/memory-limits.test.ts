import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Group } from '../../../src/process/group.ts';
import { MemoryLimits } from '../../../src/supervisor/lifecycle/memory-limits.ts';
import { processConfig } from '../../rpc/fakes.ts';

/** A group with one process, as far as its memory matters. */
function group(memoryRestart: number | null): Group {
  const config = processConfig('p');
  const process = {
    config: { ...config, resources: { ...config.resources, memoryRestart } },
    state: 'STOPPED',
  };
  return { processes: new Map([['p', process]]) } as unknown as Group;
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('there is one timer for all programs with a limit, and none without such a program', async () => {
  const groups = new Map([['a', group(null)]]);
  const limits = new MemoryLimits({ groups, config: { daemon: { memoryCheckSeconds: 15 } } });
  limits.groupsChanged();
  expect(vi.getTimerCount()).toBe(0);
  groups.set('b', group(1000));
  limits.groupsChanged();
  groups.set('c', group(1000));
  limits.groupsChanged();
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(vi.getTimerCount()).toBe(1);
  groups.delete('b');
  groups.delete('c');
  limits.groupsChanged();
  expect(vi.getTimerCount()).toBe(0);
  groups.set('b', group(1000));
  limits.groupsChanged();
  limits.close();
  expect(vi.getTimerCount()).toBe(0);
});
