/** Processes that are not our children, as those are that another daemon has started, and some that are. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { constants, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { isAlive } from '../../compat/harness/processes.ts';
import { makeFifo } from '../fifos.ts';
import { until } from './support.ts';

/** The environment of the process `p` of the group `g`: the tests adopt it under that name. */
const ENVIRONMENT = {
  PATH: process.env.PATH ?? '',
  SUPERVISOR_PROCESS_NAME: 'p',
  SUPERVISOR_GROUP_NAME: 'g',
};

/** A process that ends with a status on request; the test that made it has to end it. */
export interface Obedient {
  readonly pid: number;
  exit(status: number): void;
}

/** A process that init has for its child. */
export function orphan(folder: string, name = 'orphan'): Obedient {
  const command = order(folder, name);
  const shell = `${command.script} >/dev/null 2>&1 & echo $!`;
  const { stdout } = spawnSync('/bin/sh', ['-c', shell], { env: ENVIRONMENT });
  return { pid: Number(stdout), exit: command.exit };
}

/** A process with a parent of its own, which ends with the test that made it. */
export interface Parented extends Obedient {
  readonly parent: ChildProcess;
}

/** A process whose parent lives on and reaps no child. */
export function neglected(folder: string): Promise<Parented> {
  return parented(folder, 'exec sleep 1000', (parent) => commandOf(parent).startsWith('sleep'));
}

/** A process whose parent reaps it at once when it ends, as init should; some init processes take seconds. */
export function attended(folder: string): Promise<Parented> {
  return parented(folder, 'wait; exec sleep 1000', () => true);
}

async function parented(
  folder: string,
  goesOn: string,
  isReady: (parent: number) => boolean,
): Promise<Parented> {
  const command = order(folder, 'parented');
  const path = join(folder, 'pid');
  const parent = spawn('/bin/sh', ['-c', `${command.script} & echo $! > ${path}; ${goesOn}`], {
    stdio: 'ignore',
    env: ENVIRONMENT,
  });
  await until('it is started', () => readPid(path) > 0 && isReady(parent.pid ?? 0));
  return { pid: readPid(path), exit: command.exit, parent };
}

/** A shell command that ends with the status that it gets. */
function order(folder: string, name: string): { readonly script: string; exit(status: number): void } {
  const path = join(folder, `${name}.order`);
  makeFifo(path);
  return {
    script: `(read status < ${path}; exit $status)`,
    exit: (status) => {
      const fd = openSync(path, constants.O_RDWR);
      // It stays open: the shell may not have opened it yet, and the bytes in a FIFO last while a process has it open.
      writeSync(fd, `${status}\n`);
    },
  };
}

function readPid(path: string): number {
  try {
    return Number(readFileSync(path, 'latin1'));
  } catch {
    return 0;
  }
}

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
}

/** Our own child with these as its stdout and stderr, the leader of a group; `/bin/sleep` if nothing else. */
export function child(stdio: readonly ('ignore' | number)[] = [], command = '/bin/sleep'): ChildProcess {
  const made = spawn(command, ['1000'], {
    stdio: ['ignore', stdio[0] ?? 'ignore', stdio[1] ?? 'ignore'],
    detached: true,
  });
  expect(made.pid).toBeGreaterThan(0);
  return made;
}

/** Kills our own child and waits for its end. */
export async function end(made: ChildProcess): Promise<void> {
  made.kill('SIGKILL');
  await until('it has ended', () => made.exitCode !== null || made.signalCode !== null);
}

export async function endOrphan({ pid }: Obedient): Promise<void> {
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  await until('it has ended', () => !isAlive(pid));
}
