/**
 * The daemon as the RPC and HTTP layers see it.
 *
 * @module
 */

import type { CheckResult } from '../checks/results.ts';
import type { EventType } from '../config/tables/event-types.ts';
import type { Config, GroupConfig, ProcessConfig } from '../config/types.ts';
import type { GroupPlan } from '../config/update-plan.ts';
import type { EventSubscriber } from '../events/bus.ts';
import type { PoolReport } from '../events/pool.ts';
import type { MainLog } from '../logs/main-log.ts';
import type { HookName } from '../process/machine/policy.ts';
import type { ManagedGroup, ManagedProcess } from '../process/managed-process.ts';
import type { FleetView } from './fleet-placement.ts';
import type { StateChangeRecord } from './history/history-file.ts';
import type { GraphReport } from './lifecycle/graph-report.ts';
import type { Restarted } from './restarts/restarts.ts';
import type { ProgramScale, ScaleRequest } from './scale/scaling.ts';
import type { UpdateResult } from './update/update-result.ts';

/** States of the daemon and their codes on the wire (`getState`). */
export const SUPERVISOR_STATE_CODES = { FATAL: 2, RUNNING: 1, RESTARTING: 0, SHUTDOWN: -1 } as const;

export type SupervisorState = keyof typeof SUPERVISOR_STATE_CODES;

/** Names of groups that a re-read configuration adds, changes and removes, in the order the reference reports. */
export interface ConfigChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** What an update would do. */
export interface UpdatePlan {
  readonly plans: readonly GroupPlan[];
  /** The programs that can have any number of processes, with the numbers of the configuration as it is now. */
  readonly scales: readonly ProgramScale[];
}

/** What a scale has begun. */
export interface Scaled {
  /** How many processes the program had. */
  readonly before: number;
  readonly count: number;
  /** Resolves when surplus processes have stopped, and those that are new were started. */
  readonly done: Promise<UpdateResult[]>;
}

export interface SupervisorView {
  /** Starts programs that a request has added, before it is answered. */
  startAdded(): void;
  readonly state: SupervisorState;
  /** True until each program that starts by itself has had its turn, after a start of the daemon and after a restart. */
  readonly isStarting: boolean;
  /** The configuration as it was last read; `reloadConfig` replaces it. */
  readonly config: Config;
  readonly log: MainLog;
  /** Null in a daemon that is in no fleet with an engine. */
  readonly placement: FleetView | null;
  /** Active groups by name, in the order in which they were added. */
  readonly groups: ReadonlyMap<string, ManagedGroup>;
  /** Asks for a shutdown; returns at once. */
  shutdown(): void;
  /**
   * Asks for a restart (everything stops, the configuration is read anew, the pid stays); returns at once.
   * @throws ConfigError when the configuration cannot be used, and changes nothing
   */
  restart(): void;
  /**
   * Begins an upgrade in place: the installed version goes on under the same pid when no request is under way. Resolves
   * with its version when it has shown that it can; null where it does not report one. Rejects with the reason where it
   * cannot.
   */
  upgrade(): Promise<string | null>;
  /** Reads the configuration again; active groups stay as they are. @throws ConfigError, and changes nothing */
  reloadConfig(): ConfigChanges;
  /**
   * Reads the configuration again, and returns what `applyConfig` would do.
   *
   * @param groups names; null is all
   * @throws ConfigError
   */
  planUpdate(groups: ReadonlySet<string> | null): UpdatePlan;
  /**
   * Reads the configuration again, and applies it: only processes that differ are restarted, and
   * those whose new keys are live run on. Resolves when what has to stop has stopped, and what follows was started.
   *
   * @param groups names; null is all
   * @throws ConfigError, and changes nothing
   */
  applyConfig(groups: ReadonlySet<string> | null): Promise<UpdateResult[]>;
  /** Makes a configured group active; false if one of that name is active already. */
  addGroup(config: GroupConfig): boolean;
  /** Drops an active group; false if something in it is not stopped. */
  removeGroup(name: string): boolean;
  /**
   * Puts processes into an active group, and starts those that start by themselves; false if there is no such group.
   * @throws Error when an AUTO log cannot be made, and changes nothing
   */
  addProcesses(group: string, configs: readonly ProcessConfig[]): boolean;
  /**
   * Enables or disables processes; one that is disabled is stopped, and nothing but a request starts it.
   *
   * @throws StateError where that cannot be remembered, and changes nothing
   */
  setEnabled(processes: readonly ManagedProcess[], isEnabled: boolean): void;
  /**
   * Restarts processes of one active group as their restart_mode asks for; resolves when all is done.
   *
   * @throws RestartUnderWayError
   */
  restartProcesses(
    group: string,
    processes: readonly ManagedProcess[],
  ): Promise<readonly Restarted<ManagedProcess>[]>;
  /** The programs that can have any number of processes, group by group. */
  programScales(): readonly ProgramScale[];
  /**
   * Gives a program of an active group another number of processes; it holds until the one of the configuration is asked
   * for.
   *
   * @throws ScaleError, StateError where that cannot be remembered; and changes nothing
   */
  scaleProgram(program: { readonly group: string; readonly name: string }, request: ScaleRequest): Scaled;
  /**
   * Forgets the number of a program that is not active; false where none was set.
   *
   * @throws StateError
   */
  forgetScale(group: string, program: string): boolean;
  /** Drops a process of an active group; false if there is none of that name, or it is not stopped. */
  removeProcess(group: string, process: string): boolean;
  /**
   * The dependencies between active processes, with their states.
   *
   * @param last `group:process` that the critical chain begins with; null is the one that was ready last
   */
  graphReport(last: string | null): GraphReport;
  /** Calls the subscriber for events of these types and those below them, until the function that is returned is called. */
  subscribeToEvents(types: ReadonlySet<EventType>, subscriber: EventSubscriber): () => void;
  /** The last state changes of a process, the oldest first. */
  historyOf(process: ManagedProcess, limit: number): readonly StateChangeRecord[];
  /** The pools of event listeners. */
  eventPools(): readonly PoolReport[];
  /** The last results of the checks of a process, the oldest first. */
  checkResultsOf(process: ManagedProcess): readonly CheckResult[];
  /**
   * Runs a hook of a process without a start or a stop. Resolves with the reason where it fails, else with null; undefined
   * where the process has no such hook.
   */
  runHook(process: ManagedProcess, hook: HookName): Promise<string | null> | undefined;
  /** Publishes a REMOTE_COMMUNICATION event. */
  sendRemoteCommEvent(type: string, data: string): void;
}
