/**
 * The daemon as the host of its processes: it has their sockets, pipes and limits, keeps their records, and publishes
 * their changes of state and their output.
 *
 * @module
 */
import type { Config, FcgiSocketConfig, ProcessConfig } from '../config/types.ts';
import { EventSystem } from '../events/event-system.ts';
import { Alarms } from '../io/alarms.ts';
import { now } from '../io/clock.ts';
import type { IoLoop } from '../io/io-loop.ts';
import type { MainLog } from '../logs/main-log.ts';
import type { SpawnNote } from '../native/posix.ts';
import type { ProcessRecord } from '../process/adoption/process-record.ts';
import type { Cgroups } from '../process/cgroup/cgroups.ts';
import type { LeftPipes } from '../process/channels/left-pipes.ts';
import type { HostedProcess, ProcessHost, Reaped, StateChange } from '../process/host.ts';
import type { InheritedSocket } from '../process/spawn/fcgi-socket.ts';
import type { HeldSockets } from '../process/spawn/held-sockets.ts';
import { serverUrlOf } from '../process/spawn/server-url.ts';
import type { OutputListeners } from '../process/taps/output-listeners.ts';
import type { OutputName } from '../process/taps/output-tap.ts';
import type { InheritedProcesses } from './adoption/inherited-processes.ts';
import type { FleetPlacement } from './fleet-placement.ts';
import type { History } from './history/history.ts';
import type { Journal } from './journal/journal.ts';
import type { ProgramLifecycle } from './lifecycle/lifecycle.ts';
import { processId } from './lifecycle/process-id.ts';
import { StateFile } from './state-file.ts';
import type { SupervisorState } from './supervisor-view.ts';

export interface DaemonHostOptions {
  readonly config: Config;
  readonly log: MainLog;
  readonly io: IoLoop;
  readonly inheritedEnvironment: Readonly<Record<string, string | undefined>>;
  readonly childLimits: ProcessHost['childLimits'];
  /** Outlives the supervisor in a restart. */
  readonly leftPipes: LeftPipes;
  /** The same. */
  readonly heldSockets: HeldSockets;
  /** The same. */
  readonly history: History;
}

export abstract class DaemonHost implements ProcessHost {
  readonly log: MainLog;
  readonly io: IoLoop;
  readonly events: EventSystem;
  readonly alarms = new Alarms();
  readonly processesByPid = new Map<number, Reaped>();
  /** Made with the first program that needs it. */
  lifecycle: ProgramLifecycle | null = null;
  /** Made with the first program that needs them. */
  cgroups: Cgroups | null = null;
  /** Null in a daemon that is in no fleet with an engine. */
  placement: FleetPlacement | null = null;
  /** Null until the inherited processes are adopted, and without a runtime folder. */
  journal: Journal | null = null;
  /** Made once no other daemon can be using it. */
  runtimeFolder: string | null = null;
  readonly inheritedEnvironment: Readonly<Record<string, string | undefined>>;
  readonly childLimits: ProcessHost['childLimits'];
  readonly leftPipes: LeftPipes;
  readonly heldSockets: HeldSockets;
  readonly history: History;
  readonly serverUrl: string | null;
  readonly stateFile: StateFile;
  abstract readonly config: Config;
  abstract readonly state: SupervisorState;

  /** What an earlier daemon has left; null after the start. */
  protected inherited: InheritedProcesses | null = null;
  readonly #changeListeners = new Set<() => void>();

  constructor(options: DaemonHostOptions) {
    const { daemon, servers } = options.config;
    this.log = options.log;
    this.events = new EventSystem({ identifier: daemon.identifier, log: options.log, now });
    this.io = options.io;
    this.inheritedEnvironment = options.inheritedEnvironment;
    this.childLimits = options.childLimits;
    this.leftPipes = options.leftPipes;
    this.heldSockets = options.heldSockets;
    this.history = options.history;
    this.serverUrl = serverUrlOf(servers);
    this.stateFile = new StateFile(daemon.stateDir, daemon.identifier, options.log);
  }

  get identifier(): string {
    return this.config.daemon.identifier;
  }

  get childLogDir(): string {
    return this.config.daemon.childLogDir;
  }

  get stripAnsi(): boolean {
    return this.config.daemon.stripAnsi;
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

  /** Calls the listener after every change of any process, until the returned function is called. */
  onProcessChange(listener: () => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  recordOf(groupName: string, config: ProcessConfig): ProcessRecord | null {
    return this.inherited?.recordOf(groupName, config) ?? null;
  }

  isInherited(groupName: string): boolean {
    return this.inherited?.hasGroup(groupName) ?? false;
  }

  inheritedSocketOf(socket: FcgiSocketConfig): InheritedSocket {
    return this.inherited?.socketOf(socket, this.log) ?? null;
  }

  inheritedListenerOf(socket: FcgiSocketConfig, position: number): number | null {
    return this.inherited?.listenerOf(socket, position, this.log) ?? null;
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
}
