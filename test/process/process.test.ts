import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ProcessConfig } from '../../src/config/types.ts';
import { StdinClosedError } from '../../src/process/channels/input-channel.ts';
import { Process } from '../../src/process/process.ts';
import { CommandError } from '../../src/process/spawn/command.ts';
import { processConfig } from '../rpc/fakes.ts';
import { loggedTo, openDescriptors, readText, type TestHost, test, until } from './support.ts';

const ONCE: Partial<ProcessConfig> = { startSeconds: 0, autorestart: 'never' };

function make(host: TestHost, changes: Partial<ProcessConfig> = {}): Process {
  return new Process(processConfig('p', changes), 'g', host);
}

test('a process starts, runs, reads its stdin, answers and stops', async ({ host, folder }) => {
  const out = join(folder, 'out.log');
  const process = make(host, { ...ONCE, stdout: loggedTo(out) });
  process.start();
  expect(process.state).toBe('RUNNING');
  process.writeStdin(Buffer.from('echo\n'));
  await until('the echo', () => readText(out) === 'echo\n');
  const { pid } = process;
  expect(process.stop()).toBe(null);
  expect([process.state, process.isBeingKilled]).toEqual(['STOPPING', true]);
  await until('it has stopped', () => process.state === 'STOPPED');

  expect(host.changes).toEqual([
    'p: STOPPED -> STARTING',
    'p: STARTING -> RUNNING',
    'p: RUNNING -> STOPPING',
    'p: STOPPING -> STOPPED',
  ]);
  expect(host.log.lines).toContain(`info: spawned: 'p' with pid ${pid}`);
  expect([process.pid, process.exitStatus]).toEqual([0, -1]);
  expect(process.stoppedAt).toBeGreaterThanOrEqual(process.startedAt);
});

test('a missing command is reported before and at the start', ({ host }) => {
  const process = make(host, { command: '/no/such/program', startRetries: 0 });
  expect(() => process.checkCommand()).toThrow(CommandError);
  process.start();
  expect([process.state, process.spawnError]).toEqual(['FATAL', "can't find command '/no/such/program'"]);
});

test('a command that cannot be passed on is the failure of its process, and leaves nothing open', ({
  host,
}) => {
  const before = openDescriptors();
  const process = make(host, { environment: { BAD: 'a\0b' }, startRetries: 0 });
  process.start();
  expect(process.state).toBe('FATAL');
  expect(process.spawnError).toMatch(/^unknown error during fork for 'p': /);
  expect(openDescriptors()).toBe(before);
});

test('a process whose folder for channels was removed starts all the same', async ({ host, folder }) => {
  const process = make(host, { ...ONCE, command: '/bin/ls -l /proc/self/fd/0', startRetries: 0 });
  rmSync(folder, { recursive: true });
  process.start();
  expect(process.state).toBe('RUNNING');
  await until('it has exited', () => process.state === 'EXITED');
});

test('what fails between fork and exec is in the log of the program', async ({ host, folder }) => {
  const process = make(host, {
    ...ONCE,
    directory: '/no/such/folder',
    stderr: loggedTo(join(folder, 'err.log')),
  });
  process.start();
  await until('it has exited', () => process.state === 'EXITED');
  expect(process.exitStatus).toBe(127);
  expect(readText(join(folder, 'err.log'))).toBe(
    "supervisor: couldn't chdir to /no/such/folder: ENOENT\nsupervisor: child process was not spawned\n",
  );
});

test('a process that dies is restarted at once, and nothing of the first one stays open', async ({
  host,
}) => {
  const process = make(host, { startSeconds: 0, autorestart: 'always' });
  process.start();
  const first = process.pid;
  const open = openDescriptors();
  globalThis.process.kill(first, 'SIGKILL');
  await until('it runs again', () => process.state === 'RUNNING' && process.pid !== first);
  await until('the old channels are closed', () => openDescriptors() === open);
});

test('while the daemon shuts down nothing is started again', async ({ host }) => {
  const process = make(host, { startSeconds: 0, autorestart: 'always' });
  process.start();
  host.isStarting = false;
  globalThis.process.kill(process.pid, 'SIGKILL');
  await until('it has exited', () => process.state === 'EXITED');
  await new Promise((resolve) => setImmediate(resolve));
  expect(process.state).toBe('EXITED');
});

