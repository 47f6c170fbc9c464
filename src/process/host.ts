/**
 * What a process needs of the daemon around it; tests bring their own.
 *
 * @module
 */
import type { FcgiSocketConfig, ProcessConfig } from '../config/types.ts';
import type { Alarms } from '../io/alarms.ts';
import type { Instant } from '../io/clock.ts';
import type { ExtraFifo, SpawnNote } from '../native/posix.ts';
import type { HookProcess, ProcessRecord } from './adoption/process-record.ts';
import type { Cgroups } from './cgroup/cgroups.ts';
import type { LeftPipes } from './channels/left-pipes.ts';
import type { BesideRole, Life } from './machine/life.ts';
import type { Effect, LifecycleEffect, LifecycleEvent } from './machine/machine.ts';
import type { WaitStatus } from './machine/wait-status.ts';
import type { HealthReport, ManagedProcess, WaitReport } from './managed-process.ts';
import type { InheritedSocket } from './spawn/fcgi-socket.ts';
import type { HeldSockets } from './spawn/held-sockets.ts';
import type { SpawnHost } from './spawn/spawn-process.ts';
import type { OutputListeners } from './taps/output-listeners.ts';
import type { OutputName } from './taps/output-tap.ts';

/** A state change as it is published to event listeners. */
export type StateChange = Extract<Effect, { type: 'changed' }>;

/** What is called when a child was reaped. */
export interface Reaped {
  /** The process has exited; this is to remove it from the map. */
  exited(status: WaitStatus): void;
}

/** A process as the daemon around it needs it. */
export interface HostedProcess extends ManagedProcess {
  readonly life: Life;
  /** What its files and its sockets are named after. */
  readonly lifeName: string;
  /** Null for the process that has the name. Only the journal and the shutdown of the daemon look at the other one. */
  readonly role: BesideRole | null;
  /** What the journal keeps of it for a later daemon. */
  readonly record: ProcessRecord;
  /** True where there is a process, or a spawn is under way. */
  readonly isUp: boolean;
  /** Whether the next daemon continues its state: it has a process, or its keys ask for a wait or a pause. */
  readonly isKept: boolean;
  /** True while it waits for its dependencies. */
  readonly isWaiting: boolean;
  /** It is being started or STARTING, has a readiness check, and is not ready. */
  readonly awaitsReadiness: boolean;
  /** Monotonic moment of the last start in milliseconds: no two runs of a process have the same. */
  readonly runId: number;
  /** It has exited, and is to be started again. */
  readonly willRestart: boolean;
  /** How its last run ended, as far as this daemon saw it. */
  readonly lastStatus: WaitStatus | null;
  /** Handles an event of a dependency, a hook or a check. */
  advance(event: LifecycleEvent): void;
  /** What it waits for, or what its checks report, has changed. */
  reportChanged(): void;
}

/** What a run of a process with checks is started with. */
export interface ReportingOptions {
  /** They win over those of the configuration. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names of variables that have the pid of the process. */
  readonly pidVariables: readonly string[];
  /** A descriptor that the process reports to. */
  readonly extraFifo?: ExtraFifo;
}

/** What programs with dependencies, hooks or checks need of the daemon. */
export interface Lifecycle {
  /** Called when a process may be about to start. */
  areDependenciesMet(process: HostedProcess): boolean;
  /** What a process that waits is waiting for. */
  waitOf(process: HostedProcess): WaitReport | null;
  /**
   * Called before a process with checks is spawned: opens what it reports to.
   *
   * @throws PosixError, ErrnoException
   */
  openRun(process: HostedProcess): ReportingOptions;
  /** Called for a process with checks when its state may have changed. */
  follow(process: HostedProcess): void;
  /** What the checks of a process report. */
  healthOf(process: HostedProcess): HealthReport | null;
  /** The hook of the process that runs, or undefined. */
  hookProcessOf(process: HostedProcess): HookProcess | undefined;
  /** Wall time of the next run of a program with `cron`, in seconds since the epoch. */
  nextRunOf(process: HostedProcess): number | null;
  /** The process has another configuration, and runs on with it where it runs. */
  reconfigured(process: HostedProcess, before: ProcessConfig): void;
  /** Runs an effect; its result reaches the process through `advance`. */
  run(process: HostedProcess, effect: LifecycleEffect): void;
}

