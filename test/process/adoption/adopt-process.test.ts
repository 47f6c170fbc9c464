import { spawn } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ProcessConfig } from '../../../src/config/types.ts';
import { now } from '../../../src/io/clock.ts';
import { procStat } from '../../../src/io/proc-stat.ts';
import { findProcess } from '../../../src/process/adoption/find-process.ts';
import type { ProcessRecord } from '../../../src/process/adoption/process-record.ts';
import { INITIAL_MACHINE, type ProcessState } from '../../../src/process/machine/machine.ts';
import { Process } from '../../../src/process/process.ts';
import { FcgiSocket } from '../../../src/process/spawn/fcgi-socket.ts';
import { makeFifo } from '../../fifos.ts';
import { processConfig } from '../../rpc/fakes.ts';
import { child, end, endOrphan, neglected, orphan } from '../orphans.ts';
import { loggedTo, openDescriptors, readText, type TestHost, test, until } from '../support.ts';

function recordOf(state: ProcessState, changes: Partial<ProcessRecord> = {}): ProcessRecord {
  return {
    groupName: 'g',
    config: processConfig('p', { autorestart: 'never' }),
    machine: { ...INITIAL_MACHINE, state },
    startTicks: 'pid' in state && state.pid !== null ? (procStat(state.pid)?.startTicks ?? null) : null,
    base: null,
    autoLogs: { stdout: null, stderr: null },
    ...changes,
  };
}

function pidOfRecord(record: ProcessRecord): number {
  return findProcess(record).pid;
}

const STARTING = { name: 'STARTING', pid: null } as const;

/** A process that takes over the one of the record. */
function adopt(host: TestHost, record: ProcessRecord, changes: Partial<ProcessConfig> = {}): Process {
  const pid = pidOfRecord(record);
  const config = { ...record.config, ...changes };
  const process = new Process(config, 'g', { ...host, recordOf: () => record });
  process.adopt({ record, pid });
  return process;
}

test('a process is the one of a record if it has its pid and its start', async () => {
  const program = child();
  const { pid = 0 } = program;
  const record = recordOf({ name: 'RUNNING', pid });
  expect(pidOfRecord(record)).toBe(pid);
  expect(pidOfRecord({ ...record, startTicks: (record.startTicks ?? 0) - 1 })).toBe(0);
  await end(program);
  expect(pidOfRecord(record)).toBe(0);
});

test('one that has ended and waits for another parent is not there', async ({ folder }) => {
  const program = await neglected(folder);
  const record = recordOf({ name: 'RUNNING', pid: program.pid });
  expect(pidOfRecord(record)).toBe(program.pid);
  program.exit(0);
  await until('it has ended', () => procStat(program.pid)?.isZombie === true);
  expect(pidOfRecord(record)).toBe(0);
  await end(program.parent);
});

test('a process that does not run is not looked for', () => {
  expect(pidOfRecord(recordOf({ name: 'BACKOFF', retryAtMs: 0 }, { base: '/x' }))).toBe(0);
});

test('a process that was started by a daemon that died before it knew the pid is found by its FIFO', async ({
  folder,
}) => {
  const base = join(folder, 'g:p');
  makeFifo(`${base}.stdout`);
  const fd = openSync(`${base}.stdout`, constants.O_RDWR);
  const program = child([fd]);
  closeSync(fd);
  expect(pidOfRecord(recordOf(STARTING, { base }))).toBe(program.pid);
  expect(pidOfRecord(recordOf(STARTING, { base: join(folder, 'g:other') }))).toBe(0);
  expect(pidOfRecord(recordOf(STARTING, { base: null }))).toBe(0);
  // One that is older than the start was started by another daemon, or an earlier run has left it.
  const later = now().monotonicMs + 60_000;
  const machine = { ...INITIAL_MACHINE, state: STARTING };
  const startedLater = { ...machine, history: { ...machine.history, startedMonotonicMs: later } };
  expect(pidOfRecord(recordOf(STARTING, { base, machine: startedLater }))).toBe(0);
  await end(program);
  expect(pidOfRecord(recordOf(STARTING, { base }))).toBe(0);
});

test('a process that has redirected its channels is found by its environment', async () => {
  // Other tests run processes of the name p in a group g meanwhile.
  const groupName = `group of ${globalThis.process.pid}`;
  const env = { SUPERVISOR_PROCESS_NAME: 'p', SUPERVISOR_GROUP_NAME: groupName };
  const program = spawn('/bin/sleep', ['1000'], { stdio: 'ignore', detached: true, env });
  expect(pidOfRecord(recordOf(STARTING, { groupName }))).toBe(program.pid);
  expect(pidOfRecord(recordOf(STARTING, { groupName: `other ${groupName}` }))).toBe(0);
  await end(program);
});

