/**
 * Restarts of several processes, as `restart_mode` of their programs asks for: all at once, or some at a time.
 *
 * @module
 */
import type { ProcessConfig } from '../../config/types.ts';
import type { MainLog } from '../../logs/main-log.ts';
import type { Process } from '../../process/process.ts';
import { type Replacement, restartProcess } from './restart-process.ts';

/** The configurations of next runs, where they differ from those of the current ones. */
export type Replacements = ReadonlyMap<Process, Replacement>;

const NONE: Replacements = new Map();

/** The result of the restart of one process. */
export interface Restarted<P = Process> {
  readonly process: P;
  /** `left` is a process that was not touched, because another one failed before. */
  readonly outcome: 'restarted' | 'failed' | 'left';
  /** Why it failed; empty otherwise. */
  readonly reason: string;
}

/** A restart of the same group is under way. */
export class RestartUnderWayError extends Error {
  override readonly name = 'RestartUnderWayError';
}

export interface RestartsHost {
  readonly log: Pick<MainLog, 'info' | 'warn'>;
  mayStart(): boolean;
}

export interface RestartsOptions {
  readonly host: RestartsHost;
  readonly restart?: typeof restartProcess;
  readonly pause?: (seconds: number) => Promise<void>;
}

export class Restarts {
  readonly #host: RestartsHost;
  readonly #restart: typeof restartProcess;
  readonly #pause: (seconds: number) => Promise<void>;
  /** Groups with a restart under way. */
  readonly #underWay = new Set<string>();
  /** Those of them in which processes wait for their turn. */
  readonly #unfinished = new Set<string>();

  constructor({ host, restart = restartProcess, pause = wait }: RestartsOptions) {
    this.#host = host;
    this.#restart = restart;
    this.#pause = pause;
  }

  /** No process waits for its turn. The next daemon goes on with those whose turn it is. */
  get isIdle(): boolean {
    return this.#unfinished.size === 0;
  }

  isUnderWay(groupName: string): boolean {
    return this.#underWay.has(groupName);
  }

  /**
   * Restarts processes of one group, program after program. When one fails, those that have not been touched stay as
   * they are.
   *
   * @param processes in the order in which they are to be restarted
   * @param replacements of those whose next run has another configuration; its restart_mode is that of the restart
   * @param reason of the restart, for the log
   * @throws RestartUnderWayError
   */
  restart(
    groupName: string,
    processes: readonly Process[],
    replacements: Replacements = NONE,
    reason?: string,
  ): Promise<readonly Restarted[]> {
    if (this.#underWay.has(groupName)) {
      throw new RestartUnderWayError(`a restart of ${groupName} is under way`);
    }
    this.#underWay.add(groupName);
    this.#unfinished.add(groupName);
    return this.#inTurn(groupName, processes, replacements, reason).finally(() => {
      this.#underWay.delete(groupName);
      this.#unfinished.delete(groupName);
    });
  }

  async #inTurn(
    groupName: string,
    processes: readonly Process[],
    replacements: Replacements,
    reason: string | undefined,
  ): Promise<readonly Restarted[]> {
    const results: Restarted[] = [];
    const batches = batchesOf(processes, replacements);
    for (const [index, { members, pauseSeconds }] of batches.entries()) {
      if (!this.#host.mayStart() || results.some(hasFailed)) {
        results.push(...members.map(left));
        continue;
      }
      if (index > 0 && pauseSeconds > 0) await this.#pause(pauseSeconds);
      if (index === batches.length - 1) this.#unfinished.delete(groupName);
      const done = await Promise.all(members.map((process) => this.#one(process, replacements, reason)));
      results.push(...done);
      this.#reportFailure(groupName, done, batches.slice(index + 1));
    }
    return results;
  }

  async #one(process: Process, replacements: Replacements, reason: string | undefined): Promise<Restarted> {
    const failure = await this.#restart(process, replacements.get(process) ?? null, reason);
    return failure === null
      ? { process, outcome: 'restarted', reason: '' }
      : { process, outcome: 'failed', reason: failure };
  }

  #reportFailure(groupName: string, done: readonly Restarted[], rest: readonly Batch[]): void {
    const failed = done.filter(hasFailed);
    if (failed.length === 0) return;
    const reasons = failed.map(({ process, reason }) => `${process.config.name}: ${reason}`).join(', ');
    const count = rest.reduce((sum, { members }) => sum + members.length, 0);
    const others = count === 0 ? '' : `; ${count} not restarted`;
    this.#host.log.warn(`restart of ${groupName} failed (${reasons})${others}`);
  }
}

/** Processes that are restarted at a time. */
export interface Batch {
  readonly members: readonly Process[];
  /** Before it, where it is not the first one. */
  readonly pauseSeconds: number;
}

/** Those of a program with `restart_mode=stop_start` are one batch. */
export function batchesOf(
  processes: readonly Process[],
  replacements: Replacements = NONE,
): readonly Batch[] {
  const batches: Batch[] = [];
  for (const members of byProgram(processes)) {
    const { mode, batch, pauseSeconds } = restartKeysOf(members, replacements);
    const size = mode === 'stop_start' ? members.length : batch;
    for (let at = 0; at < members.length; at += size) {
      batches.push({ members: members.slice(at, at + size), pauseSeconds: at === 0 ? 0 : pauseSeconds });
    }
  }
  return batches;
}

function restartKeysOf([first]: readonly Process[], replacements: Replacements): ProcessConfig['restart'] {
  const config = first && (replacements.get(first)?.config ?? first.config);
  return config?.restart ?? ONE_BATCH;
}

const ONE_BATCH = { mode: 'stop_start', batch: 1, pauseSeconds: 0 } as const;

function byProgram(processes: readonly Process[]): readonly (readonly Process[])[] {
  const programs = new Map<string, Process[]>();
  for (const process of processes) {
    const { program, name } = process.config;
    const members = programs.get(program ?? name) ?? [];
    programs.set(program ?? name, members);
    members.push(process);
  }
  return [...programs.values()];
}

function hasFailed({ outcome }: Restarted): boolean {
  return outcome === 'failed';
}

function left(process: Process): Restarted {
  return { process, outcome: 'left', reason: '' };
}

function wait(seconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
  });
}
