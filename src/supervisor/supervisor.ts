/**
 * The daemon while it runs: its groups, its state, and the requests that it takes.
 *
 * @module
 */
import type { CheckResult } from '../checks/results.ts';
import { diffGroups } from '../config/diff.ts';
import type { EventType } from '../config/tables/event-types.ts';
import { listenUrl } from '../config/tables/listen-values.ts';
import type { Config, FcgiSocketConfig, GroupConfig, ProcessConfig } from '../config/types.ts';
import type { EventSubscriber } from '../events/bus.ts';
import { remoteCommunicationEvent, supervisorStateEvent } from '../events/event.ts';
import { EventSystem } from '../events/event-system.ts';
import type { PoolReport } from '../events/pool.ts';
import { now } from '../io/clock.ts';
import type { IoLoop } from '../io/io-loop.ts';
import type { MainLog } from '../logs/main-log.ts';
import type { SpawnNote } from '../native/posix.ts';
import type { ProcessRecord } from '../process/adoption/process-record.ts';
import { Cgroups } from '../process/cgroup/cgroups.ts';
import type { LeftPipes } from '../process/channels/left-pipes.ts';
import type { Group } from '../process/group.ts';
import type { HostedProcess, ProcessHost, Reaped, StateChange } from '../process/host.ts';
import { needsCgroup } from '../process/leftovers/needs.ts';
import { needsLifecycle } from '../process/lifecycle-policy.ts';
import type { HookName } from '../process/machine/policy.ts';
import type { ManagedProcess } from '../process/managed-process.ts';
import type { Process } from '../process/process.ts';
import type { InheritedSocket } from '../process/spawn/fcgi-socket.ts';
import type { HeldSockets } from '../process/spawn/held-sockets.ts';
import { serverUrlOf } from '../process/spawn/server-url.ts';
import type { OutputListeners } from '../process/taps/output-listeners.ts';
import type { OutputName } from '../process/taps/output-tap.ts';
import { ActiveGroups, type ActiveGroupsHost } from './active-groups.ts';
import { adopt } from './adoption/adoption.ts';
import type { InheritedProcesses } from './adoption/inherited-processes.ts';
import { endLeftovers } from './adoption/leftovers.ts';
import type { FleetPlacement } from './fleet-placement.ts';
import { collectGarbageSoon, startIsOver } from './heap.ts';
import type { History } from './history/history.ts';
import type { StateChangeRecord } from './history/history-file.ts';
import { Journal, type JournalSource, type UnknownContents } from './journal/journal.ts';
import { journalIn } from './journal/read-journal.ts';
import { type Ending, Leaving } from './leaving.ts';
import { dependentsFirst } from './lifecycle/dependents-first.ts';
import type { GraphReport } from './lifecycle/graph-report.ts';
import { isIdle } from './lifecycle/idle.ts';
import { ProgramLifecycle } from './lifecycle/lifecycle.ts';
import { processId } from './lifecycle/process-id.ts';
import { stopInOrder } from './ordered-stop.ts';
import { restartProcess } from './restarts/restart-process.ts';
import { type Replacements, type Restarted, Restarts } from './restarts/restarts.ts';
import { StartFirst } from './restarts/start-first.ts';
import { ScaledPrograms, type ScaledProgramsHost } from './scale/scaled-programs.ts';
import type { ProgramScale, ScaleRequest } from './scale/scaling.ts';
import { Starts } from './starts.ts';
import { StateFile } from './state-file.ts';
import type {
  ConfigChanges,
  Scaled,
  SupervisorState,
  SupervisorView,
  UpdatePlan,
} from './supervisor-view.ts';
import type { UpdateResult } from './update/update-result.ts';
import { Updates, type UpdatesHost } from './update/updates.ts';

export interface SupervisorOptions {
  readonly config: Config;
  /** Reads the configuration again. @throws ConfigError */
  readonly readConfig: () => Config;
  readonly log: MainLog;
  readonly io: IoLoop;
  readonly inheritedEnvironment: Readonly<Record<string, string | undefined>>;
  readonly childLimits: ProcessHost['childLimits'];
  /** When this daemon left its earlier configuration or program, in a reload or an upgrade; null at any other start. */
  readonly leftAtMs: number | null;
  /** Outlives the supervisor in a restart. */
  readonly leftPipes: LeftPipes;
  /** The same. */
  readonly heldSockets: HeldSockets;
  /** The same. */
  readonly history: History;
}

