/**
 * Puts another daemon in the place of a supervisord of Python while its programs run: their pipes are held open, the daemon
 * is killed, and a command starts the next daemon, which adopts the programs.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { closeSync, constants, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openSync, readlinkSync } from '../io/files.ts';
import { procStat, procStatIfKnown } from '../io/proc-stat.ts';
import { pidsIn } from '../io/process-table.ts';
import { environmentOf } from '../process/adoption/orphans.ts';
import { pipesWithReaders } from '../process/adoption/pipe-readers.ts';
import { pipeOf } from '../process/channels/reopen-pipes.ts';

/** A pipe that a program writes to, held open for reading; nothing is read. */
interface HeldPipe {
  /** As /proc names it. */
  readonly target: string;
  readonly fd: number;
  readonly pid: number;
  readonly startTicks: number;
  /** `group:name`. */
  readonly name: string;
}

export interface TakeOverOptions {
  /** Of the supervisord that runs. */
  readonly pid: number;
  /** Starts the next daemon. */
  readonly command: readonly string[];
  /** How long the pipes are held at most, in milliseconds. */
  readonly limitMs: number;
}

export interface TakeOverResult {
  /** `group:name` of the programs whose output another process reads now. */
  readonly adopted: readonly string[];
  /** Those that run, and whose output no process reads. */
  readonly left: readonly string[];
  /** How the command failed; null where it ended well, or still runs. */
  readonly failure: string | null;
}

export class TakeOverError extends Error {}

const PAUSE_MS = 50;
const OUTPUTS = [1, 2] as const;

/** Why the process cannot be taken over from; null if it can. */
export function reasonNotToTakeOver(pid: number): string | null {
  const words = commandLineOf(pid);
  if (words.some((word) => basename(word) === 'supervisord.cjs')) {
    return `process ${pid} is visord already: 'supervisorctl upgrade' puts the installed version in its place`;
  }
  const isStock = words.some(
    (word) => /^supervisord(?:\.distrib|\.py)?$/.test(basename(word)) || word === 'supervisor.supervisord',
  );
  return isStock ? null : `process ${pid}, which the pidfile names, is not a supervisord`;
}

/** The unit of systemd that the process runs in; null where it is in none. */
export function unitOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/cgroup`, 'latin1');
    return /\/([^/\n]+\.service)$/m.exec(text)?.[1] ?? null;
  } catch {
    return null;
  }
}

/** @throws TakeOverError where nothing was done, and the daemon runs on */
export async function takeOver({ pid, command, limitMs }: TakeOverOptions): Promise<TakeOverResult> {
  const held = await killHolding(pid);
  try {
    let failure: string | null = null;
    const [file = '', ...args] = command;
    const child = spawn(file, args, { stdio: 'inherit' });
    child.once('error', ({ message }) => {
      failure = message;
    });
    child.once('exit', (code, signal) => {
      if (code !== 0) failure = `${file} has ended with ${signal ?? `exit status ${code}`}`;
    });
    const deadline = Date.now() + limitMs;
    while (failure === null && Date.now() < deadline && unread(held).length > 0) await delay(PAUSE_MS);
    const left = new Set(unread(held).map(({ name }) => name));
    const names = new Set(held.filter(isThere).map(({ name }) => name));
    child.unref();
    return { adopted: [...names].filter((name) => !left.has(name)).sort(), left: [...left].sort(), failure };
  } finally {
    for (const { fd } of held) closeSync(fd);
  }
}

/** Stops the daemon first, so that it starts nothing and reads nothing meanwhile. */
async function killHolding(pid: number): Promise<readonly HeldPipe[]> {
  const stat = procStat(pid);
  if (stat === null) throw new TakeOverError(`no supervisord runs with the pid ${pid}`);
  try {
    process.kill(pid, 'SIGSTOP');
  } catch (error) {
    throw new TakeOverError((error as Error).message);
  }
  const held: HeldPipe[] = [];
  try {
    const read = new Set(targetsOf(pid));
    for (const child of childrenOf(pid)) hold(child, read, held);
  } catch (error) {
    for (const { fd } of held) closeSync(fd);
    process.kill(pid, 'SIGCONT');
    throw new TakeOverError((error as Error).message);
  }
  process.kill(pid, 'SIGKILL');
  const isAlive = (): boolean => {
    const now = procStatIfKnown(pid);
    return now !== null && now.startTicks === stat.startTicks && !now.isZombie;
  };
  while (isAlive()) await delay(PAUSE_MS);
  return held;
}

/** @param read what the daemon has open @throws ErrnoException */
function hold(pid: number, read: ReadonlySet<string>, held: HeldPipe[]): void {
  const stat = procStatIfKnown(pid);
  if (stat === null || stat.isZombie) return;
  const variables = environmentOf(pid);
  const name = `${variables.get('SUPERVISOR_GROUP_NAME')}:${variables.get('SUPERVISOR_PROCESS_NAME')}`;
  for (const descriptor of OUTPUTS) {
    const target = pipeOf(pid, descriptor);
    if (target === null || !read.has(target) || held.some((one) => one.target === target)) continue;
    const fd = openSync(`/proc/${pid}/fd/${descriptor}`, constants.O_RDONLY | constants.O_NONBLOCK);
    held.push({ target, fd, pid, startTicks: stat.startTicks, name });
  }
}

/** The pipes of programs that run, which no process but this one reads. */
function unread(held: readonly HeldPipe[]): readonly HeldPipe[] {
  const living = held.filter(isThere);
  const read = pipesWithReaders(new Set(living.map(({ target }) => target)), (pid) => pid === process.pid);
  return living.filter(({ target }) => !read.has(target));
}

function isThere({ pid, startTicks }: HeldPipe): boolean {
  const stat = procStatIfKnown(pid);
  return stat !== null && stat.startTicks === startTicks && !stat.isZombie;
}

function childrenOf(parent: number): readonly number[] {
  return pidsIn().filter((pid) => procStatIfKnown(pid)?.parent === parent);
}

/** @throws ErrnoException where the descriptors may not be read */
function targetsOf(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${descriptor}`);
    } catch {
      return [];
    }
  });
}

function commandLineOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
