import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { procStat } from '../../../src/io/proc-stat.ts';
import { usageOf } from '../../../src/process/usage/usage.ts';

const self = {
  pid: process.pid,
  startTicks: procStat(process.pid)?.startTicks ?? null,
  cgroup: null,
};

test('the usage of this process is that of /proc, however many ask at the same time', async () => {
  const answers = await Promise.all([usageOf([self]), usageOf([self, self]), usageOf([self])]);
  for (const usage of answers.flat()) {
    expect(usage.processes).toBeGreaterThanOrEqual(1);
    expect(usage.residentBytes).toBeGreaterThan(10_000_000);
    expect(usage.cpuSeconds).toBeGreaterThan(0);
  }
  expect(answers.map(({ length }) => length)).toEqual([1, 2, 1]);
});

test('without a process there is no usage', async () => {
  const nothing = { residentBytes: 0, cpuSeconds: 0, processes: 0 };
  expect(await usageOf([])).toEqual([]);
  expect(await usageOf([{ pid: 0, startTicks: null, cgroup: null }])).toEqual([nothing]);
  expect(await usageOf([{ pid: self.pid, startTicks: 1, cgroup: null }])).toEqual([nothing]);
});

test('a cgroup that the kernel counts has figures of its own', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'visord-cgroup-'));
  const file = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  file('memory.current', '5000000\n');
  file('memory.stat', 'anon 4000000\n');
  expect(await usageOf([{ ...self, cgroup: folder }])).not.toMatchObject([{ residentBytes: 5_000_000 }]);
  file('cpu.stat', 'usage_usec 2500000\n');
  file('cgroup.procs', '7\n8\n');
  expect(await usageOf([{ ...self, cgroup: folder }])).toEqual([
    { residentBytes: 5_000_000, cpuSeconds: 2.5, processes: 2 },
  ]);
  rmSync(folder, { recursive: true });
});
