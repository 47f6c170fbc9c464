/**
 * The words of the process machine: states, events, effects, and what is remembered between them.
 *
 * @module
 */
import type { LogLevelName, ProcessConfig } from '../../config/types.ts';
import type { Instant } from '../../io/clock.ts';
import type { HookName, LifecyclePolicy } from './policy.ts';
import type { StateName } from './states.ts';
import type { WaitStatus } from './wait-status.ts';

/** What follows when a process that is being stopped has ended; without it the process stays STOPPED. */
export type Sequel =
  /** It is started again at once, or when its dependencies are met. */
  | { readonly kind: 'restart'; readonly waits?: boolean }
  /** It failed: the next try comes after a pause. The text becomes its spawn error. */
  | { readonly kind: 'backoff'; readonly message: string }
  /** It is given up, with this spawn error. */
  | { readonly kind: 'fatal'; readonly message: string };

/** What a process that is being stopped is waiting for; without it, for the end after its (next) signal. */
export type StopStep =
  | { readonly kind: 'pre_stop' }
  | { readonly kind: 'command' }
  /** The number of the stop signal that was sent last, from 0. */
  | { readonly kind: 'signal'; readonly index: number };

/** The state of a process; a pid exists only where there is a process. Moments are monotonic milliseconds. */
export type ProcessState =
  | {
      readonly name: 'STOPPED';
      /** The process starts when its dependencies are met. */
      readonly waiting?: { readonly sinceMs: number; readonly deadlineMs: number | null };
    }
  | {
      readonly name: 'STARTING';
      readonly pid: null;
      /** A hook runs, and the process is spawned when it has ended. */
      readonly hook?: 'pre_start';
    }
  | {
      readonly name: 'STARTING';
      readonly pid: number;
      readonly runningAtMs: number;
      /** Only for a process with a readiness check. */
      readonly readiness?: { readonly isReady: boolean; readonly deadlineMs: number | null };
    }
  | { readonly name: 'RUNNING'; readonly pid: number }
  | { readonly name: 'BACKOFF'; readonly retryAtMs: number }
  | {
      readonly name: 'STOPPING';
      readonly pid: number;
      readonly killAtMs: number;
      readonly step?: StopStep;
      readonly sequel?: Sequel;
    }
  /** The process has ended after a stop, and its last hook runs. */
  | {
      readonly name: 'STOPPING';
      readonly pid: null;
      readonly hook: 'post_stop';
      readonly sequel?: Sequel;
    }
  | { readonly name: 'EXITED'; readonly restartAtMs: number | null }
  | { readonly name: 'FATAL' }
  | { readonly name: 'UNKNOWN'; readonly pid: number };

/** What is remembered of a process across its states. */
export interface History {
  /** Wall time of the last start in milliseconds, 0 if never. */
  readonly startedAtMs: number;
  /** The same moment on the monotonic clock. */
  readonly startedMonotonicMs: number;
  /** Wall time of the last end in milliseconds, 0 if never. */
  readonly stoppedAtMs: number;
  readonly spawnError: string;
  readonly exitStatus: number | null;
  /** Failed tries since the last success; the wait before the next try, in seconds. */
  readonly tries: number;
  /** Runs in a row that were over within `SHORT_RUN_MS`. */
  readonly shortLives: number;
  /** Automatic restarts in a row; only with a pace of restarts. */
  readonly restarts?: number;
  /** Moments of the latest automatic restarts, for the limit of restarts. */
  readonly restartedAtMs?: readonly number[];
  /** Automatic restarts since the daemon has the process. */
  readonly restartsInAll?: number;
}

export interface Machine {
  readonly state: ProcessState;
  readonly history: History;
}

