import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { procStat } from '../../src/io/proc-stat.ts';
import { readProcessTable } from '../../src/io/process-table.ts';

/** A line of /proc/PID/stat: fields from the third of proc(5) on, all others are 0. */
function statLine(pid: number, name: string, fields: Readonly<Record<number, number | string>>): string {
  const values = Array.from({ length: 50 }, (_, index) => fields[index + 3] ?? 0);
  return `${pid} (${name}) ${values.join(' ')}\n`;
}

test('a table has every process with its place, its start and its memory', () => {
  const proc = mkdtempSync(join(tmpdir(), 'visord-proc-'));
  const add = (pid: number, text: string) => {
    mkdirSync(join(proc, String(pid)));
    writeFileSync(join(proc, String(pid), 'stat'), text);
  };
  add(
    7,
    statLine(7, 'a) b (c', { 3: 'S', 4: 1, 5: 7, 6: 3, 14: 1, 15: 2, 16: 30, 17: 40, 22: 1234, 24: 55 }),
  );
  add(8, statLine(8, 'gone', { 3: 'Z', 4: 7, 5: 7, 6: 3, 22: 1300 }));
  // It has ended since the folder was read.
  mkdirSync(join(proc, '9'));
  mkdirSync(join(proc, 'sys'));
  const place = { group: 7, session: 3 };
  expect(readProcessTable(proc)).toEqual([
    { pid: 7, parent: 1, ...place, startTicks: 1234, isZombie: false, residentPages: 55, cpuTicks: 73 },
    { pid: 8, parent: 7, ...place, startTicks: 1300, isZombie: true, residentPages: 0, cpuTicks: 0 },
  ]);
  rmSync(proc, { recursive: true });
});

test('this process is in the table of this machine', () => {
  const own = readProcessTable().find(({ pid }) => pid === process.pid);
  expect(own).toMatchObject({ parent: process.ppid, startTicks: procStat(process.pid)?.startTicks });
  expect(own?.residentPages).toBeGreaterThan(1000);
});
