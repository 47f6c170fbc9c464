/**
 * A process as the layers above see it: RPC, web page and shutdown work on this view only.
 *
 * @module
 */
import type { ProcessConfig } from '../config/types.ts';
import type { StateName } from './machine/states.ts';

/** What a process that has not been started yet is waiting for. */
export interface WaitReport {
  /** As `waiting for db (running)`. */
  readonly text: string;
  /** As `db is FATAL`, where a dependency has failed; null else. The process goes on waiting. */
  readonly failure: string | null;
  /** As `runs on app2`, where other nodes of the fleet have all of its slots; left out else. */
  readonly elsewhere?: string;
}

/** What the checks of a process, or the process itself, report beside its state. */
export interface HealthReport {
  /** The verdict of its liveness check; null before the first one, and without such a check. */
  readonly isHealthy: boolean | null;
  /** As `unhealthy: 3 failures: connection refused`; null where there is nothing to report. */
  readonly text: string | null;
}

export interface ManagedProcess {
  readonly config: ProcessConfig;
  readonly groupName: string;
  readonly state: StateName;
  /** 0 where there is no process. */
  readonly pid: number;
  /** Start time of the process as in `ProcStat`; null where it is not known, and without a process. */
  readonly startTicks: number | null;
  /** The cgroup of the process; null where it has none of its own. */
  readonly cgroup: string | null;
  /** Starts that no client has asked for, after exits and failed starts, since the daemon has the process. */
  readonly restarts: number;
  /** Wall time of the last start, in seconds since the epoch with a fraction; 0 if never. */
  readonly startedAt: number;
  /** Wall time of the last end, in seconds since the epoch with a fraction; 0 if never. */
  readonly stoppedAt: number;
  /** Why the last start failed, or the empty string. */
  readonly spawnError: string;
  /** Exit status of the last end, -1 for a signal, null where there is none to report. */
  readonly exitStatus: number | null;
  /** Whether it can be stopped: it is started, or waits for its next try or its restart. */
  readonly isStoppable: boolean;
  /** It does not run and is not being stopped, and neither is a second process of its name. */
  readonly isStopped: boolean;
  /** Only for a process that waits for its dependencies; its state is STOPPED. */
  readonly wait: WaitReport | null;
  /** Null for a process without checks. */
  readonly health: HealthReport | null;
  /** The last end had one of the exit codes of the program. */
  readonly hasEndedWell: boolean;
  /** Wall time of the start that follows an exit after a pause, in seconds since the epoch; null where there is none. */
  readonly nextStartAt: number | null;
  /** Wall time of the next run of a program with `cron`, in seconds since the epoch; null where none follows. */
  readonly nextRunAt: number | null;
  /** It was disabled: nothing but a request starts it. */
  readonly isDisabled: boolean;
  /** True from the stop request to the exit: stdin takes nothing more. */
  readonly isBeingKilled: boolean;
  /** Path of the log of a channel, or null where it goes to no file. AUTO logs have their path here. */
  readonly stdoutLogfile: string | null;
  readonly stderrLogfile: string | null;
  /** Bytes that this daemon has read from it. */
  readonly outputBytes: { readonly stdout: number; readonly stderr: number };
  /** What is wrong with a log of this process, or null: its output is being dropped then. */
  readonly logTrouble: string | null;
  /** Counts the changes of all members above; an answer that was rendered for the same number is still valid. */
  readonly revision: number;

  /** @throws CommandError when the command cannot be run */
  checkCommand(): void;
  /**
   * Starts the process; `state` and `spawnError` show the result.
   *
   * @param ignoresDependencies true starts it also where its dependencies are not met
   */
  start(ignoresDependencies?: boolean): void;
  /** Asks the process to stop; returns the text of the failure, or null. */
  stop(): string | null;
  /** BACKOFF becomes FATAL; used when the daemon shuts down. */
  giveUp(): void;
  /** Sends a signal; returns the text of the failure, or null. */
  signal(signal: number): string | null;
  /** @throws StdinClosedError */
  writeStdin(bytes: Buffer): void;
  /** Removes both logs and opens them again. @throws Error when a log cannot be removed */
  clearLogs(): void;
  /** Opens both logs again by their names (log rotation by others, SIGUSR2). */
  reopenLogs(): void;
  /** Logs `waiting for NAME to stop`, at most every two seconds; called while a request waits for the stop. */
  reportStopping(): void;
  /** Calls the listener after every change of state, until the returned function is called. */
  onStateChange(listener: () => void): () => void;
}

export interface ManagedGroup {
  readonly name: string;
  readonly priority: number;
  /** By process name, in configuration order. */
  readonly processes: ReadonlyMap<string, ManagedProcess>;
}
