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
import { abandonPipes, openPipes, type Pipes, stdinPath } from '../../../src/process/channels/pipes.ts';
import { needing, ROOT } from '../../needs.ts';
import { openDescriptors, test } from '../support.ts';

const { O_RDONLY, O_RDWR, O_NONBLOCK } = constants;

const PROCESS = { name: 'group:process', stdin: null, redirectStderr: false, owner: null } as const;

/** The child's ends, opened here where the child would open them itself. */
function childEnds({ stdio }: Pipes): number[] {
  return 'fifos' in stdio
    ? stdio.fifos.map((path) => openSync(path, O_RDWR))
    : [stdio.stdin, stdio.stdout, stdio.stderr];
}

function received(fd: number): string {
  const buffer = Buffer.alloc(10);
  return buffer.toString('latin1', 0, readSync(fd, buffer));
}

function passes(pipes: Pipes): string {
  const ends = childEnds(pipes);
  writeSync(ends[1] ?? -1, 'hello');
  const text = received(pipes.stdout);
  if ('fifos' in pipes.stdio) {
    ends.forEach(closeSync);
  }
  return text;
}

function close({ stdin, stdout, stderr, childFds, base }: Pipes): void {
  abandonPipes([stdin, stdout, stderr, ...childFds], base);
}

test('with a folder the channels are FIFOs that only their owner can open', ({ folder }) => {
  const pipes = openPipes({ ...PROCESS, folder });
  expect(passes(pipes)).toBe('hello');
  const names = ['group:process.stderr', 'group:process.stdin', 'group:process.stdout'];
  expect(readdirSync(folder).sort()).toEqual(names);
  for (const name of names) {
    const status = statSync(`${folder}/${name}`);
    expect([status.isFIFO(), status.mode & 0o777]).toEqual([true, 0o600]);
  }
  close(pipes);
  expect(readdirSync(folder)).toEqual([]);
});

needing(test, ROOT)('the FIFOs belong to the user of the program', ({ folder }) => {
  const pipes = openPipes({ ...PROCESS, folder, owner: { uid: 33, gid: 34 } });
  const owners = readdirSync(folder).map((name) => {
    const { uid, gid } = statSync(`${folder}/${name}`);
    return [uid, gid];
  });
  expect(owners).toEqual([
    [33, 34],
    [33, 34],
    [33, 34],
  ]);
  close(pipes);
});

test('without a folder the channels are plain pipes', () => {
  const pipes = openPipes({ ...PROCESS, folder: null });
  expect(pipes.base).toBe(null);
  expect(passes(pipes)).toBe('hello');
  close(pipes);
});

test.for(['folder', null])('a redirected stderr is the stdout of the child (%s)', (kind, { folder }) => {
  const before = openDescriptors();
  const pipes = openPipes({ ...PROCESS, redirectStderr: true, folder: kind === null ? null : folder });
  const { stdio } = pipes;
  expect(pipes.stderr).toBe(null);
  if ('fifos' in stdio) {
    expect(stdio.fifos).toHaveLength(2);
  } else {
    expect(stdio.stderr).toBe(stdio.stdout);
  }
  expect(passes(pipes)).toBe('hello');
  close(pipes);
  expect(openDescriptors()).toBe(before);
});

test.for(['folder', null])(
  'a child with another stdin is given descriptors, that one among them (%s)',
  (kind, { folder }) => {
    const before = openDescriptors();
    const pipes = openPipes({ ...PROCESS, stdin: 0, folder: kind === null ? null : folder });
    expect(pipes.stdio).toMatchObject({ stdin: 0 });
    expect(pipes.childFds).not.toContain(0);
    expect(passes(pipes)).toBe('hello');
    close(pipes);
    expect(openDescriptors()).toBe(before);
  },
);

test.for(['folder', null])('the daemon never waits for a channel (%s)', (kind, { folder }) => {
  const pipes = openPipes({ ...PROCESS, folder: kind === null ? null : folder });
  const ends = childEnds(pipes);
  expect(() => readSync(pipes.stdout, Buffer.alloc(1))).toThrow('EAGAIN');
  expect(() => readSync(pipes.stderr ?? -1, Buffer.alloc(1))).toThrow('EAGAIN');
  if (pipes.stdin !== null) {
    const { stdin } = pipes;
    expect(() => {
      for (;;) writeSync(stdin, Buffer.alloc(65_536));
    }).toThrow('EAGAIN');
  }
  if ('fifos' in pipes.stdio) {
    ends.forEach(closeSync);
  }
  close(pipes);
});

test('a new process does not get the bytes of the one before', ({ folder }) => {
  const first = openPipes({ ...PROCESS, folder });
  const [, stdout = -1] = childEnds(first);
  writeSync(stdout, 'old');
  const second = openPipes({ ...PROCESS, folder });
  expect(passes(second)).toBe('hello');
  expect(received(first.stdout)).toBe('old');
  close(second);
  close(first);
});

test('a reader that opens the FIFO later finds what was written meanwhile', ({ folder }) => {
  const pipes = openPipes({ ...PROCESS, folder });
  const [, stdout = -1] = childEnds(pipes);
  closeSync(pipes.stdout);
  writeSync(stdout, 'kept');
  const reader = openSync(`${pipes.base}.stdout`, O_RDONLY | O_NONBLOCK);
  expect(received(reader)).toBe('kept');
  close({ ...pipes, stdout: reader });
});

test.for(['a/b:c/d', 'x'.repeat(5000), 'ä'.repeat(3000)])(
  'any process name has FIFOs',
  (name, { folder }) => {
    const pipes = openPipes({ ...PROCESS, name, folder });
    expect(readdirSync(folder)).toHaveLength(3);
    expect(statSync(stdinPath(pipes.base ?? '')).isFIFO()).toBe(true);
    close(pipes);
    expect(readdirSync(folder)).toEqual([]);
  },
);

test('a folder that was removed is made again, for its owner alone', ({ folder }) => {
  rmSync(folder, { recursive: true });
  const pipes = openPipes({ ...PROCESS, folder });
  expect(passes(pipes)).toBe('hello');
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  close(pipes);
});

test('where the folder cannot be made, the channels are plain pipes', ({ folder }) => {
  writeFileSync(`${folder}/file`, '');
  const before = openDescriptors();
  for (const place of [`${folder}/file`, `${folder}/file/below`, '/proc/none']) {
    const pipes = openPipes({ ...PROCESS, folder: place });
    expect(pipes.base).toBe(null);
    expect(fstatSync(pipes.stdout).isFIFO()).toBe(true);
    expect(passes(pipes)).toBe('hello');
    close(pipes);
  }
  expect(openDescriptors()).toBe(before);
});

needing(test, ROOT)('a folder that belongs to another user now is not used', ({ folder }) => {
  chownSync(folder, 33, 33);
  const pipes = openPipes({ ...PROCESS, folder });
  expect(pipes.base).toBe(null);
  expect(readdirSync(folder)).toEqual([]);
  close(pipes);
});

test('removing FIFOs that are gone is fine', ({ folder }) => {
  expect(() => abandonPipes([], `${folder}/gone`)).not.toThrow();
});
