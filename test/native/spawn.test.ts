import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  bootTime,
  dup2,
  openFifos,
  opensFifos,
  PID_DIGITS,
  PosixError,
  pipe,
  readInto,
  type SpawnSpec,
  spawn,
  TICKS_DIGITS,
  writeFrom,
} from '../../src/native/posix.ts';
import { fsencode } from '../../src/python/fs-encoding.ts';
import { OWN_CGROUPS, ownCgroup, removeOwnCgroups } from '../cgroups.ts';
import { makeFifo } from '../fifos.ts';
import { need, needing, ROOT } from '../needs.ts';
import { exitOf, inFolder, readToEnd, run, runScript } from './support.ts';

const NOBODY_ID = 65534;

/** A descriptor that a program would inherit: the copy is not close-on-exec. */
function inheritedCopy(): number {
  const [from, to] = [openSync('/dev/null', 'r'), openSync('/dev/null', 'r')];
  dup2(from, to);
  closeSync(from);
  return to;
}

function status(output: string, field: string): string {
  return new RegExp(`^${field}:\\s*(.*?)\\s*$`, 'm').exec(output)?.[1] ?? '';
}

test('a child ends with its own status', async () => {
  expect((await run('exit 3')).status).toBe(3 << 8);
  expect((await run('kill -TERM $$')).status).toBe(15);
});

test('a child leads a process group of its own in our session', async () => {
  const { pid, output } = await run('exec cut -d" " -f5,6 /proc/self/stat');
  const session = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ')[3];
  expect(output.trim()).toBe(`${pid} ${session}`);
});

test('a child that asks for a session leads one', async () => {
  const { pid, output } = await run('exec cut -d" " -f5,6 /proc/self/stat', { session: true });
  expect(output.trim()).toBe(`${pid} ${pid}`);
});

test('a child that asks for our process group stays in it', async () => {
  const { output } = await run('exec cut -d" " -f5,6 /proc/self/stat', { sameGroup: true });
  const [, , group, session] = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  expect(output.trim()).toBe(`${group} ${session}`);
});

test('a child has no descriptors but 0, 1 and 2, even where ours are not close-on-exec', async () => {
  const leaking = inheritedCopy();
  const { output } = await run('ls /proc/$$/fd; true');
  closeSync(leaking);
  expect(output.trim().split('\n')).toEqual(['0', '1', '2']);
});

test('a child has descriptors of ours under other numbers, also where these are taken here', async () => {
  const [first, second] = [pipe(), pipe()];
  const { status: end } = await run(`echo one >/dev/fd/${second.write}; echo two >/dev/fd/${first.write}`, {
    moves: [
      { from: first.write, to: second.write },
      { from: second.write, to: first.write },
    ],
  });
  closeSync(first.write);
  closeSync(second.write);
  expect(end).toBe(0);
  expect(await readToEnd(first.read)).toBe('one\n');
  expect(await readToEnd(second.read)).toBe('two\n');
});

test('a variable gets the pid of the child', async () => {
  const { pid, output } = await run('echo "$WATCHDOG_PID:$LISTEN_PID:"', {
    pidVariables: ['WATCHDOG_PID', 'LISTEN_PID'],
  });
  expect(output.trim()).toBe(`${pid}:${pid}:`);
});

test('a child keeps the descriptors it is to keep, under their numbers', async () => {
  const { read, write } = pipe();
  const { output, failure } = await run(`echo kept > /proc/self/fd/${write}; ls /proc/$$/fd`, {
    keep: [write],
  });
  closeSync(write);
  expect(failure).toBeNull();
  expect(readToEnd(read)).toBe('kept\n');
  expect(output.split('\n')).toContain(String(write));
  closeSync(read);
});

needing(test, need(opensFifos(), 'a system that opens named pipes for reading and writing'))(
  'a child opens FIFOs as its descriptors, and has no others',
  async () => {
    await inFolder(async (folder) => {
      const leaking = inheritedCopy();
      const base = join(folder, 'c');
      const { stdout, stderr } = openFifos({ base, hasStdin: true, hasStderr: true, owner: null });
      const { pid, failure } = spawn({
        file: '/bin/sh',
        argv: ['sh', '-c', 'ls /proc/$$/fd; readlink /proc/$$/fd/2 >&2; true'],
        env: ['PATH=/usr/bin:/bin'],
        cwd: null,
        umask: null,
        credentials: null,
        fifos: [`${base}.stdin`, `${base}.stdout`, `${base}.stderr`],
      });
      expect(failure).toBeNull();
      expect(await exitOf(pid)).toBe(0);
      expect(readToEnd(stdout)).toBe('0\n1\n2\n');
      expect(readToEnd(stderr ?? -1)).toBe(`${base}.stderr\n`);
      for (const fd of [stdout, stderr ?? -1, leaking]) closeSync(fd);
    });
  },
);

