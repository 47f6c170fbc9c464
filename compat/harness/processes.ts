/**
 * Starts commands and daemons for the runner, and makes sure that none of them outlives it.
 *
 * Every process carries a variable that names its side's folder, and its children inherit it:
 * at the end of a side every process that still carries it is killed, with its descendants.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import type { CommandOptions, CommandResult, Daemon } from '../scenario.ts';
import { mayReport } from './counted.ts';
import { searchPath } from './debian.ts';
import { waitUntil } from './wait.ts';

/** The variable that marks a process as belonging to a side. */
const MARK = 'COMPAT_DIR';

/** The small environment that everything under test starts with; nothing is read or left in the user's home. */
export function baseEnvironment(dir: string): Record<string, string> {
  return {
    PATH: searchPath(),
    HOME: dir,
    LANG: 'C.UTF-8',
    PYTHONWARNINGS: 'ignore',
    RUNTIME_DIRECTORY: runtimeFolder(dir),
    [MARK]: dir,
  };
}

/**
 * Where the daemon of a side keeps its FIFOs and its journal. In memory if possible: making a FIFO on a disk can take
 * many times as long.
 */
export function runtimeFolder(dir: string): string {
  return hasSharedMemory ? join('/dev/shm', basename(dir)) : `${dir}.run`;
}

const hasSharedMemory = isInMemory('/dev/shm');

/** Removes the folder of a side, and the runtime folder of its daemons. */
export function removeFolders(dir: string): void {
  for (const folder of [dir, runtimeFolder(dir)]) rmSync(folder, { recursive: true, force: true });
}

/** Whether the folder is a file system in memory that this process can write to. */
function isInMemory(folder: string): boolean {
  const TMPFS_MAGIC = 0x01021994;
  try {
    accessSync(folder, constants.W_OK);
    return statfsSync(folder).type === TMPFS_MAGIC;
  } catch {
    return false;
  }
}

/** Runs a command to its end, bounded in time. */
export function runCommand(
  command: readonly string[],
  dir: string,
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { stdin, seconds = 180, until, environment, directory = dir } = options;
  const [file = '', ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: directory,
      env: { ...baseEnvironment(dir), ...environment },
      stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let isEnough = false;
    const take = (chunks: Buffer[]) => (chunk: Buffer) => {
      chunks.push(chunk);
      // Once: a second signal would find Python without its handlers while it ends.
      if (isEnough || !until?.(Buffer.concat([...out, ...err]).toString())) return;
      isEnough = true;
      child.kill('SIGTERM');
    };
    child.stdout?.on('data', take(out));
    child.stderr?.on('data', take(err));
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(stdin);

    const soft = setTimeout(() => child.kill('SIGTERM'), seconds * 1000);
    const hard = setTimeout(() => child.kill('SIGKILL'), (seconds + 2) * 1000);
    let settled = false;
    const settle = (code: number) => {
      if (settled) return;
      settled = true;
      clearTimeout(soft);
      clearTimeout(hard);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve({ stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString(), code });
    };
    child.on('error', (error) => {
      clearTimeout(soft);
      clearTimeout(hard);
      reject(error);
    });
    child.on('close', (code, signal) => settle(exitCode(code, signal)));
    // A daemon that the command left behind may hold the pipes open: its later output is not waited for.
    child.on('exit', (code, signal) => setTimeout(() => settle(exitCode(code, signal)), 1000));
  });
}

