import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { KeptPipe } from '../../../src/process/channels/kept-pipe.ts';
import { keptRuntimeFolder } from '../../../src/process/channels/kept-runtime-folder.ts';
import { makeFifo } from '../../fifos.ts';
import { child, end } from '../orphans.ts';
import { openDescriptors, test } from '../support.ts';

const ABSENT_PID = 0x3fffffff;

function openFifo(path: string): number {
  makeFifo(path);
  return openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
}

test('the name of a pipe that was moved is made again', ({ folder }) => {
  const path = join(folder, 'g:p.stdout');
  const descriptor = openFifo(path);
  const pipe = new KeptPipe({ path, descriptor, pid: ABSENT_PID, processDescriptor: 1 });
  expect(pipe.look()).toBe(null);
  renameSync(path, join(folder, 'moved'));
  expect(pipe.look()).toEqual({ kind: 'made again', was: 'removed' });
  expect(statSync(path).ino).toBe(statSync(join(folder, 'moved')).ino);
  closeSync(descriptor);
});

test('a pipe that was removed has no name any more, and none is made in its place', ({ folder }) => {
  const path = join(folder, 'g:p.stdout');
  const descriptor = openFifo(path);
  const pipe = new KeptPipe({ path, descriptor, pid: ABSENT_PID, processDescriptor: 1 });
  unlinkSync(path);
  expect(pipe.look()).toMatchObject({
    kind: 'lost',
    isFinal: true,
    reason: expect.stringContaining('was removed'),
  });
  const other = openFifo(path);
  expect(pipe.look()).toMatchObject({
    kind: 'lost',
    isFinal: true,
    reason: expect.stringContaining('was replaced'),
  });
  closeSync(other);
  closeSync(descriptor);
});

test('a pipe of which the daemon has no end open is found through its process', async ({ folder }) => {
  const before = openDescriptors();
  const path = join(folder, 'g:p.stdout');
  const descriptor = openFifo(path);
  const program = child([descriptor, descriptor]);
  closeSync(descriptor);
  mkdirSync(join(folder, 'away'));
  renameSync(path, join(folder, 'away', 'g:p.stdout'));
  const { pid = 0 } = program;
  const pipe = new KeptPipe({ path, descriptor: null, pid, processDescriptor: 1 });
  expect(pipe.look()).toEqual({ kind: 'made again', was: 'removed' });
  expect(pipe.look()).toBe(null);
  rmSync(join(folder, 'away'), { recursive: true });
  unlinkSync(path);
  expect(pipe.look()).toMatchObject({ kind: 'lost', isFinal: true });
  await end(program);
  expect(openDescriptors()).toBe(before);
});

test('a file that is not a pipe never gets the name, whatever it is called', async ({ folder }) => {
  const path = join(folder, 'g:p.stdin');
  mkdirSync(join(folder, 'other'));
  const file = openSync(join(folder, 'other', 'g:p.stdin'), 'w+');
  const program = child([file, file]);
  const pipe = new KeptPipe({ path, descriptor: null, pid: program.pid ?? 0, processDescriptor: 1 });
  expect(pipe.look()).toMatchObject({ kind: 'lost', isFinal: true });
  expect(existsSync(path)).toBe(false);
  await end(program);
  closeSync(file);
});

test('a runtime folder is made again with the folder above it, as both were', ({ folder }) => {
  const above = join(folder, 'visord');
  const path = join(above, 'id');
  mkdirSync(above, { mode: 0o711 });
  mkdirSync(path, { mode: 0o700 });
  const kept = keptRuntimeFolder(path);
  expect(kept.look(true)).toBe(null);
  rmSync(above, { recursive: true });
  expect(kept.look(true)).toEqual({ kind: 'made again', was: 'removed' });
  expect([statSync(above).mode & 0o777, statSync(path).mode & 0o777]).toEqual([0o711, 0o700]);
  rmSync(path, { recursive: true });
  writeFileSync(path, '');
  expect(kept.look(true)).toMatchObject({ kind: 'lost' });
});