needing(test, need(opensFifos(), 'a system that opens named pipes for reading and writing'))(
  'a FIFO that is not there is reported at once, and ours stay open',
  async () => {
    const ours = openSync('/dev/null', 'r');
    const { pid, failure } = spawn({
      file: '/bin/true',
      argv: ['true'],
      env: [],
      cwd: null,
      umask: null,
      credentials: null,
      fifos: ['/no/such/stdin', '/no/such/stdout'],
    });
    expect(failure).toMatchObject({ step: 'open', code: 'ENOENT' });
    expect(await exitOf(pid)).toBe(127 << 8);
    expect(() => closeSync(ours)).not.toThrow();
  },
);

test('our standard descriptors may become those of a child crosswise', async () => {
  await inFolder((folder) => {
    const { status } = runScript(`
      process.on('SIGCHLD', () => process.exit(posix.reap()[0]?.status === 0 ? 0 : 1));
      setInterval(() => {}, 1000);
      const files = ['a', 'b', 'c'].map((name) => fs.openSync('${folder}/' + name, 'w+'));
      files.forEach((fd, target) => posix.dup2(fd, target));
      posix.spawn({
        file: '/bin/sh', argv: ['sh', '-c', 'seen=$(cd /proc/$$/fd; readlink 0 1 2); echo "$seen" > ${folder}/seen'],
        env: [], stdin: 1, stdout: 2, stderr: 0, cwd: null, umask: null, credentials: null,
      });
    `);
    expect(status).toBe(0);
    expect(readFileSync(join(folder, 'seen'), 'utf8')).toBe(`${folder}/b\n${folder}/c\n${folder}/a\n`);
  });
});

test('a child has SIGPIPE and SIGXFSZ ignored, nothing blocked and nothing else changed', async () => {
  const { output } = await run('exec cat /proc/self/status');
  expect(status(output, 'SigBlk')).toBe('0000000000000000');
  expect(status(output, 'SigIgn')).toBe('0000000001001000');
  expect(status(output, 'SigCgt')).toBe('0000000000000000');
});

test('a child gets the environment it is given and nothing of ours', async () => {
  const { output } = await run('', { file: '/usr/bin/env', argv: ['env'], env: ['A=1', 'B=ü =2'] });
  expect(output).toBe('A=1\nB=ü =2\n');
});

test('a child gets umask and directory, and ours stay', async () => {
  const { output } = await run('umask; pwd', { umask: 0o27, cwd: '/usr' });
  expect(output).toBe('0027\n/usr\n');
  const before = process.cwd();
  expect((await run('pwd')).output.trim()).toBe(before);
});

test('a child gets the limits it is given', async () => {
  const rlimits: SpawnSpec['rlimits'] = [
    { resource: 'nofile', soft: 77, hard: 99 },
    { resource: 'core', soft: 0, hard: 0 },
  ];
  const { output } = await run('ulimit -Sn; ulimit -Hn; ulimit -c', { rlimits });
  expect(output).toBe('77\n99\n0\n');
});

needing(test, ROOT)('a child becomes the user with the group and the supplementary groups', async () => {
  const { output } = await run('exec cat /proc/self/status', {
    credentials: { uid: NOBODY_ID, gid: 33, groups: [33, 4, 1234] },
  });
  expect(status(output, 'Uid')).toBe([NOBODY_ID, NOBODY_ID, NOBODY_ID, NOBODY_ID].join('\t'));
  expect(status(output, 'Gid')).toBe('33\t33\t33\t33');
  expect(status(output, 'Groups')).toBe('4 33 1234');
  expect(process.getuid?.()).toBe(0);
});

needing(test, ROOT)('a child of another user can open /dev/stdout on a FIFO of its own', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'stdout');
    chmodSync(folder, 0o711);
    makeFifo(path);
    chownSync(path, NOBODY_ID, NOBODY_ID);
    const stdout = openSync(path, 'r+');
    const read = openSync(path, 'r');
    const credentials = { uid: NOBODY_ID, gid: NOBODY_ID, groups: [] };
    const { status, output } = await run('echo through > /dev/stdout', { stdout, credentials });
    closeSync(stdout);
    expect({ status, output }).toEqual({ status: 0, output: '' });
    expect(readToEnd(read)).toBe('through\n');
    closeSync(read);
  });
});

