import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { procStat, procStatIfKnown, zombieStatus } from '../../src/io/proc-stat.ts';
import { getrlimit, setrlimit } from '../../src/native/posix.ts';
import { child, end, neglected } from '../process/orphans.ts';
import { test, until } from '../process/support.ts';

test.for(['plain', 'two words', 'a) Z 1 1 (b', '))) ((', 'line\nbreak'])(
  'a process is identified by its pid and its start, whatever its name: %j',
  async (name, { folder }) => {
    const program = join(folder, name);
    copyFileSync('/bin/sleep', program);
    const [first, second] = [child([], program), child([], program)];
    const [pid = 0, other = 0] = [first.pid, second.pid];
    const stat = procStat(pid);
    expect(stat).toMatchObject({ parent: process.pid, group: pid, isZombie: false });
    const own = procStat(process.pid)?.startTicks ?? 0;
    expect(stat?.startTicks).toBeGreaterThan(own);
    expect(procStat(pid)).toEqual(stat);
    expect(procStat(other)?.startTicks).toBeGreaterThanOrEqual(stat?.startTicks ?? 0);
    await end(first);
    await end(second);
    expect(procStat(pid)).toBe(null);
  },
);

test('a process that has ended and that its parent has not reaped is a zombie', async ({ folder }) => {
  const process = await neglected(folder);
  expect(procStat(process.pid)).toMatchObject({ parent: process.parent.pid, isZombie: false });
  expect(zombieStatus(process.pid)).toBe(null);
  process.exit(7);
  await until('it has ended', () => procStat(process.pid)?.isZombie === true);
  expect(zombieStatus(process.pid)).toBe(7 << 8);
  await end(process.parent);
});

test('a process that cannot be read for want of descriptors has not ended', () => {
  const limit = getrlimit('nofile');
  setrlimit('nofile', 3, limit.hard);
  try {
    expect(() => procStat(process.pid)).toThrow('EMFILE');
    expect(procStatIfKnown(process.pid)).toBe(null);
  } finally {
    setrlimit('nofile', limit.soft, limit.hard);
  }
});

test('a pid without a process is null', () => {
  expect([procStat(0x3fffffff), zombieStatus(0x3fffffff)]).toEqual([null, null]);
});