/** What a program with `run_on` is started with. */
export interface PlacedRun {
  readonly environment: Readonly<Record<string, string>>;
  /** What the child writes to the guard before it executes the program; null where none guards it. */
  readonly guardNote: SpawnNote | null;
  /** The program is not executed after this moment of CLOCK_BOOTTIME, in milliseconds. */
  readonly notAfterMs: number;
}

/** What decides on which nodes of a fleet programs with `run_on` run. */
export interface Placement {
  /** The process has a slot, and may be started here now. */
  mayRun(process: HostedProcess): boolean;
  /** The process waits for a slot, or does not wait any more. */
  wants(process: HostedProcess, isWanted: boolean): void;
  /** What a process that waits for a slot is waiting for. */
  waitOf(process: HostedProcess): WaitReport;
  /**
   * Called before a process is spawned: from here on it counts as running.
   *
   * @param cgroup its folder, or null
   * @throws Error where it may not run here any more
   */
  openRun(process: HostedProcess, cgroup: string | null): PlacedRun;
  /** The state of a process has changed. */
  changed(process: HostedProcess, change: StateChange): void;
}

export interface ProcessHost extends SpawnHost {
  /** Null in a daemon that is in no fleet with an engine. */
  readonly placement: Placement | null;
  /** Null in a daemon in which no program needs it. */
  readonly lifecycle: Lifecycle | null;
  /** Null in a daemon in which no program needs them. */
  readonly cgroups: Cgroups | null;
  /** Where pipes go that are still written to when their process is not there any more. */
  readonly leftPipes: LeftPipes;
  /** Those of the machines of processes, on the clock of `now`. */
  readonly alarms: Alarms;
  /** Our children by pid. */
  readonly processesByPid: Map<number, Reaped>;
  readonly identifier: string;
  readonly childLogDir: string;
  /** What an earlier daemon has left of a process that is to be adopted, or null. */
  recordOf(groupName: string, config: ProcessConfig): ProcessRecord | null;
  /** The sockets of `listen=`. */
  readonly heldSockets: HeldSockets;
  /**
   * What an earlier daemon has left of a socket of `listen=`; the descriptor is the caller's.
   *
   * @param position of the socket among those of its program
   */
  inheritedListenerOf(socket: FcgiSocketConfig, position: number): number | null;
  /** What an earlier daemon has left of the socket of a FastCGI program; the descriptor is the caller's. */
  inheritedSocketOf(socket: FcgiSocketConfig): InheritedSocket;
  /** The state of a process has changed, and its record is to be written to the journal. */
  remember(process: HostedProcess): void;
  /** The configuration of a process has changed, and its whole record is to be written. */
  rememberAnew(process: HostedProcess): void;
  /**
   * What a child writes to the journal before it executes its program: a daemon that is killed at that moment has it on
   * record. Null where there is no journal.
   *
   * @param record as it will be, with `UNKNOWN_PID` in its state
   */
  spawnNote(process: HostedProcess, record: ProcessRecord): SpawnNote | null;
  now(): Instant;
  /** False while the daemon shuts down or restarts. */
  mayStart(): boolean;
  /** Whether a process is disabled. */
  isDisabled(groupName: string, name: string): boolean;
  /** Called for every change of state, in order. */
  publish(process: HostedProcess, change: StateChange): void;
  /** What receives the output of a process besides its logs; called at every start. */
  outputListenersOf(process: HostedProcess, channel: OutputName): OutputListeners;
}
