/**
 * The hooks of processes: commands around their starts and stops, one at a time for each process.
 *
 * @module
 */
import { procStatIfKnown } from '../../io/proc-stat.ts';
import type { MainLog } from '../../logs/main-log.ts';
import type { HookProcess } from '../../process/adoption/process-record.ts';
import type { HostedProcess } from '../../process/host.ts';
import type { HookName } from '../../process/machine/policy.ts';
import { failureOf, runSideCommand, type SideCommandHost } from '../../process/spawn/side-command.ts';

export interface HooksHost extends SideCommandHost {
  readonly log: MainLog;
  /** The record of the process is to be written to the journal. */
  remember(process: HostedProcess): void;
}

interface Job {
  readonly hook: HookName;
  readonly exitStatus: number | null;
  /** For a hook that a client runs: its start or stop is not one of the process. */
  readonly report?: (failure: string | null) => void;
}

/** The end of a hook of a client that was killed, because the process is started or stopped, or that did not run. */
const CANCELLED = 'cancelled';

/** The hooks of one process: what runs, and what is to run after it. */
interface Queue {
  readonly jobs: Job[];
  /** The one that runs. */
  current: Job | null;
  cancel: (() => void) | null;
  /** The hook that runs. */
  running: HookProcess | undefined;
}

export class Hooks {
  readonly #host: HooksHost;
  readonly #queues = new Map<HostedProcess, Queue>();
  readonly #idleListeners: (() => void)[] = [];

  constructor(host: HooksHost) {
    this.#host = host;
  }

  /** No hook runs. */
  get isIdle(): boolean {
    return this.#queues.size === 0;
  }

  /** Calls once when no hook runs. */
  whenIdle(listener: () => void): void {
    if (this.isIdle) {
      listener();
    } else {
      this.#idleListeners.push(listener);
    }
  }

  /** The hook of the process that runs now. */
  runningOf(process: HostedProcess): HookProcess | undefined {
    return this.#queues.get(process)?.running;
  }

  /** Runs a hook after those of the process that still run. */
  run(process: HostedProcess, hook: HookName, exitStatus: number | null): void {
    // Those of clients do not delay a start or a stop.
    const queue = this.#queues.get(process);
    if (queue !== undefined) this.#end(process, queue, ({ report }) => report !== undefined);
    this.#add(process, { hook, exitStatus });
  }

  /** Runs a hook for a client; resolves with the reason where it fails, else with null. */
  runForClient(process: HostedProcess, hook: HookName): Promise<string | null> {
    return new Promise((resolve) => this.#add(process, { hook, exitStatus: null, report: resolve }));
  }

  #add(process: HostedProcess, job: Job): void {
    const queue = this.#queues.get(process);
    if (queue !== undefined) {
      queue.jobs.push(job);
      return;
    }
    const created: Queue = { jobs: [job], current: null, cancel: null, running: undefined };
    this.#queues.set(process, created);
    setImmediate(() => this.#next(process, created));
  }

  /** Kills what runs and drops what waits, but for post_stop, which cleans up after a run. */
  cancel(process: HostedProcess): void {
    const queue = this.#queues.get(process);
    if (queue === undefined) {
      return;
    }
    const isCleanUp = ({ hook, report }: Job): boolean => hook === 'post_stop' && report === undefined;
    this.#end(process, queue, (job) => job === queue.current || !isCleanUp(job));
  }

  #end(process: HostedProcess, queue: Queue, isEnded: (job: Job) => boolean): void {
    const dropped = queue.jobs.filter(isEnded);
    const kept = queue.jobs.filter((job) => !dropped.includes(job));
    queue.jobs.splice(0, queue.jobs.length, ...kept);
    for (const { report } of dropped) report?.(CANCELLED);
    if (queue.cancel === null || queue.current === null || !isEnded(queue.current)) return;
    queue.cancel();
    queue.current.report?.(CANCELLED);
    queue.cancel = null;
    queue.running = undefined;
    setImmediate(() => this.#next(process, queue));
  }

  /** Kills all hooks, at the end of the daemon. */
  close(): void {
    for (const queue of this.#queues.values()) {
      for (const { report } of queue.jobs.splice(0)) report?.(CANCELLED);
      queue.cancel?.();
      queue.current?.report?.(CANCELLED);
    }
    this.#queues.clear();
  }

  #next(process: HostedProcess, queue: Queue): void {
    if (queue.cancel !== null || this.#queues.get(process) !== queue) {
      return;
    }
    const job = queue.jobs.shift();
    queue.current = job ?? null;
    if (job === undefined) {
      this.#queues.delete(process);
      this.#reportIdle();
      return;
    }
    const command = process.config.hooks[job.hook];
    if (command === null) {
      this.#done(process, queue, job, null);
      return;
    }
    this.#start(process, queue, job, command);
  }

  #start(process: HostedProcess, queue: Queue, job: Job, command: string): void {
    const { config, groupName, pid } = process;
    const isFailureIgnored = command.startsWith('-');
    const isStopCommand = job.hook === 'stop_command';
    const name = isStopCommand ? job.hook : `${job.hook}_hook`;
    // The machine ends a stop command after stopwaitsecs.
    const timeoutMs = isStopCommand ? 0 : config.hooks.timeoutSeconds * 1000;
    this.#host.log.debug(`${config.name}: running ${name}`);
    queue.cancel = runSideCommand({
      host: this.#host,
      config,
      groupName,
      command: isFailureIgnored ? command.slice(1) : command,
      environment: {
        SUPERVISOR_HOOK: job.hook,
        ...(pid > 0 ? { SUPERVISOR_PID: String(pid) } : {}),
        ...(job.exitStatus === null ? {} : { SUPERVISOR_EXIT_STATUS: String(job.exitStatus) }),
      },
      timeoutMs,
      // A later daemon does not wait for it.
      diesWithDaemon: job.report !== undefined,
      onStart: (hookPid) => {
        if (job.report !== undefined) return;
        const stat = procStatIfKnown(hookPid);
        queue.running = stat === null ? undefined : { pid: hookPid, startTicks: stat.startTicks };
        this.#host.remember(process);
      },
      onEnd: (outcome) => {
        queue.cancel = null;
        queue.running = undefined;
        const failure = failureOf(outcome, timeoutMs);
        const text = failure === null ? null : `${name}: ${failure}`;
        if (text !== null) {
          this.#host.log.warn(`${config.name}: ${text}${isFailureIgnored ? ' (ignored)' : ''}`);
        }
        this.#done(process, queue, job, isFailureIgnored && job.report === undefined ? null : text);
      },
    });
  }

  #done(process: HostedProcess, queue: Queue, { hook, report }: Job, failure: string | null): void {
    queue.current = null;
    if (report === undefined) process.advance({ type: 'hook-done', hook, failure });
    else report(failure);
    this.#next(process, queue);
  }

  #reportIdle(): void {
    if (this.isIdle) {
      for (const listener of this.#idleListeners.splice(0)) {
        listener();
      }
    }
  }
}