const failures: [string, Partial<SpawnSpec>, string, string][] = [
  ['a program that does not exist', { file: '/nowhere/at/all' }, 'execve', 'ENOENT'],
  ['a program that is a directory', { file: '/usr' }, 'execve', 'EACCES'],
  ['a file that is not executable', { file: '/etc/passwd' }, 'execve', 'EACCES'],
  ['a directory that does not exist', { cwd: '/nowhere' }, 'chdir', 'ENOENT'],
  ['a descriptor that is not open', { stdout: 9999 }, 'dup2', 'EBADF'],
  ['a kept descriptor that is not open', { keep: [9999] }, 'dup2', 'EBADF'],
  [
    'a soft limit above the hard',
    { rlimits: [{ resource: 'core', soft: 2, hard: 1 }] },
    'setrlimit',
    'EINVAL',
  ],
];

test.each(failures)('%s is reported at once, and the child ends with 127', async (_, changes, step, code) => {
  const { failure, status, output } = await run('exit 0', changes);
  expect(failure).toMatchObject({ step, code });
  expect(status).toBe(127 << 8);
  expect(output).toBe('');
});

test('a script without an interpreter line is ENOEXEC', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'script');
    writeFileSync(file, 'exit 0\n', { mode: 0o755 });
    const { failure } = await run('', { file });
    expect(failure).toMatchObject({ step: 'execve', code: 'ENOEXEC' });
  });
});

needing(test, ROOT)('the refused step is reported to a user who may not become another', () => {
  const { stdout } = runScript(`
      process.setgroups([]); process.setgid(${NOBODY_ID}); process.setuid(${NOBODY_ID});
      const { failure } = posix.spawn({
        file: '/bin/true', argv: ['true'], env: [], stdin: 0, stdout: 1, stderr: 2, cwd: null, umask: null,
        credentials: { uid: 0, gid: 0, groups: [0] },
      });
      console.log(failure?.step, failure?.code);
    `);
  expect(stdout).toBe('setgroups EPERM\n');
});

test('a NUL byte is refused, not cut off at', async () => {
  await expect(run('', { file: '/bin/\0sh' })).rejects.toThrow(/^file contains a NUL byte$/);
  await expect(run('echo a\0b')).rejects.toThrow(/^argv\[2\] contains a NUL byte$/);
  await expect(run('', { env: ['A=1', 'B=\0'] })).rejects.toThrow(/^env\[1\] contains a NUL byte$/);
  await expect(run('', { cwd: '/\0' })).rejects.toThrow(TypeError);
});

test('200 children are all reaped, and no descriptor stays behind', async () => {
  const before = readdirSync('/proc/self/fd').length;
  const runs = await Promise.all(Array.from({ length: 200 }, (_, i) => run(`exit ${i % 7}`)));
  expect(runs.map(({ status }) => status >> 8)).toEqual(runs.map((_, i) => i % 7));
  expect(new Set(runs.map(({ pid }) => pid)).size).toBe(200);
  expect(readdirSync('/proc/self/fd')).toHaveLength(before);
});

test('a child reads its stdin as a blocking pipe to the end', async () => {
  const { read, write } = pipe();
  const bytes = Buffer.from('to the child\n');
  expect(writeFrom(write, bytes, 0, bytes.length)).toBe(bytes.length);
  closeSync(write);
  const { output } = await run('cat', { stdin: read });
  closeSync(read);
  expect(output).toBe('to the child\n');
});

test('a failed call is reported with its name and errno', () => {
  const error = new PosixError('x', 2, 'ENOENT', 'y');
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'PosixError', syscall: 'x', errno: 2, code: 'ENOENT', message: 'y' });
});

test('bytes that are not UTF-8 reach a child in its arguments, its environment and its folder', () =>
  inFolder(async (folder) => {
    const odd = `${folder}/d\udce9`;
    mkdirSync(fsencode(odd));
    const { output } = await run('', {
      argv: [
        'sh',
        '-c',
        '{ echo "$0"; echo "$ODD"; pwd; } | od -An -v -tx1 | tr -d "\\n "',
        'a\udcff\u{1f4a9}',
      ],
      env: ['PATH=/usr/bin:/bin', 'ODD=\udce4\ufffd'],
      cwd: odd,
    });
    expect(output).toBe(fsencode(`a\udcff\u{1f4a9}\n\udce4\ufffd\n${odd}\n`).toString('hex'));
  }));

test('a child writes its note, with its pid and its start time, before it executes the program', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'note');
    const descriptor = openSync(path, 'a');
    const [head, middle] = ['{"pid":', ',"ticks":'];
    const text = Buffer.from(`${head}${'0'.padEnd(PID_DIGITS)}${middle}${'null'.padEnd(TICKS_DIGITS)}}\n`);
    const note = {
      descriptor,
      text,
      pidAt: head.length,
      startTicksAt: head.length + PID_DIGITS + middle.length,
    };
    const { pid, output, startTicks } = await run(`cat ${path}; exec cut -d" " -f22 /proc/self/stat`, {
      note,
    });
    const [written = '', ticks = ''] = output.split('\n');
    expect(JSON.parse(written)).toEqual({ pid, ticks: Number(ticks) });
    expect(startTicks).toBe(Number(ticks));
    const failed = await run('', { file: '/no/such', note });
    expect(failed.failure?.code).toBe('ENOENT');
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(3);
    closeSync(descriptor);
    const unwritten = await run('exit 5', { note: { ...note, descriptor } });
    expect(unwritten.status).toBe(5 << 8);
    await expect(run('', { note: { ...note, pidAt: text.length } })).rejects.toThrow('the note has no room');
  });
});