test('stdin is refused before the start, while it is being stopped, and after the end', async ({ host }) => {
  const process = make(host, ONCE);
  const write = () => process.writeStdin(Buffer.from('x'));
  expect(write).toThrow(StdinClosedError);
  process.start();
  expect(write).not.toThrow();
  process.stop();
  expect(write).toThrow(StdinClosedError);
  await until('it has stopped', () => process.state === 'STOPPED');
  expect(write).toThrow(StdinClosedError);
});

test('a signal reaches the process; without a process it is an error', async ({ host }) => {
  const process = make(host, ONCE);
  expect(process.signal(15)).toBe("attempted to send p sig SIGTERM but it wasn't running");
  process.start();
  expect(process.signal(12)).toBe(null);
  await until('it has died of it', () => process.state === 'EXITED');
  expect(host.log.lines).toContain('warn: exited: p (terminated by SIGUSR2; not expected)');
});

test('a listener receives every change, also one that another listener causes', async ({ host }) => {
  const process = make(host, ONCE);
  const heard: string[] = [];
  process.onStateChange(() => heard.push(process.state));
  let isRestarted = false;
  process.onStateChange(() => {
    if (process.state === 'EXITED' && !isRestarted) {
      isRestarted = true;
      process.start();
    }
  });
  process.start();
  globalThis.process.kill(process.pid, 'SIGKILL');
  await until('it runs again', () => isRestarted && process.state === 'RUNNING');
  expect(heard).toEqual(['STARTING', 'RUNNING', 'EXITED', 'RUNNING']);
});

test('a listener that has unsubscribed is not called, and one that fails does not end the calls of others', async ({
  host,
}) => {
  const process = make(host, ONCE);
  let isFailing = true;
  let heard = 0;
  process.onStateChange(() => {
    if (isFailing) throw new Error('a listener fails');
  });
  const unsubscribe = process.onStateChange(() => {
    heard += 1;
  });
  expect(() => process.start()).toThrow('a listener fails');
  isFailing = false;
  process.stop();
  await until('it has stopped', () => process.state === 'STOPPED');
  expect(heard).toBe(2);
  unsubscribe();
  process.start();
  expect(heard).toBe(2);
});

test('an automatic log is made with the process, and its failure is reported', ({ host, folder }) => {
  const auto = { ...loggedTo(''), logfile: { kind: 'auto' } as const };
  const process = make(host, { stdout: auto });
  expect(process.stdoutLogfile).toMatch(/\/p-stdout---test-\w{8}\.log$/);
  expect(existsSync(process.stdoutLogfile ?? '')).toBe(true);
  expect(process.stderrLogfile).toBe(null);
  rmSync(folder, { recursive: true });
  expect(() => make(host, { stdout: auto })).toThrow('cannot be created');
});

test('waiting for a stop is logged at most every two seconds', ({ host }) => {
  const process = make(host, ONCE);
  process.start();
  process.reportStopping();
  process.stop();
  process.reportStopping();
  process.reportStopping();
  const said = host.log.lines.filter((line) => line === 'info: waiting for p to stop');
  expect(said).toHaveLength(1);
});

test('what a removed process leaves behind is read until a process of its name takes it', async ({
  host,
  folder,
}) => {
  const before = openDescriptors();
  const command = `/bin/sh -c '(while [ -d ${folder} ]; do sleep 0.05; done) & exit 0'`;
  const process = make(host, { ...ONCE, command, stdout: loggedTo(join(folder, 'out.log')) });
  process.start();
  await until('it has exited', () => process.state === 'EXITED');
  const left = ['stdout', 'stderr'].map((channel) => ({ groupName: 'g', name: 'p', channel }));
  process.dispose();
  expect(host.leftPipes.all).toMatchObject(left);
  expect(readdirSync(folder)).toEqual(['out.log']);
  const next = make(host, { ...ONCE, command, stdout: loggedTo(join(folder, 'out.log')) });
  expect([host.leftPipes.all, next.channels.leftPipes]).toMatchObject([[], left]);
  next.dispose();
  host.leftPipes.close();
  expect(openDescriptors()).toBe(before);
});
