import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { procStat } from '../../../src/io/proc-stat.ts';
import { isProgramOf } from '../../../src/process/adoption/evidence.ts';
import { findProcess } from '../../../src/process/adoption/find-process.ts';
import type { ProcessRecord } from '../../../src/process/adoption/process-record.ts';
import { INITIAL_MACHINE, type ProcessState } from '../../../src/process/machine/machine.ts';
import { makeFifo } from '../../fifos.ts';
import { processConfig } from '../../rpc/fakes.ts';
import { child, end, endOrphan, orphan } from '../orphans.ts';
import { test } from '../support.ts';

function recordOf(pid: number, changes: Partial<ProcessRecord> = {}): ProcessRecord {
  return {
    groupName: 'g',
    config: processConfig('p', { command: '/bin/sleep 1000' }),
    machine: { ...INITIAL_MACHINE, state: { name: 'RUNNING', pid } },
    startTicks: procStat(pid)?.startTicks ?? null,
    base: null,
    autoLogs: { stdout: null, stderr: null },
    ...changes,
  };
}

/** A program that another daemon has started, for the time of the action. */
async function withProgram(made: ChildProcess, act: (pid: number) => void): Promise<void> {
  try {
    act(made.pid ?? 0);
  } finally {
    await end(made);
  }
}

test('a process that runs the command as the user is the program of the record', async () => {
  await withProgram(child(), (pid) => {
    expect(isProgramOf(recordOf(pid), pid)).toBe(true);
    const other = (changes: object) => recordOf(pid, { config: { ...recordOf(pid).config, ...changes } });
    expect(isProgramOf(other({ command: '/bin/sleep 1001' }), pid)).toBe(false);
    expect(isProgramOf(other({ command: '/bin/cat' }), pid)).toBe(false);
    expect(isProgramOf(other({ command: '"unclosed' }), pid)).toBe(false);
    expect(isProgramOf(other({ uid: 54_321 }), pid)).toBe(false);
    // Without the start time the pid may be that of any process with this command.
    expect(isProgramOf(recordOf(pid, { startTicks: null }), pid)).toBe(false);
  });
});

test('a script runs its command, with its interpreter before it', async () => {
  // A shell that has no child, which would go on after it.
  const script = spawn('/bin/sh', ['-c', 'read line'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  await withProgram(script, (pid) => {
    const record = recordOf(pid, { config: processConfig('p', { command: "-c 'read line'" }) });
    expect(isProgramOf(record, pid)).toBe(true);
  });
});

test('a process that has become another program is known by its channels', async ({ folder }) => {
  const base = join(folder, 'g:p');
  makeFifo(`${base}.stderr`);
  const fd = openSync(`${base}.stderr`, constants.O_RDWR);
  const program = child(['ignore', fd]);
  closeSync(fd);
  await withProgram(program, (pid) => {
    const config = processConfig('p', { command: '/bin/cat' });
    expect(isProgramOf(recordOf(pid, { config, base, startTicks: null }), pid)).toBe(true);
    expect(isProgramOf(recordOf(pid, { config, base: join(folder, 'g:other') }), pid)).toBe(false);
  });
});

test('a process that has become another program is known by its environment', async ({ folder }) => {
  const program = orphan(folder);
  const config = processConfig('p', { command: '/bin/cat' });
  expect(isProgramOf(recordOf(program.pid, { config }), program.pid)).toBe(true);
  expect(isProgramOf(recordOf(program.pid, { config, groupName: 'other' }), program.pid)).toBe(false);
  expect(isProgramOf(recordOf(program.pid, { config: processConfig('other') }), program.pid)).toBe(false);
  await endOrphan(program);
});

test('a process that only has the pid and the start time of a record is reported, and not found', async ({
  folder,
}) => {
  const stranger = orphan(folder);
  const record = recordOf(stranger.pid, { groupName: 'other' });
  expect(findProcess(record)).toEqual({ pid: 0, strangerPid: stranger.pid });
  expect(findProcess({ ...record, groupName: 'g' })).toEqual({ pid: stranger.pid, strangerPid: null });
  await endOrphan(stranger);
  expect(findProcess(record)).toEqual({ pid: 0, strangerPid: null });
});

test('a process that is being started is found without its pid, but a hook before its start is not it', async ({
  folder,
}) => {
  const base = join(folder, 'g:p');
  makeFifo(`${base}.stdout`);
  const fd = openSync(`${base}.stdout`, constants.O_RDWR);
  const program = child([fd]);
  closeSync(fd);
  await withProgram(program, (pid) => {
    const started = (state: ProcessState): ProcessRecord =>
      recordOf(0, { machine: { ...INITIAL_MACHINE, state }, startTicks: null, base });
    expect(findProcess(started({ name: 'STARTING', pid: null })).pid).toBe(pid);
    expect(findProcess(started({ name: 'STARTING', pid: null, hook: 'pre_start' })).pid).toBe(0);
  });
});