test('a program is not executed after its time limit, and its note for the guard is written all the same', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'note');
    const descriptor = openSync(path, 'a');
    const guardNote = {
      descriptor,
      text: Buffer.from(`p 1 ${'0'.padEnd(PID_DIGITS)} ${'0'.padEnd(TICKS_DIGITS)}\n`),
      pidAt: 4,
      startTicksAt: 4 + PID_DIGITS + 1,
    };
    const late = await run('echo late', { guardNote, notAfterMs: bootTime() - 1 });
    expect([late.output, late.failure?.step, late.failure?.code]).toEqual(['', 'late', 'ETIME']);
    const inTime = await run('echo in time', { guardNote, notAfterMs: bootTime() + 60_000 });
    expect([inTime.output, inTime.failure]).toEqual(['in time\n', null]);
    const pids = readFileSync(path, 'utf8').match(/^p 1 \d+/gm);
    expect(pids).toEqual([late.pid, inTime.pid].map((pid) => `p 1 ${pid}`));
    closeSync(descriptor);
  });
});

test.each([3, 5, 700])('a child has a FIFO as its descriptor %i, and no others', async (descriptor) => {
  await inFolder(async (folder) => {
    const path = join(folder, 'extra');
    makeFifo(path);
    const reader = openSync(path, 'r+');
    const { output } = await run(`ls /proc/$$/fd; echo text > /proc/$$/fd/${descriptor}`, {
      extraFifo: { path, descriptor },
    });
    const descriptors = output.trim().split('\n').map(Number);
    expect(descriptors.sort((a, b) => a - b)).toEqual([0, 1, 2, descriptor]);
    const bytes = Buffer.alloc(16);
    expect(bytes.toString('latin1', 0, readInto(reader, bytes))).toBe('text\n');
    closeSync(reader);
  });
});

test('a FIFO that a child cannot open is the step that failed', async () => {
  const { failure, status } = await run('true', { extraFifo: { path: '/nowhere/extra', descriptor: 3 } });
  expect(failure).toMatchObject({ step: 'open', code: 'ENOENT' });
  expect(status).toBe(127 << 8);
});

test('a cgroup that does not exist is reported', async () => {
  const { failure, status } = await run('exit 0', { cgroup: '/nowhere' });
  expect(failure).toMatchObject({ step: 'cgroup', code: 'ENOENT' });
  expect(status).toBe(127 << 8);
});

needing(describe, OWN_CGROUPS)('in a cgroup', () => {
  afterAll(() => expect(removeOwnCgroups()).toBe(true));

  /** Prints the cgroup of a child of a child. */
  const IN_CGROUP = `
    const mount = fs.readFileSync('/proc/self/mountinfo', 'utf8').split('\\n').findLast((line) => line.includes(' - cgroup2 '))?.split(' ')[4];
    const cgroup = mount + '/child';
    fs.mkdirSync(cgroup);
    const { read, write } = posix.pipe();
    const { pid, failure } = posix.spawn({
      file: '/bin/sh', argv: ['sh', '-c', 'cat /proc/self/cgroup'], env: ['PATH=/usr/bin:/bin'],
      stdin: read, stdout: write, stderr: 2, cwd: null, umask: null, credentials: null, cgroup,
    });
    fs.closeSync(write);
    console.log(failure, fs.readFileSync(read, 'utf8').split('\\n').at(-2));
    while (posix.reap().every((exit) => exit.pid !== pid));
    fs.rmdirSync(cgroup);`;

  test('a child and its children are in it from the start', () => {
    const { stdout, stderr } = runScript(IN_CGROUP, ownCgroup());
    expect([stdout, stderr]).toEqual(['null 0::/child\n', '']);
  });
});

test('a child that cannot be cloned into a cgroup moves itself', () =>
  inFolder(async (folder) => {
    // clone3 refuses a folder of another file system.
    writeFileSync(join(folder, 'cgroup.procs'), '');
    const { failure, output } = await run('echo started', { cgroup: folder });
    expect([failure, output, readFileSync(join(folder, 'cgroup.procs'), 'utf8')]).toEqual([
      null,
      'started\n',
      '0',
    ]);
  }));
