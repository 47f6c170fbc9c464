/**
 * The daemon while it runs: its start, its state, its end and its reports.
 *
 * @module
 */
import type { CheckResult } from '../checks/results.ts';
import type { EventType } from '../config/tables/event-types.ts';
import type { EventSubscriber } from '../events/bus.ts';
import { remoteCommunicationEvent, supervisorStateEvent } from '../events/event.ts';
import type { PoolReport } from '../events/pool.ts';
import { now } from '../io/clock.ts';
import type { HostedProcess, StateChange } from '../process/host.ts';
import type { HookName } from '../process/machine/policy.ts';
import type { ManagedProcess } from '../process/managed-process.ts';
import type { Process } from '../process/process.ts';
import { adopt } from './adoption/adoption.ts';
import type { InheritedProcesses } from './adoption/inherited-processes.ts';
import { endLeftovers } from './adoption/leftovers.ts';
import { DaemonGroups, type DaemonGroupsOptions } from './daemon-groups.ts';
import { startIsOver } from './heap.ts';
import type { StateChangeRecord } from './history/history-file.ts';
import { Journal } from './journal/journal.ts';
import type { JournalSource, UnknownContents } from './journal/journal-text.ts';
import { journalIn } from './journal/read-journal.ts';
import { type Ending, Leaving } from './leaving.ts';
import { dependentsFirst } from './lifecycle/dependents-first.ts';
import type { GraphReport } from './lifecycle/graph-report.ts';
import { IdleExit } from './lifecycle/idle.ts';
import { ProgramLifecycle } from './lifecycle/lifecycle.ts';
import { stopInOrder } from './ordered-stop.ts';
import type { SupervisorState, SupervisorView } from './supervisor-view.ts';

export interface SupervisorOptions extends DaemonGroupsOptions {
  /** When this daemon left its earlier configuration or program, in a reload or an upgrade; null at any other start. */
  readonly leftAtMs: number | null;
}

export class Supervisor extends DaemonGroups implements SupervisorView {
  /** Null while no upgrade in place is possible. */
  beginUpgrade: SupervisorView['upgrade'] | null = null;
  /** Called when the daemon begins to stop everything, to end or to restart. */
  onLeaving: (() => void) | null = null;
  /** Null where it is not a file. */
  configFile: string | null = null;
  /** Leaves the runtime folder to other daemons; null where there is none. */
  unlockFolder: (() => void) | null = null;

  readonly #leftAtMs: number | null;
  readonly #leaving: Leaving;
  /** Null without exit_when_idle, and before the start is over. */
  #idleExit: IdleExit | null = null;
  #unknownContents: UnknownContents | undefined;

  constructor(options: SupervisorOptions) {
    super(options);
    this.#leftAtMs = options.leftAtMs;
    this.#leaving = new Leaving((onStopped) => this.#stopAll(onStopped));
  }

  get state(): SupervisorState {
    return this.#leaving.state;
  }

  get ended(): Promise<Ending> {
    return this.#leaving.ended;
  }

  /** Nothing is in progress that an upgrade would lose. */
  get isQuiet(): boolean {
    const isLifecycleQuiet = this.lifecycle?.isQuiet ?? true;
    const isRestarting = this.restarts?.isIdle === false;
    return (
      !isRestarting &&
      this.events.isQuiet &&
      isLifecycleQuiet &&
      this.allProcesses().every(({ isQuiet }) => isQuiet)
    );
  }

  /**
   * Groups that are added from now on continue the inherited state; a call of `takeOver` must follow.
   *
   * @param unknown parts of the journal that this version does not know
   */
  inherit(inherited: InheritedProcesses, unknown: UnknownContents | undefined): void {
    this.inherited = inherited;
    this.#unknownContents = unknown;
  }

  /** Adopts what is inherited, and keeps a journal from now on. */
  takeOver(): void {
    this.history.open(this.runtimeFolder, this.log);
    if (this.inherited !== null) {
      if (this.inherited.all.length > 0) adopt(this, this.inherited);
      const { ended } = this.inherited;
      if (ended.length > 0 || this.cgroups !== null) endLeftovers(this, ended);
    }
    if (this.runtimeFolder !== null) {
      this.journal = new Journal({
        path: journalIn(this.runtimeFolder),
        log: this.log,
        ...this.journalSource,
      });
    }
  }

  /** The state that the journal records. */
  get journalSource(): JournalSource {
    return {
      configFile: this.configFile,
      everything: () => this.allProcesses(),
      unknown: this.#unknownContents,
    };
  }

  get isStarting(): boolean {
    return !this.isStarted;
  }