test('what the process writes goes on into the log, and its end is seen', async ({ host, folder }) => {
  const before = openDescriptors();
  const base = join(folder, 'g:p');
  const log = join(folder, 'out.log');
  makeFifo(`${base}.stdout`);
  const program = orphan(folder);
  const writer = openSync(`${base}.stdout`, constants.O_RDWR);
  writeSync(writer, 'meanwhile\n');
  const process = adopt(host, recordOf({ name: 'RUNNING', pid: program.pid }, { base }), {
    stdout: loggedTo(log),
  });
  expect([process.state, process.pid]).toEqual(['RUNNING', program.pid]);
  expect(host.log.lines).toEqual([`info: adopted: 'p' with pid ${program.pid}`]);
  expect(host.changes).toEqual([]);
  await until('it is logged', () => readText(log) === 'meanwhile\n');
  writeSync(writer, 'last words\n');
  closeSync(writer);
  await endOrphan(program);
  await until('its end', () => process.state === 'EXITED');
  expect(readText(log)).toBe('meanwhile\nlast words\n');
  expect(readdirSync(folder).filter((name) => name.startsWith('g:'))).toEqual([]);
  expect([host.processesByPid.size, openDescriptors()]).toEqual([0, before]);
});

test('a process that ends while it is adopted has exited at once', async ({ host, folder }) => {
  const program = orphan(folder);
  const record = recordOf({ name: 'RUNNING', pid: program.pid });
  const process = new Process(record.config, 'g', { ...host, recordOf: () => record });
  await endOrphan(program);
  process.adopt({ record, pid: program.pid });
  expect([process.state, process.pid, process.exitStatus]).toEqual(['EXITED', 0, -1]);
  expect(host.processesByPid.size).toBe(0);
});

test('one that is stopped is signalled, and killed in the time that is left to it', async ({
  host,
  folder,
}) => {
  const program = orphan(folder);
  const process = adopt(host, recordOf({ name: 'RUNNING', pid: program.pid }));
  expect(process.stop()).toBe(null);
  await until('it has stopped', () => process.state === 'STOPPED');

  const other = orphan(folder, 'other');
  const killAtMs = now().monotonicMs - 1;
  const overdue = adopt(host, recordOf({ name: 'STOPPING', pid: other.pid, killAtMs }));
  await until('it has stopped', () => overdue.state === 'STOPPED');
  expect(host.log.lines).toContain(`warn: killing 'p' (${other.pid}) with SIGKILL`);
});

test('one that was starting is running when its time has come', async ({ host, folder }) => {
  const program = orphan(folder);
  const runningAtMs = now().monotonicMs - 1;
  const process = adopt(host, recordOf({ name: 'STARTING', pid: program.pid, runningAtMs }));
  await until('it runs', () => process.state === 'RUNNING');
  expect(host.changes).toEqual(['p: STARTING -> RUNNING']);
  process.stop();
  await until('it has stopped', () => process.state === 'STOPPED');
});

test.for([
  ['RUNNING', (pid: number) => ({ name: 'RUNNING', pid }) as const, 'EXITED'],
  [
    'STOPPING',
    (pid: number) => ({ name: 'STOPPING', pid, killAtMs: now().monotonicMs + 60_000 }) as const,
    'STOPPED',
  ],
] as const)(
  'one that ended during an upgrade while it was %s, and was reaped by init, has ended',
  async ([, state, after], { host, folder }) => {
    const program = orphan(folder);
    const record = recordOf(state(program.pid));
    await endOrphan(program);
    await until('it is reaped', () => pidOfRecord(record) === 0);
    const process = adopt(host, record);
    expect([process.state, process.pid]).toEqual([after, 0]);
  },
);

test('one of a FastCGI group that has ended leaves the socket to the others', async ({ host, folder }) => {
  const path = join(folder, 'fcgi.sock');
  const socket = new FcgiSocket({ kind: 'unix', path, owner: null, mode: 0o700, backlog: null }, host.log);
  socket.hold();
  const program = orphan(folder);
  const record = recordOf({ name: 'RUNNING', pid: program.pid });
  await endOrphan(program);
  await until('it is reaped', () => pidOfRecord(record) === 0);
  const process = new Process(record.config, 'g', { ...host, recordOf: () => record }, socket);
  process.adopt({ record, pid: 0 });
  expect([process.state, existsSync(path)]).toEqual(['EXITED', true]);
  socket.release();
  expect(existsSync(path)).toBe(false);
});

test('a process that is given up is not watched any more', async ({ host, folder }) => {
  const before = openDescriptors();
  const program = orphan(folder);
  const process = adopt(host, recordOf({ name: 'RUNNING', pid: program.pid }));
  process.dispose();
  expect(openDescriptors()).toBe(before);
  host.processesByPid.clear();
  await endOrphan(program);
  expect(process.state).toBe('RUNNING');
});

test('the record of a process names its channels, or that they have no names', async ({ host }) => {
  const named = new Process(processConfig('p', { startSeconds: 0 }), 'g', host);
  const anonymous = new Process(processConfig('q', { startSeconds: 0 }), 'g', {
    ...host,
    runtimeFolder: '/proc/none',
  });
  expect([named.isUp, anonymous.isUp]).toEqual([false, false]);
  named.start();
  anonymous.start();
  expect(named.record).toMatchObject({
    groupName: 'g',
    machine: { state: { name: 'RUNNING', pid: named.pid } },
    startTicks: procStat(named.pid)?.startTicks,
    base: join(host.runtimeFolder ?? '', 'g:p'),
  });
  expect(anonymous.record).toMatchObject({ base: null });
  for (const process of [named, anonymous]) process.stop();
  await until('they have stopped', () => named.state === 'STOPPED' && anonymous.state === 'STOPPED');
  expect(named.isUp).toBe(false);
});