export class Supervisor implements SupervisorView, ActiveGroupsHost, UpdatesHost, ScaledProgramsHost {
  readonly log: MainLog;
  readonly io: IoLoop;
  readonly events: EventSystem;
  readonly processesByPid = new Map<number, Reaped>();
  /** Made with the first program that needs it. */
  lifecycle: ProgramLifecycle | null = null;
  /** Made with the first program that needs them. */
  cgroups: Cgroups | null = null;
  /** Null in a daemon that is in no fleet with an engine. */
  placement: FleetPlacement | null = null;
  /** Null while no upgrade in place is possible. */
  beginUpgrade: SupervisorView['upgrade'] | null = null;
  /** Called when programs were added or removed. */
  onGroupsChanged: (() => void) | null = null;
  /** Called when the daemon begins to stop everything, to end or to restart. */
  onLeaving: (() => void) | null = null;
  /** From `takeOver` on; null where there is no runtime folder. */
  journal: Journal | null = null;
  /** Made once no other daemon can be using it. */
  runtimeFolder: string | null = null;
  /** Null where it is not a file. */
  configFile: string | null = null;
  /** Leaves the runtime folder to other daemons; null where there is none. */
  unlockFolder: (() => void) | null = null;
  readonly inheritedEnvironment: Readonly<Record<string, string | undefined>>;
  readonly childLimits: ProcessHost['childLimits'];
  readonly leftPipes: LeftPipes;
  readonly heldSockets: HeldSockets;
  readonly history: History;
  readonly serverUrl: string | null;

  readonly stateFile: StateFile;