export type MachineEvent =
  /** A request, or autostart, starts the process. By hand it also forgets earlier failures. */
  | { readonly type: 'start'; readonly ignoresDependencies?: boolean }
  /** The dependencies that the process waited for are met. */
  | { readonly type: 'dependencies-met' }
  /** They were not met in time; the text becomes the spawn error. */
  | { readonly type: 'dependencies-failed'; readonly message: string }
  /** The process has reported that it is ready, or its readiness check has passed. */
  | { readonly type: 'ready' }
  /** The process is to be stopped and started again: a check failed, a program of `part_of` restarted, or a file changed. */
  | {
      readonly type: 'restart';
      readonly reason: string;
      readonly countsAsFailure: boolean;
      /** The next start waits for the dependencies. */
      readonly waits?: boolean;
    }
  /** A hook or the stop command has ended; the failure is for people, null is success. */
  | { readonly type: 'hook-done'; readonly hook: HookName; readonly failure: string | null }
  /** The process asks for more time to start or to stop (EXTEND_TIMEOUT_USEC). */
  | { readonly type: 'extend'; readonly untilMs: number }
  | { readonly type: 'spawned'; readonly pid: number }
  | { readonly type: 'spawn-failed'; readonly message: string }
  | { readonly type: 'exited'; readonly status: WaitStatus }
  /** The moment that was armed has come. */
  | { readonly type: 'due' }
  | { readonly type: 'stop' }
  /** A signal could not be delivered, though the process exists. */
  | { readonly type: 'kill-failed' }
  /** Another daemon has brought the process to its state, and this one goes on from there. */
  | { readonly type: 'adopted' }
  /** The configuration of the context is another one than before, and the process runs on with it. */
  | { readonly type: 'reconfigured'; readonly before: MachineConfig }
  /** The daemon shuts down and will not try again. */
  | { readonly type: 'give-up' };

export type MachineEventType = MachineEvent['type'];

export type Effect =
  | { readonly type: 'spawn' }
  /** Answer with `dependencies-met` when they are; start those that do not run, where the start was asked for. */
  | { readonly type: 'await-dependencies'; readonly startsThem: boolean }
  | { readonly type: 'forget-dependencies' }
  /** The time for waiting is over: answer with `dependencies-failed`. */
  | { readonly type: 'dependencies-overdue' }
  /** Run a hook, after those of this process that still run, and answer with `hook-done`; post_start is not answered. */
  | { readonly type: 'run-hook'; readonly hook: HookName; readonly exitStatus: number | null }
  | { readonly type: 'cancel-hooks' }
  | { readonly type: 'kill'; readonly pid: number; readonly signal: number; readonly asGroup: boolean }
  /** Wake the machine with `due` at this monotonic moment; replaces what was armed. */
  | { readonly type: 'arm'; readonly atMs: number }
  | { readonly type: 'disarm' }
  | { readonly type: 'log'; readonly level: LogLevelName; readonly message: string }
  /** The request cannot be met; the text is the answer. */
  | { readonly type: 'refuse'; readonly message: string }
  /** The state changed: event listeners and waiting requests are notified. */
  | {
      readonly type: 'changed';
      readonly from: StateName;
      readonly to: StateName;
      readonly pid: number;
      readonly tries: number;
      /** For EXITED: whether the exit status is one of `exitcodes`. */
      readonly expected: boolean;
    };

/** Effects that only a process with a policy has: other parts of the daemon run them. */
export type LifecycleEffect = Extract<
  Effect,
  {
    readonly type:
      | 'await-dependencies'
      | 'forget-dependencies'
      | 'dependencies-overdue'
      | 'run-hook'
      | 'cancel-hooks';
  }
>;

/** Events that other parts of the daemon send to a process. */
export type LifecycleEvent = Extract<
  MachineEvent,
  {
    readonly type: 'dependencies-met' | 'dependencies-failed' | 'ready' | 'restart' | 'hook-done' | 'extend';
  }
>;

export type MachineConfig = { readonly policy?: LifecyclePolicy | null } & Pick<
  ProcessConfig,
  | 'name'
  | 'autorestart'
  | 'startSeconds'
  | 'startRetries'
  | 'stopSignal'
  | 'laterStopSignals'
  | 'stopWaitSeconds'
  | 'stopAsGroup'
  | 'killAsGroup'
  | 'exitCodes'
>;

export interface MachineContext {
  readonly config: MachineConfig;
  readonly now: Instant;
  /** False while the daemon shuts down or restarts: nothing is started by itself then. */
  readonly mayStart: boolean;
  /** False for a process whose dependencies are not met; left out, they are. */
  readonly areDependenciesMet?: boolean;
  /** False for a process that another node of a fleet may be running; left out, it may be started here. */
  readonly mayRunHere?: boolean;
  /** From 0 up to 1, for the jitter of pauses; left out, there is none. */
  readonly random?: number;
}

export interface Step {
  readonly machine: Machine;
  readonly effects: readonly Effect[];
}
