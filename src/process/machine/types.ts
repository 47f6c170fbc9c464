/**
 * The words of the process machine: states, events, effects, and what is remembered between them.
 *
 * @module
 */
import type { LogLevelName, ProcessConfig } from '../../config/types.ts';
import type { Instant } from '../../io/clock.ts';
import type { StateName } from './states.ts';
import type { WaitStatus } from './wait-status.ts';

/** The state of a process; a pid exists only where there is a process. Moments are monotonic milliseconds. */
export type ProcessState =
  | { readonly name: 'STOPPED' }
  | { readonly name: 'STARTING'; readonly pid: null }
  | { readonly name: 'STARTING'; readonly pid: number; readonly runningAtMs: number }
  | { readonly name: 'RUNNING'; readonly pid: number }
  | { readonly name: 'BACKOFF'; readonly retryAtMs: number }
  | { readonly name: 'STOPPING'; readonly pid: number; readonly killAtMs: number }
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
  /** Lives in a row that were over within `SHORT_LIFE_MS`. */
  readonly shortLives: number;
}

export interface Machine {
  readonly state: ProcessState;
  readonly history: History;
}

export type MachineEvent =
  /** Somebody, or autostart, wants the process up. */
  | { readonly type: 'start' }
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
  /** The daemon shuts down and will not try again. */
  | { readonly type: 'give-up' };

export type MachineEventType = MachineEvent['type'];

export type Effect =
  | { readonly type: 'spawn' }
  | { readonly type: 'kill'; readonly pid: number; readonly signal: number; readonly asGroup: boolean }
  /** Wake the machine with `due` at this monotonic moment; replaces what was armed. */
  | { readonly type: 'arm'; readonly atMs: number }
  | { readonly type: 'disarm' }
  | { readonly type: 'log'; readonly level: LogLevelName; readonly message: string }
  /** The request cannot be met; the text is for the one who asked. */
  | { readonly type: 'refuse'; readonly message: string }
  /** The state changed: subscribers and waiting requests are told. */
  | {
      readonly type: 'changed';
      readonly from: StateName;
      readonly to: StateName;
      readonly pid: number;
      readonly tries: number;
      /** For EXITED: whether the exit status is one of `exitcodes`. */
      readonly expected: boolean;
    };

export type MachineConfig = Pick<
  ProcessConfig,
  | 'name'
  | 'autorestart'
  | 'startSeconds'
  | 'startRetries'
  | 'stopSignal'
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
}

export interface Step {
  readonly machine: Machine;
  readonly effects: readonly Effect[];
}