  readonly #options: SupervisorOptions;
  readonly #active = new ActiveGroups(this);
  #updates: Updates | null = null;
  readonly #changeListeners = new Set<() => void>();
  readonly #starts: Starts;
  readonly #scales = new ScaledPrograms(this);
  /** Made with the first request. */
  #restarts: Restarts | null = null;
  /** The same. */
  #startFirst: StartFirst | null = null;
  readonly #leaving: Leaving;
  #config: Config;
  #inherited: InheritedProcesses | null = null;
  #unknownContents: UnknownContents | undefined;
  /** All programs with autostart have been started or have failed. */
  #isStarted = false;
  /** With exit_when_idle, from the end of the start on. */
  #mayBeIdle = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#config = options.config;
    this.log = options.log;
    this.events = new EventSystem({ identifier: options.config.daemon.identifier, log: options.log, now });
    this.io = options.io;
    this.inheritedEnvironment = options.inheritedEnvironment;
    this.childLimits = options.childLimits;
    this.leftPipes = options.leftPipes;
    this.heldSockets = options.heldSockets;
    this.history = options.history;
    this.heldSockets.owner = { log: options.log, configures: (url) => hasListener(this.#config, url) };
    this.serverUrl = serverUrlOf(options.config.servers);
    const { stateDir, identifier } = options.config.daemon;
    this.stateFile = new StateFile(stateDir, identifier, options.log);
    this.#config = this.#scales.scaled(options.config);
    this.#starts = new Starts(this);
    this.#leaving = new Leaving((onStopped) => this.#stopAll(onStopped));
  }

  get config(): Config {
    return this.#config;
  }

  get state(): SupervisorState {
    return this.#leaving.state;
  }

  get ended(): Promise<Ending> {
    return this.#leaving.ended;
  }

  get groups(): ReadonlyMap<string, Group> {
    return this.#active.byName;
  }

  get identifier(): string {
    return this.#config.daemon.identifier;
  }

  get childLogDir(): string {
    return this.#config.daemon.childLogDir;
  }

  get stripAnsi(): boolean {
    return this.#config.daemon.stripAnsi;
  }

  now = now;

  mayStart(): boolean {
    return this.state === 'RUNNING';
  }

  isDisabled(groupName: string, name: string): boolean {
    return this.stateFile.isDisabled(processId(groupName, name));
  }

  publish(process: HostedProcess, change: StateChange): void {
    if (process.role === null) this.announce(process, change);
    this.#exitSoonIfIdle();
    for (const listener of [...this.#changeListeners]) {
      listener();
    }
  }

  announce(process: HostedProcess, change: StateChange): void {
    this.history.add(process, change, now());
    this.events.processChanged(process, change);
    this.lifecycle?.changed(process, change);
    this.placement?.changed(process, change);
  }

  recordOf(groupName: string, config: ProcessConfig): ProcessRecord | null {
    return this.#inherited?.recordOf(groupName, config) ?? null;
  }

  inheritedSocketOf(socket: FcgiSocketConfig): InheritedSocket {
    return this.#inherited?.socketOf(socket, this.log) ?? null;
  }

  inheritedListenerOf(socket: FcgiSocketConfig, position: number): number | null {
    return this.#inherited?.listenerOf(socket, position, this.log) ?? null;
  }

  remember(process: HostedProcess): void {
    this.journal?.remember(process);
  }

  rememberAnew(process: HostedProcess): void {
    this.journal?.rememberAnew(process);
  }

  spawnNote(process: HostedProcess, record: ProcessRecord): SpawnNote | null {
    return this.journal?.noteFor(process, record) ?? null;
  }

  outputListenersOf(process: HostedProcess, channel: OutputName): OutputListeners {
    const listeners = this.events.outputListenersOf(process, channel);
    const lineMatch = this.lifecycle?.checks.lineMatchOf(process) ?? null;
    return lineMatch === null ? listeners : { ...listeners, lineMatch };
  }

  /** Calls the listener after every change of any process, until the returned function is called. */
  onProcessChange(listener: () => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  /** Of all active groups, also the second processes of a start_first. */
  allProcesses(): Process[] {
    return this.#active.processes;
  }

  /** Nothing is in progress that an upgrade would lose. */
  get isQuiet(): boolean {
    const isLifecycleQuiet = this.lifecycle?.isQuiet ?? true;
    const isRestarting = this.#restarts?.isIdle === false;
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
    this.#inherited = inherited;
    this.#unknownContents = unknown;
  }

  /** Adopts what is inherited, and keeps a journal from now on. */
  takeOver(): void {
    this.history.open(this.runtimeFolder, this.log);
    if (this.#inherited !== null) {
      if (this.#inherited.all.length > 0) adopt(this, this.#inherited);
      const { ended } = this.#inherited;
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

  holdBack(process: Process): void {
    this.#starts.holdBack(process);
  }

  release(process: Process): void {
    this.#starts.release(process);
  }

  get isStarting(): boolean {
    return !this.#isStarted;
  }

  /** Starts the programs with autostart; from now on groups that are added start at once. */
  start(): void {
    this.heldSockets.settle();
    if (!this.#inherited?.isUpgrade) {
      this.events.bus.publish('SUPERVISOR_STATE_CHANGE_RUNNING', () => supervisorStateEvent('RUNNING'));
    }
    this.#inherited = null;
    this.#starts.begin(
      this.#active.inOrder.flatMap((group) => [...group.processes.values()]),
      () => {
        startIsOver();
        this.#scales.log();
        this.#isStarted = true;
        this.lifecycle?.schedules.start(this.#options.leftAtMs);
        this.#mayBeIdle = this.#config.daemon.exitWhenIdle;
        this.#exitSoonIfIdle();
      },
    );
  }

  #exitSoonIfIdle(): void {
    if (!this.#mayBeIdle) {
      return;
    }
    setImmediate(() => {
      if (this.mayStart() && isIdle(this.groups.values())) {
        this.log.info('no program runs, and exit_when_idle is set: shutting down');
        this.shutdown();
      }
    });
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
      this.#leaving.restart(this.#options.readConfig(), now().wallMs);
    }
  }

  planUpdate(groups: ReadonlySet<string> | null): UpdatePlan {
    const config = this.#readConfig();
    const plans = this.#updatesBegun().plan(config.groups, groups);
    return { plans, scales: this.#scales.report(config) };
  }

  applyConfig(groups: ReadonlySet<string> | null): Promise<UpdateResult[]> {
    const config = this.#readConfig();
    this.#config = config;
    this.#scales.configRead();
    collectGarbageSoon('thorough');
    const updates = this.#updatesBegun();
    return updates.apply(updates.plan(config.groups, groups), config.groups);
  }

  #updatesBegun(): Updates {
    this.#updates ??= new Updates(this);
    return this.#updates;
  }

  /** With the numbers of processes that were set. @throws ConfigError */
  #readConfig(): Config {
    return this.#scales.scaled(this.#options.readConfig());
  }

  replaceConfig(config: Config): void {
    this.#config = config;
  }

  isRestarting(groupName: string): boolean {
    return this.#restarts?.isUnderWay(groupName) === true;
  }

  updateGroup(group: GroupConfig): Promise<UpdateResult[]> {
    const updates = this.#updatesBegun();
    return updates.apply(updates.planGroup(group), [group]);
  }

  programScales(): ProgramScale[] {
    return this.#scales.report();
  }

  scaleProgram(program: { readonly group: string; readonly name: string }, request: ScaleRequest): Scaled {
    return this.#scales.scale(program, request);
  }

  forgetScale(group: string, program: string): boolean {
    return this.#scales.forget(group, program);
  }

  changeGroup(changed: GroupConfig): void {
    const configured = this.#scales.configuredOf(changed);
    const groups = this.#config.groups.map((group) => (group.name === changed.name ? configured : group));
    this.#config = { ...this.#config, groups };
    this.#active.change(changed);
  }

  startByItself(process: Process): void {
    this.#starts.added([process]);
  }

  reloadConfig(): ConfigChanges {
    const config = this.#readConfig();
    this.#config = config;
    this.#scales.configRead();
    collectGarbageSoon('thorough');
    const active = [...this.groups.values()].map((group) => group.config);
    return diffGroups(active, config.groups);
  }

  addGroup(config: GroupConfig): boolean {
    return this.#added(this.#active.add(config));
  }

  removeGroup(name: string): boolean {
    return this.#active.remove(name);
  }

  addProcesses(groupName: string, configs: readonly ProcessConfig[]): boolean {
    return this.#added(this.#active.addProcesses(groupName, configs));
  }

  setEnabled(processes: readonly ManagedProcess[], isEnabled: boolean): void {
    const ids = processes.map(({ groupName, config }) => processId(groupName, config.name));
    this.stateFile.setDisabled(ids, !isEnabled);
    for (const { groupName, config } of processes) {
      const process = this.groups.get(groupName)?.processes.get(config.name);
      if (process === undefined) continue;
      process.reportChanged();
      if (!isEnabled && process.isStoppable) process.stop();
    }
  }

  restartProcesses(
    groupName: string,
    processes: readonly ManagedProcess[],
    reason?: string,
  ): Promise<readonly Restarted[]> {
    const active = this.groups.get(groupName)?.processes;
    return this.#restartsBegun().restart(
      groupName,
      processes.flatMap(({ config }) => active?.get(config.name) ?? []),
      undefined,
      reason,
    );
  }

  restartWith(groupName: string, replacements: Replacements): Promise<readonly Restarted[]> {
    return this.#restartsBegun().restart(groupName, [...replacements.keys()], replacements);
  }

  #restartsBegun(): Restarts {
    this.#restarts ??= new Restarts({
      host: this,
      restart: (process, replacement = null, reason = 'its group is restarted') =>
        (replacement?.config ?? process.config).restart.mode === 'start_first'
          ? this.startFirst.replace(process, replacement, reason)
          : restartProcess(process, replacement, reason),
    });
    return this.#restarts;
  }

  get startFirst(): StartFirst {
    this.#startFirst ??= new StartFirst(this);
    return this.#startFirst;
  }

  removeProcess(groupName: string, name: string): boolean {
    return this.#active.removeProcess(groupName, name);
  }

  prepareFor(processes: readonly ProcessConfig[]): void {
    if (this.lifecycle === null && processes.some(needsLifecycle)) {
      this.lifecycle = new ProgramLifecycle(this);
      if (this.#isStarted) this.lifecycle.schedules.start(null);
    }
    if (this.cgroups === null && processes.some(needsCgroup)) {
      this.cgroups = new Cgroups(this);
    }
  }

  isInherited(groupName: string): boolean {
    return this.#inherited?.hasGroup(groupName) ?? false;
  }

  groupsChanged(): void {
    this.lifecycle?.groupsChanged();
    this.placement?.groupsChanged();
    this.onGroupsChanged?.();
  }

  /** A group that was changed while it was active has the change as well when it is added again. */
  groupReplaced(before: GroupConfig, after: GroupConfig): void {
    const groups = this.#config.groups.map((group) => (group === before ? after : group));
    this.#config = { ...this.#config, groups };
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
    this.#active.reopenLogs();
  }

  /** Closes what the groups still hold; everything is stopped by then. */
  dispose(): void {
    this.placement?.close();
    this.#active.dispose();
    this.lifecycle?.close();
    this.cgroups?.close();
    this.journal?.close();
    this.history.close();
    this.unlockFolder?.();
    this.events.stop();
  }

  #added(processes: readonly Process[] | null): boolean {
    if (processes !== null) {
      this.#starts.added(processes);
    }
    return processes !== null;
  }

  #stopAll(onStopped: () => void): void {
    this.journal?.leave();
    this.onLeaving?.();
    // The response to the request that asked for it is written first.
    setImmediate(() => {
      this.events.bus.publish('SUPERVISOR_STATE_CHANGE_STOPPING', () => supervisorStateEvent('STOPPING'));
      stopInOrder({
        groups: this.#active.inOrder,
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
}

function hasListener({ groups }: Config, url: string): boolean {
  return groups.some(({ processes }) =>
    processes.some(({ listen }) => listen.addresses.some((address) => listenUrl(address) === url)),
  );
}
