import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { expect, test } from 'vitest';
import { PosixError, pidfdOpen } from '../../src/native/posix.ts';
import { inFolder, runScript } from './support.ts';

test('a process replaced by another program keeps its pid and the descriptors that were named', () => {
  const { stdout, status } = runScript(`
    const { read, write } = posix.pipe();
    posix.writeFrom(write, Buffer.from('kept'), 0, 4);
    const other = fs.openSync('/dev/null', 'r');
    console.log(process.pid);
    posix.execve('/bin/sh', ['sh', '-c',
      'echo $$; head -c4 /proc/$$/fd/' + read + '; echo; test -e /proc/$$/fd/' + other + ' || echo closed; echo $A; ' +
      'exec grep -E "Sig(Ign|Blk)" /proc/self/status'],
      ['PATH=/usr/bin:/bin', 'A=b'], [read, 0, 1, 2]);
  `);
  const [before, after, ...rest] = stdout.trim().split('\n');
  expect(after).toBe(before);
  expect(rest).toEqual(['kept', 'closed', 'b', 'SigBlk:\t0000000000000000', 'SigIgn:\t0000000000000000']);
  expect(status).toBe(0);
});

test('a replacement that fails is an error, and the process goes on as before', () => {
  const { stdout } = runScript(`
    const before = fs.readFileSync('/proc/self/status', 'utf8').match(/Sig(Blk|Ign|Cgt).*/g).join();
    try { posix.execve('/nowhere', ['x'], [], [1]); } catch (error) { console.log(error.name, error.code); }
    try { posix.execve('/bin/true', ['x'], [], [9999]); } catch (error) { console.log(error.name, error.code); }
    try { posix.execve('/bin/true', ['x\\0'], [], []); } catch (error) { console.log(error.name, error.message); }
    const after = fs.readFileSync('/proc/self/status', 'utf8').match(/Sig(Blk|Ign|Cgt).*/g).join();
    console.log(before === after);
  `);
  expect(stdout).toBe('PosixError ENOENT\nPosixError EBADF\nTypeError argv[0] contains a NUL byte\ntrue\n');
});

test('what is blocked stays so over the replacement, until it is released', () => {
  const { stdout } = runScript(`
    const mask = (when) => console.log(when, fs.readFileSync('/proc/self/status', 'utf8').match(/SigBlk.*/)[0]);
    posix.holdSignals();
    mask('without the launcher');
    posix.releaseSignals();
    mask('after');
  `);
  expect(stdout).toBe('without the launcher SigBlk:\t0000000000000000\nafter SigBlk:\t0000000000000000\n');
});

test('the end of a process is seen through a pidfd', () => {
  const { stdout } = runScript(`
    const { pid } = posix.spawn({ file: '/bin/sh', argv: ['sh', '-c', 'exit 0'], env: [],
      stdin: 0, stdout: 1, stderr: 2, cwd: null, umask: null, credentials: null });
    const child = posix.pidfdOpen(pid);
    const watch = new posix.Poller((ready, events) => {
      console.log(ready === child, events);
      watch.remove(child);
    });
    watch.add(child, posix.READABLE);
  `);
  expect(stdout).toBe('true 1\n');
});

test('a pidfd of a missing process is an error', () => {
  expect(() => pidfdOpen(0x3fffffff)).toThrow(PosixError);
  expect(() => pidfdOpen(0x3fffffff)).toThrow(/ESRCH/);
});

test('the exit status of a process is readable through its pidfd once its parent has reaped it, where the kernel has it', () => {
  const { stdout } = runScript(`
    const { pid } = posix.spawn({ file: '/bin/sh', argv: ['sh', '-c', 'read line; exit 3'], env: [],
      stdin: posix.pipe().read, stdout: 1, stderr: 2, cwd: null, umask: null, credentials: null });
    const child = posix.pidfdOpen(pid);
    const exitStatus = () => posix.pidfdExitStatus(child);
    const answers = [exitStatus()];
    const watch = new posix.Poller(() => {
      watch.remove(child);
      answers.push(exitStatus());
      const reaped = posix.reap().map(({ status }) => status);
      answers.push(exitStatus());
      console.log(JSON.stringify({ answers, reaped }));
    });
    watch.add(child, posix.READABLE);
    process.kill(pid, 'SIGKILL');
  `);
  const { answers, reaped } = JSON.parse(stdout);
  expect(reaped).toEqual([9]);
  expect(answers).toEqual(tellsExits() ? ['not yet', 'not yet', 9] : UNKNOWN);
});

test('a descriptor of another process is copied, and is the same file', () => {
  const { stdout } = runScript(`
    const { read, write } = posix.pipe();
    const { pid } = posix.spawn({ file: '/bin/sleep', argv: ['sleep', '1000'], env: [],
      stdin: read, stdout: write, stderr: 2, cwd: null, umask: null, credentials: null });
    fs.closeSync(write);
    const child = posix.pidfdOpen(pid);
    const copy = posix.pidfdGetfd(child, 1);
    posix.writeFrom(copy, Buffer.from('hello'), 0, 5);
    console.log(fs.readSync(read, Buffer.alloc(10)));
    console.log(/flags:\\t0?2\\d{6}/.test(fs.readFileSync('/proc/self/fdinfo/' + copy, 'utf8')));
    try { posix.pidfdGetfd(child, 99); } catch (error) { console.log(error.syscall, error.code); }
    process.kill(pid, 'SIGKILL');
  `);
  expect(stdout).toBe('5\ntrue\npidfd_getfd EBADF\n');
});

test('without a compiled addon the error reports what to run', async () => {
  await inFolder((folder) => {
    writeFileSync(`${folder}/package.json`, '{"name":"visord"}');
    symlinkSync(`${process.cwd()}/node_modules`, `${folder}/node_modules`);
    mkdirSync(`${folder}/dist/bin`, { recursive: true });
    const { stderr, status } = runScript('console.log(posix.errnoName(1));', [], folder);
    expect(status).toBe(1);
    expect(stderr).toContain(`'npm run install' in ${folder} builds it`);
    expect(stderr).not.toContain('    at ');
  });
});

const UNKNOWN = ['unknown', 'unknown', 'unknown'];

/** Since Linux 6.15. */
function tellsExits(): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  return major > 6 || (major === 6 && minor >= 15);
}

test('pages of the executed files are given back, and read again when they are used', () => {
  const { stdout, stderr } = runScript(`
    const names = () => JSON.stringify(fs.readdirSync('/proc/self'));
    const before = [posix.mappedBytes(), names()];
    const released = posix.releasePages();
    const after = posix.mappedBytes();
    console.log(released > before[0] / 2, after < before[0] / 2, names() === before[1], posix.releasePages() > 0);
  `);
  expect([stdout, stderr]).toEqual(['true true true true\n', '']);
});
