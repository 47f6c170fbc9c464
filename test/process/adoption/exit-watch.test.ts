import { closeSync, openSync } from 'node:fs';
import { release } from 'node:os';
import { afterEach, expect, vi } from 'vitest';
import type { IoLoop } from '../../../src/io/io-loop.ts';
import { getrlimit, setrlimit } from '../../../src/native/posix.ts';
import { UNKNOWN_STATUS, watchExit } from '../../../src/process/adoption/exit-watch.ts';
import type { WaitStatus } from '../../../src/process/machine/wait-status.ts';
import { attended, end, endOrphan, neglected, type Obedient, orphan } from '../orphans.ts';
import { openDescriptors, test, until } from '../support.ts';

/** Since Linux 6.15 the kernel reports an exit status to others than the parent. */
const [major = 0, minor = 0] = release().split('.').map(Number);
const isTold = major > 6 || (major === 6 && minor >= 15);

/** The order to exit, which its reader may not have opened yet. */
const KEPT_OPEN = 1;

afterEach(() => {
  vi.useRealTimers();
});

interface Watch {
  readonly statuses: WaitStatus[];
  readonly cancel: () => void;
}

function watch(io: IoLoop, { pid }: Pick<Obedient, 'pid'>, isThere = () => true): Watch {
  const statuses: WaitStatus[] = [];
  const cancel = watchExit({ pid, io, isThere, onExit: (status) => statuses.push(status) });
  return { statuses, cancel };
}

/** The descriptor of a process is opened in the turn after the call. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('the exit of a process that is not our child is reported once, with its status where the kernel has it', async ({
  folder,
  io,
}) => {
  const before = openDescriptors();
  const program = await attended(folder);
  const { statuses } = watch(io, program);
  await nextTurn();
  program.exit(3);
  await until('its end', () => statuses.length > 0);
  expect(statuses).toEqual([isTold ? { exitStatus: 3, text: 'exit status 3' } : UNKNOWN_STATUS]);
  await end(program.parent);
  await until('all is closed', () => openDescriptors() <= before + KEPT_OPEN);
});

test('an end by a signal is reported as one', async ({ folder, io }) => {
  const victim = await attended(folder);
  const { statuses } = watch(io, victim);
  await nextTurn();
  process.kill(victim.pid, 'SIGKILL');
  await until('its end', () => statuses.length > 0);
  expect(statuses).toEqual([
    isTold ? { exitStatus: -1, signal: 9, text: 'terminated by SIGKILL' } : UNKNOWN_STATUS,
  ]);
  await end(victim.parent);
});

test('a watch that was cancelled reports nothing, and its descriptor is closed', async ({ folder, io }) => {
  const before = openDescriptors();
  const process = orphan(folder);
  const cancelled = watch(io, process);
  await nextTurn();
  cancelled.cancel();
  expect(openDescriptors()).toBe(before);
  const other = watch(io, process);
  await endOrphan(process);
  await until('the other is reported', () => other.statuses.length === 1);
  expect(cancelled.statuses).toEqual([]);
  expect(openDescriptors()).toBe(before);
});

test('a parent that does not reap is not waited for', async ({ folder, io }) => {
  const process = await neglected(folder);
  const { statuses } = watch(io, process);
  await nextTurn();
  process.exit(3);
  await until('its end', () => statuses.length > 0);
  expect(statuses).toEqual([{ exitStatus: 3, text: 'exit status 3' }]);
  await end(process.parent);
});

/** No process has this pid: the kernel has no descriptor of it. */
const ABSENT = { pid: 0x3fffffff };

test('without a descriptor of it a process is looked for until it is not there', ({ io }) => {
  vi.useFakeTimers();
  let isThere = true;
  const { statuses } = watch(io, ABSENT, () => isThere);
  vi.advanceTimersByTime(60_000);
  expect(statuses).toEqual([]);
  isThere = false;
  vi.advanceTimersByTime(60_000);
  expect([statuses, vi.getTimerCount()]).toEqual([[UNKNOWN_STATUS], 0]);
});

test('where few descriptors are left, processes are looked for, and no descriptor is used', async ({
  folder,
  io,
}) => {
  const program = orphan(folder);
  const limit = getrlimit('nofile');
  const before = openDescriptors();
  const lowestFree = openSync('/', 'r');
  closeSync(lowestFree);
  let isThere = true;
  setrlimit('nofile', lowestFree + 2, limit.hard);
  try {
    const { statuses } = watch(io, program, () => isThere);
    await nextTurn();
    setrlimit('nofile', limit.soft, limit.hard);
    expect(openDescriptors()).toBe(before);
    isThere = false;
    await until('its end', () => statuses.length === 1);
  } finally {
    setrlimit('nofile', limit.soft, limit.hard);
    await endOrphan(program);
  }
});

test('a process that has ended before it is watched is reported', async ({ io }) => {
  const { statuses } = watch(io, ABSENT, () => false);
  expect(statuses).toEqual([]);
  await until('its end', () => statuses.length === 1);
});

test('a search that is cancelled is over', ({ io }) => {
  vi.useFakeTimers();
  const { statuses, cancel } = watch(io, ABSENT, () => false);
  cancel();
  vi.advanceTimersByTime(60_000);
  expect([statuses, vi.getTimerCount()]).toEqual([[], 0]);
});
