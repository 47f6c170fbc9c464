import { closeSync, constants, openSync, readSync, unlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { pipe } from '../../../src/native/posix.ts';
import { type ReopenOptions, reopenPipes } from '../../../src/process/channels/reopen-pipes.ts';
import { makeFifo } from '../../fifos.ts';
import { child, end } from '../orphans.ts';
import { openDescriptors, test } from '../support.ts';

/** No process has this pid. */
const ABSENT_PID = 0x3fffffff;

/** What waits in the channel; null where it is at its end. */
function waiting(fd: number | null): string | null {
  const buffer = Buffer.alloc(100);
  const count = readSync(fd ?? -1, buffer);
  return count === 0 ? null : buffer.toString('latin1', 0, count);
}

/** Opens the channels, reads what waits in them, and closes them. */
function reopened(options: ReopenOptions): { stdout: string | null; stderr: string | null } {
  const { base, stdin, stdout, stderr } = reopenPipes(options);
  expect([base, stdin]).toEqual([options.base, null]);
  const read = { stdout: waiting(stdout), stderr: stderr === null ? null : waiting(stderr) };
  for (const fd of [stdout, stderr]) {
    if (fd !== null) closeSync(fd);
  }
  return read;
}

function openFifo(path: string): number {
  makeFifo(path);
  return openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
}

test('channels with names are opened by them, and what was written meanwhile is there', ({ folder }) => {
  const before = openDescriptors();
  const base = join(folder, 'g:p');
  const writers = [openFifo(`${base}.stdout`), openFifo(`${base}.stderr`)];
  const [stdout = -1, stderr = -1] = writers;
  writeSync(stdout, 'out');
  writeSync(stderr, 'err');
  expect(reopened({ base, pid: ABSENT_PID, redirectStderr: false })).toEqual({
    stdout: 'out',
    stderr: 'err',
  });
  writeSync(stdout, 'more');
  expect(reopened({ base, pid: ABSENT_PID, redirectStderr: true })).toEqual({ stdout: 'more', stderr: null });
  writers.forEach(closeSync);
  expect(openDescriptors()).toBe(before);
});

test('a later writer is read, and no writer is waited for', ({ folder }) => {
  const base = join(folder, 'g:p');
  const writer = openFifo(`${base}.stdout`);
  const { stdout } = reopenPipes({ base, pid: ABSENT_PID, redirectStderr: true });
  expect(() => waiting(stdout)).toThrow('EAGAIN');
  writeSync(writer, 'later');
  expect(waiting(stdout)).toBe('later');
  closeSync(writer);
  expect(waiting(stdout)).toBe(null);
  closeSync(stdout ?? -1);
});

test('where the names were taken away, the process itself is the way to its channels', async ({ folder }) => {
  const before = openDescriptors();
  const base = join(folder, 'g:p');
  const [stdout, stderr] = [openFifo(`${base}.stdout`), openFifo(`${base}.stderr`)];
  const program = child([stdout, stderr]);
  const { pid = 0 } = program;
  writeSync(stdout, 'out');
  writeSync(stderr, 'err');
  unlinkSync(`${base}.stdout`);
  unlinkSync(`${base}.stderr`);
  closeSync(stdout);
  closeSync(stderr);
  expect(reopened({ base, pid, redirectStderr: false })).toEqual({ stdout: 'out', stderr: 'err' });
  await end(program);
  expect(reopened({ base, pid, redirectStderr: false })).toEqual({ stdout: null, stderr: null });
  expect(openDescriptors()).toBe(before);
});

test('a pipe that has come under the name of another is not the pipe of the process', async ({ folder }) => {
  const base = join(folder, 'g:p');
  const stdout = openFifo(`${base}.stdout`);
  const program = child([stdout, stdout]);
  const { pid = 0 } = program;
  writeSync(stdout, 'out');
  unlinkSync(`${base}.stdout`);
  const other = openFifo(`${base}.stdout`);
  writeSync(other, 'other');
  expect(reopened({ base, pid, redirectStderr: true }).stdout).toBe('out');
  await end(program);
  closeSync(stdout);
  closeSync(other);
});

test('pipes without names are opened through the process', async () => {
  const before = openDescriptors();
  const [stdout, stderr] = [pipe(), pipe()];
  const program = child([stdout.write, stderr.write]);
  const { pid = 0 } = program;
  writeSync(stdout.write, 'out');
  writeSync(stderr.write, 'err');
  for (const { read, write } of [stdout, stderr]) {
    closeSync(write);
    closeSync(read);
  }
  expect(reopened({ base: null, pid, redirectStderr: false })).toEqual({ stdout: 'out', stderr: 'err' });
  await end(program);
  expect(openDescriptors()).toBe(before);
});

test('a process that writes to something else by now is not read', async ({ folder }) => {
  const base = join(folder, 'g:p');
  const other = openFifo(join(folder, 'other'));
  const file = openSync(join(folder, 'file'), 'w+');
  const program = child([other, file]);
  const { pid = 0 } = program;
  writeSync(other, 'secret');
  for (const named of [base, null]) {
    expect(reopened({ base: named, pid, redirectStderr: false })).toEqual({ stdout: null, stderr: null });
  }
  await end(program);
  closeSync(other);
  closeSync(file);
});

test('a file that has the name of a channel is not read', ({ folder }) => {
  const before = openDescriptors();
  const base = join(folder, 'g:p');
  writeFileSync(`${base}.stdout`, 'data of a user');
  expect(reopened({ base, pid: ABSENT_PID, redirectStderr: false })).toEqual({ stdout: null, stderr: null });
  expect(openDescriptors()).toBe(before);
});

test('where nothing is left, the channels are at their end', ({ folder }) => {
  const gone = { pid: ABSENT_PID, redirectStderr: false };
  expect(reopened({ base: join(folder, 'none', 'g:p'), ...gone })).toEqual({ stdout: null, stderr: null });
  expect(reopened({ base: null, ...gone })).toEqual({ stdout: null, stderr: null });
});
