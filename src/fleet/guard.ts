/**
 * The guard: a small process that ends programs with `run_on` when their slots are not confirmed any more, also where this
 * daemon was killed or is stopped (src/bin/launcher/guard.c).
 *
 * @module
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { procStatIfKnown } from '../io/proc-stat.ts';
import type { MainLog } from '../logs/main-log.ts';
import { packageFolder } from '../native/addon.ts';
import {
  PID_DIGITS,
  pipe,
  type SpawnNote,
  setNonblocking,
  setPipeSize,
  spawn,
  TICKS_DIGITS,
} from '../native/posix.ts';
import type { Reaped } from '../process/host.ts';

/** A program under guard. */
export interface Guarded {
  readonly signal: number;
  readonly cgroup: string | null;
  /** 0 before the spawn. */
  readonly pid: number;
  readonly startTicks: number | null;
  /** On CLOCK_BOOTTIME, in milliseconds. */
  readonly stopAtMs: number;
  readonly killAtMs: number;
}

/** Size of the pipe to the guard, in bytes: enough for some thousands of programs. */
const PIPE_BYTES = 1 << 20;

export interface GuardProcess {
  readonly pid: number;
  /** As in `ProcStat`. */
  readonly startTicks: number;
}

export interface GuardHost {
  /** Name in log lines. */
  readonly name: string;
  /** Whether it stops programs before it kills them. */
  readonly stops: boolean;
  readonly log: MainLog;
  readonly processesByPid: Map<number, Reaped>;
  /** The programs to be guarded, by the id of the process, after a new start of the guard. */
  readonly guarded: () => Iterable<readonly [string, Guarded]>;
}

export class Guard {
  readonly #host: GuardHost;
  readonly #numbers = new Map<string, number>();
  #pipe: number | null = null;
  #process: GuardProcess | null = null;
  #isClosed = false;

  constructor(host: GuardHost) {
    this.#host = host;
  }

  /** Null while none runs. */
  get process(): GuardProcess | null {
    return this.#process;
  }

  /** Starts it; programs that run are in its pipe before. @throws Error where that is not possible */
  start(): void {
    const { read, write } = pipe();
    enlarge(write);
    setNonblocking(write, true);
    this.#pipe = write;
    for (const [id, program] of this.#host.guarded()) this.add(id, program);
    const silence = openSync('/dev/null', 'r+');
    try {
      const file = join(packageFolder, 'dist', 'bin', 'fleet-guard');
      const { pid, failure } = spawn({
        ...{
          file,
          argv: [file],
          env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'],
          cwd: '/',
          umask: null,
          credentials: null,
          session: true,
        },
        stdin: read,
        stdout: silence,
        stderr: silence,
      });
      this.#host.processesByPid.set(pid, { exited: () => this.#ended(pid) });
      if (failure !== null) throw new Error(`${file} cannot be executed: ${failure.code}`);
      this.#process = { pid, startTicks: procStatIfKnown(pid)?.startTicks ?? 0 };
    } catch (error) {
      this.#pipe = null;
      closeSync(write);
      throw error;
    } finally {
      closeSync(read);
      closeSync(silence);
    }
  }

  /**
   * A program is about to be started. @returns what its process writes before it executes the program
   *
   * @throws Error where no guard runs
   */
  begin(id: string, program: Guarded): SpawnNote {
    if (this.#pipe === null) throw new Error(`${this.#host.name} does not run`);
    this.#register(id, program);
    const head = `p ${this.#numberOf(id)} `;
    const text = Buffer.from(`${head}${'0'.padEnd(PID_DIGITS)} ${'0'.padEnd(TICKS_DIGITS)}\n`);
    return {
      descriptor: this.#pipe,
      text,
      pidAt: head.length,
      startTicksAt: head.length + PID_DIGITS + 1,
    };
  }

  /** A program that runs already, of an earlier daemon. */
  add(id: string, program: Guarded): void {
    this.#register(id, program);
    this.#send(`p ${this.#numberOf(id)} ${program.pid} ${program.startTicks ?? 0}`);
  }

  /** The slot of a program was confirmed. */
  extend(id: string, { stopAtMs, killAtMs }: Pick<Guarded, 'stopAtMs' | 'killAtMs'>): void {
    this.#send(`u ${this.#numberOf(id)} ${Math.floor(stopAtMs)} ${Math.floor(killAtMs)}`);
  }

  /** The daemon stops a program itself. */
  leave(id: string): void {
    this.#send(`q ${this.#numberOf(id)}`);
  }

  /** A program has ended. */
  end(id: string): void {
    this.#send(`x ${this.#numberOf(id)}`);
  }

  /** The guard ends by itself when no program is left. */
  close(): void {
    this.#isClosed = true;
    if (this.#pipe !== null) closeSync(this.#pipe);
    this.#pipe = null;
  }

  #register(id: string, { signal, cgroup, ...times }: Guarded): void {
    this.#send(`w ${this.#numberOf(id)} ${signal} ${cgroup ?? '-'}`);
    this.extend(id, times);
    if (!this.#host.stops) this.leave(id);
  }

  #numberOf(id: string): number {
    const number = this.#numbers.get(id) ?? this.#numbers.size + 1;
    this.#numbers.set(id, number);
    return number;
  }

  #send(line: string): void {
    if (this.#pipe === null) return;
    try {
      writeSync(this.#pipe, `${line}\n`);
    } catch (error) {
      // A guard that does not read is replaced; the programs are ended by it in time, or by the next one.
      this.#host.log.critical(`${this.#host.name} takes nothing: ${(error as Error).message}`);
      if (this.#process !== null) process.kill(this.#process.pid, 'SIGKILL');
    }
  }

  #ended(pid: number): void {
    this.#host.processesByPid.delete(pid);
    if (this.#process?.pid !== pid) return;
    this.#process = null;
    if (this.#pipe !== null) closeSync(this.#pipe);
    this.#pipe = null;
    if (this.#isClosed) return;
    this.#host.log.warn(`${this.#host.name} (pid ${pid}) has ended; it is started again`);
    try {
      this.start();
      this.#host.log.info(`${this.#host.name} runs again`);
    } catch (error) {
      this.#host.log.critical(`${this.#host.name} cannot be started: ${(error as Error).message}`);
    }
  }
}

function enlarge(fd: number): void {
  try {
    setPipeSize(fd, PIPE_BYTES);
  } catch {
    // The user has too many pipes: it stays as large as it is.
  }
}

/** Ends the guard of an earlier daemon, when another one guards its programs. */
export function endGuard({ pid, startTicks }: GuardProcess): void {
  if (procStatIfKnown(pid)?.startTicks !== startTicks) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