/** Starts a daemon in a session of its own, its output going to a file (as under an init system). */
export function startDaemon(
  command: readonly string[],
  dir: string,
  outputFile: string,
  options: Pick<CommandOptions, 'environment' | 'directory'> = {},
): Daemon {
  const [file = '', ...args] = command;
  const output = openSync(outputFile, 'a');
  const child = spawn(file, args, {
    cwd: options.directory ?? dir,
    env: { ...baseEnvironment(dir), ...options.environment },
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  let code: number | undefined;
  child.on('exit', (status, signal) => {
    code = exitCode(status, signal);
  });
  child.on('error', (error) => {
    code = 127;
    process.stderr.write(`${file}: ${error.message}\n`);
  });
  return daemon({
    pid: child.pid ?? 0,
    code: () => code,
    output: () => readText(outputFile),
    signal: (signal) => {
      if (code === undefined) child.kill(signal);
    },
  });
}

/** A daemon that has left its parent, found by its pid; its exit code cannot be known and is 0. */
export function daemonByPid(pid: number): Daemon {
  return daemon({
    pid,
    code: () => (isAlive(pid) ? undefined : 0),
    output: () => '',
    signal: (signal) => {
      if (isAlive(pid)) process.kill(pid, signal);
    },
  });
}

interface DaemonHandle {
  readonly pid: number;
  code(): number | undefined;
  output(): string;
  signal(signal: NodeJS.Signals): void;
}

function daemon({ pid, code, output, signal }: DaemonHandle): Daemon {
  const exited = async (seconds = 120) => {
    await waitUntil('the daemon has ended', () => code() !== undefined, seconds);
    return code() ?? 0;
  };
  return {
    pid,
    output,
    signal,
    isRunning: () => code() === undefined,
    exited,
    stop: async () => {
      signal('SIGTERM');
      try {
        return await exited(120);
      } catch {
        signal('SIGKILL');
        return exited(20);
      }
    },
  };
}

/** Kills every process that carries the mark of the folder, and all that descends from one. */
export function killMarked(dir: string): number {
  const parents = new Map<number, number>();
  const doomed = new Set<number>();
  for (const pid of allPids()) {
    if (pid === process.pid) continue;
    parents.set(pid, parentOf(pid));
    if (readText(`/proc/${pid}/environ`).split('\0').includes(`${MARK}=${dir}`)) doomed.add(pid);
  }
  for (let size = -1; size !== doomed.size; ) {
    size = doomed.size;
    for (const [pid, parent] of parents) if (doomed.has(parent)) doomed.add(pid);
  }
  for (const pid of doomed) {
    try {
      if (!mayReport(pid)) process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself meanwhile.
    }
  }
  return doomed.size;
}

/** True while the process exists and is not a zombie. */
export function isAlive(pid: number): boolean {
  const state = stateOf(pid);
  return state !== undefined && state !== 'Z';
}

/** Its state as the letter in /proc; undefined for a process that is gone. */
function stateOf(pid: number): string | undefined {
  return /^\d+ \(.*\) (\S)/s.exec(readText(`/proc/${pid}/stat`))?.[1];
}

/**
 * True once the process waits: for input, a timer or a signal. What a daemon does in one turn, as all of its start, is
 * done then. A main thread that waits for another thread of its own is at work.
 */
export function isAtRest(pid: number): boolean {
  const state = stateOf(pid);
  return state !== 'R' && state !== 'D' && !readText(`/proc/${pid}/wchan`).includes('futex');
}

/** Processor time that the process has used, in seconds; 0 for one that is gone. */
export function cpuSeconds(pid: number): number {
  const fields = readText(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
}

/** True while the process is stopped by a signal. */
export function isStopped(pid: number): boolean {
  return stateOf(pid) === 'T';
}

/** The numbers of epoll_pwait(2) and epoll_wait(2) on x64, and of the first on arm64. */
const POLLS = new Set(['281', '232', '22']);

/** True where the process, which a signal has stopped, was waiting for descriptors; also where /proc does not show it. */
export function wasPolling(pid: number): boolean {
  const [call = ''] = readText(`/proc/${pid}/syscall`).split(/\s/, 1);
  return call === '' || POLLS.has(call);
}

/** The arguments of the process, each ended by a NUL byte; empty for one that is gone. */
export function commandLine(pid: number): string {
  return readText(`/proc/${pid}/cmdline`);
}

/** Pids of the processes whose command line has the text. */
export function pidsRunning(text: string): number[] {
  return allPids().filter((pid) => commandLine(pid).includes(text));
}

function allPids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

/** The pid of the parent; 0 for a process that is gone. */
export function parentOf(pid: number): number {
  return Number(/^\d+ \(.*\) \S (\d+)/s.exec(readText(`/proc/${pid}/stat`))?.[1] ?? 0);
}

function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === 'SIGKILL' ? 9 : signal === 'SIGTERM' ? 15 : 1);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