  /** Starts the programs with autostart; from now on groups that are added start at once. */
  start(): void {
    this.heldSockets.settle();
    if (!this.inherited?.isUpgrade) {
      this.events.bus.publish('SUPERVISOR_STATE_CHANGE_RUNNING', () => supervisorStateEvent('RUNNING'));
    }
    this.inherited = null;
    this.starts.begin(
      this.active.inOrder.flatMap((group) => [...group.processes.values()]),
      () => this.#started(),
    );
  }

  #started(): void {
    startIsOver();
    this.scales.log();
    this.isStarted = true;
    this.lifecycle?.schedules.start(this.#leftAtMs);
    if (this.config.daemon.exitWhenIdle) {
      this.#idleExit = new IdleExit({
        groups: this.groups,
        mayStart: () => this.mayStart(),
        exit: () => {
          this.log.info('no program runs, and exit_when_idle is set: shutting down');
          this.shutdown();
        },
      });
      this.#idleExit.look(this.#leftAtMs === null);
    }
  }

  override publish(process: HostedProcess, change: StateChange): void {
    super.publish(process, change);
    this.#idleExit?.look(change.to === 'EXITED' || change.to === 'FATAL');
  }

  override remember(process: HostedProcess): void {
    super.remember(process);
    this.#idleExit?.look(false);
  }

  override groupsChanged(): void {
    super.groupsChanged();
    this.#idleExit?.look(false);
  }

  override setEnabled(processes: readonly ManagedProcess[], isEnabled: boolean): void {
    super.setEnabled(processes, isEnabled);
    this.#idleExit?.look(false);
  }

  shutdown(): void {
    this.#leaving.shutdown();
  }

  exitWith(status: number): void {
    if (this.state === 'RUNNING') {
      this.#leaving.shutdown(status);
    }
  }

  upgrade(): Promise<string | null> {
    return this.beginUpgrade?.() ?? Promise.reject(new Error('the daemon is still starting'));
  }

  restart(): void {
    if (this.state !== 'SHUTDOWN') {
      // A configuration that cannot be read is refused here, before anything is stopped.
      this.#leaving.restart(this.readUnscaled(), now().wallMs);
    }
  }

  #stopAll(onStopped: () => void): void {
    this.journal?.leave();
    this.onLeaving?.();
    this.#idleExit?.close();
    this.#idleExit = null;
    // The response to the request that asked for it is written first.
    setImmediate(() => {
      this.events.bus.publish('SUPERVISOR_STATE_CHANGE_STOPPING', () => supervisorStateEvent('STOPPING'));
      stopInOrder({
        groups: this.active.inOrder,
        log: this.log,
        onProcessChange: (listener) => this.onProcessChange(listener),
        mayStop: dependentsFirst(this.lifecycle, this.groups),
        onStopped: () => this.#whenHooksAreDone(onStopped),
      });
    });
  }

  #whenHooksAreDone(done: () => void): void {
    if (this.lifecycle === null) {
      done();
    } else {
      this.lifecycle.hooks.whenIdle(done);
    }
  }

  /** Closes what the groups still hold; everything is stopped by then. */
  dispose(): void {
    this.placement?.close();
    this.active.dispose();
    this.lifecycle?.close();
    this.cgroups?.close();
    this.journal?.close();
    this.history.close();
    this.unlockFolder?.();
    this.events.stop();
  }

  graphReport(last: string | null): GraphReport {
    return (this.lifecycle ?? new ProgramLifecycle(this)).report(last);
  }

  subscribeToEvents(types: ReadonlySet<EventType>, subscriber: EventSubscriber): () => void {
    return this.events.subscribe(types, subscriber);
  }

  eventPools(): PoolReport[] {
    return this.events.reports();
  }

  checkResultsOf(process: ManagedProcess): readonly CheckResult[] {
    const found = this.#hosted(process);
    return found === undefined ? [] : (this.lifecycle?.checks.resultsOf(found) ?? []);
  }

  runHook(process: ManagedProcess, hook: HookName): Promise<string | null> | undefined {
    const found = this.#hosted(process);
    return found?.config.hooks[hook] == null ? undefined : this.lifecycle?.hooks.runForClient(found, hook);
  }

  #hosted({ groupName, config }: ManagedProcess): Process | undefined {
    return this.groups.get(groupName)?.processes.get(config.name);
  }

  historyOf({ groupName, config }: ManagedProcess, limit: number): readonly StateChangeRecord[] {
    return this.history.changesOf(groupName, config.name, limit);
  }

  sendRemoteCommEvent(kind: string, data: string): void {
    this.events.bus.publish('REMOTE_COMMUNICATION', () => remoteCommunicationEvent(kind, data));
  }

  reopenLogs(): void {
    this.log.info('supervisord logreopen');
    this.log.reopen();
    this.active.reopenLogs();
  }
}
