import {
  chownSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { expect } from 'vitest';
import { openPipe, type PipeEnds, unlinkPipe } from '../../src/process/pipes.ts';
import { isRoot } from '../native/support.ts';
import { openDescriptors, test } from './support.ts';

function passes({ daemonFd, childFd }: PipeEnds): string {
  writeSync(childFd, 'hello');
  const buffer = Buffer.alloc(10);
  return buffer.toString('latin1', 0, readSync(daemonFd, buffer));
}

function close({ daemonFd, childFd }: PipeEnds): void {
  closeSync(daemonFd);
  closeSync(childFd);
}

const STDOUT = { name: 'group:process', channel: 'stdout', owner: null } as const;

test('with a folder a channel is a FIFO that only its owner can open', ({ folder }) => {
  const ends = openPipe({ ...STDOUT, folder });
  expect(passes(ends)).toBe('hello');
  expect(readdirSync(folder)).toEqual(['group:process.stdout']);
  expect(fstatSync(ends.daemonFd).isFIFO()).toBe(true);
  expect(fstatSync(ends.daemonFd).mode & 0o777).toBe(0o600);
  close(ends);
});

test.runIf(isRoot)('the FIFO belongs to the user of the program', ({ folder }) => {
  const ends = openPipe({ ...STDOUT, folder, owner: { uid: 33, gid: 34 } });
  const { uid, gid } = fstatSync(ends.childFd);
  expect([uid, gid]).toEqual([33, 34]);
  close(ends);
});

test('without a folder a channel is a plain pipe', () => {
  const ends = openPipe({ ...STDOUT, folder: null });
  expect(ends.path).toBe(null);
  expect(passes(ends)).toBe('hello');
  close(ends);
});

test.for(['folder', null])('the daemon never waits for a channel (%s)', (kind, { folder }) => {
  const stdout = openPipe({ ...STDOUT, folder: kind === null ? null : folder });
  expect(() => readSync(stdout.daemonFd, Buffer.alloc(1))).toThrow('EAGAIN');
  const stdin = openPipe({ ...STDOUT, channel: 'stdin', folder: kind === null ? null : folder });
  expect(() => {
    for (;;) writeSync(stdin.daemonFd, Buffer.alloc(65_536));
  }).toThrow('EAGAIN');
  close(stdout);
  close(stdin);
});

test('a new life does not get the bytes of the one before', ({ folder }) => {
  const first = openPipe({ ...STDOUT, folder });
  writeSync(first.childFd, 'old');
  const second = openPipe({ ...STDOUT, folder });
  expect(passes(second)).toBe('hello');
  expect(passes(first)).toBe('oldhello');
  close(first);
  close(second);
});

test('a reader that opens the FIFO later finds what was written meanwhile', ({ folder }) => {
  const ends = openPipe({ ...STDOUT, folder });
  closeSync(ends.daemonFd);
  writeSync(ends.childFd, 'kept');
  const reader = openSync(ends.path ?? '', constants.O_RDONLY | constants.O_NONBLOCK);
  const buffer = Buffer.alloc(10);
  expect(buffer.toString('latin1', 0, readSync(reader, buffer))).toBe('kept');
  closeSync(reader);
  closeSync(ends.childFd);
});

test.for(['a/b:c/d', 'x'.repeat(5000), 'ä'.repeat(3000)])(
  'any process name has a FIFO',
  (name, { folder }) => {
    const ends = openPipe({ ...STDOUT, name, folder });
    expect(readdirSync(folder)).toHaveLength(1);
    close(ends);
    unlinkPipe(ends.path);
    expect(readdirSync(folder)).toEqual([]);
  },
);

test('a folder that was removed is made again, for its owner alone', ({ folder }) => {
  rmSync(folder, { recursive: true });
  const ends = openPipe({ ...STDOUT, folder });
  expect(passes(ends)).toBe('hello');
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(readdirSync(folder)).toHaveLength(1);
  close(ends);
});

test('where the folder cannot be had, the channel is a plain pipe', ({ folder }) => {
  writeFileSync(`${folder}/file`, '');
  const before = openDescriptors();
  for (const place of [`${folder}/file`, `${folder}/file/below`, '/proc/none']) {
    const ends = openPipe({ ...STDOUT, folder: place });
    expect(ends.path).toBe(null);
    expect(passes(ends)).toBe('hello');
    close(ends);
  }
  expect(openDescriptors()).toBe(before);
});

test.runIf(isRoot)('a folder that is somebody else’s now is not used', ({ folder }) => {
  chownSync(folder, 33, 33);
  const ends = openPipe({ ...STDOUT, folder });
  expect(ends.path).toBe(null);
  expect(readdirSync(folder)).toEqual([]);
  close(ends);
});

test('removing a FIFO that is gone is fine', ({ folder }) => {
  expect(() => unlinkPipe(`${folder}/gone`)).not.toThrow();
  expect(() => unlinkPipe(null)).not.toThrow();
});
