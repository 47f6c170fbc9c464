/** A supervisor without processes behind it, whose states a test sets by hand. */
import { SUPERVISORD_OPTIONS } from '../../src/config/tables/daemon-options.ts';
import { defaultConfig } from '../../src/config/tables/defaults.ts';
import type { EventType } from '../../src/config/tables/event-types.ts';
import { PROGRAM_OPTIONS } from '../../src/config/tables/program-options.ts';
import type {
  ChannelConfig,
  Config,
  GroupConfig,
  HttpServerConfig,
  LogLevelName,
  ProcessConfig,
} from '../../src/config/types.ts';
import { EventBus, type EventSubscriber } from '../../src/events/bus.ts';
import type { MainLog } from '../../src/logs/main-log.ts';
import { STARTED_STATES, STOPPED_STATES, type StateName } from '../../src/process/machine/states.ts';
import type {
  HealthReport,
  ManagedGroup,
  ManagedProcess,
  WaitReport,
} from '../../src/process/managed-process.ts';
import type { GraphReport } from '../../src/supervisor/lifecycle/graph-report.ts';
import type { Restarted } from '../../src/supervisor/restarts/restarts.ts';
import type { SupervisorState, SupervisorView } from '../../src/supervisor/supervisor-view.ts';

const DEFAULTS = defaultConfig(PROGRAM_OPTIONS);
const CHANNEL: ChannelConfig = { ...DEFAULTS.stdout, logfile: { kind: 'none' } };

export function processConfig(name: string, changes: Partial<ProcessConfig> = {}): ProcessConfig {
  return { ...DEFAULTS, name, command: '/bin/cat', stdout: CHANNEL, stderr: CHANNEL, ...changes };
}

/** The reactions of the fake process; a test overrides those that it needs. */
export class FakeProcess implements ManagedProcess {
  nextRunAt: number | null = null;
  isDisabled = false;
  readonly config: ProcessConfig;
  readonly groupName: string;
  state: StateName = 'STOPPED';
  pid = 0;
  startTicks: number | null = null;
  cgroup: string | null = null;
  restarts = 0;
  outputBytes = { stdout: 0, stderr: 0 };
  startedAt = 0;
  stoppedAt = 0;
  spawnError = '';
  exitStatus: number | null = null;
  isBeingKilled = false;

  get isStoppable(): boolean {
    return STARTED_STATES.has(this.state);
  }

  get isStopped(): boolean {
    return STOPPED_STATES.has(this.state);
  }

  stdoutLogfile: string | null = null;
  stderrLogfile: string | null = null;
  logTrouble: string | null = null;
  wait: WaitReport | null = null;
  health: HealthReport | null = null;
  nextStartAt: number | null = null;
  hasEndedWell = false;
  revision = 0;
  readonly written: string[] = [];
  readonly signals: number[] = [];
  stopReports = 0;
  readonly #listeners = new Set<() => void>();

  onCheckCommand: () => void = () => {};
  onStart: () => void = () => this.become('STARTING', { pid: 100, startedAt: 1_700_000_000.5 });
  onStop: () => string | null = () => {
    this.become('STOPPING');
    return null;
  };
  onSignal: () => string | null = () => null;
  onWrite: () => void = () => {};
  onClearLogs: () => void = () => {};

  constructor(groupName: string, config: ProcessConfig) {
    this.groupName = groupName;
    this.config = config;
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  become(
    state: StateName,
    changes: Partial<Pick<FakeProcess, 'pid' | 'startedAt' | 'stoppedAt' | 'spawnError' | 'exitStatus'>> = {},
  ): void {
    Object.assign(this, changes, { state });
    this.revision++;
    for (const listener of [...this.#listeners]) listener();
  }

  checkCommand(): void {
    this.onCheckCommand();
  }

  start(): void {
    this.spawnError = '';
    this.onStart();
  }

  stop(): string | null {
    return this.onStop();
  }

  giveUp(): void {
    this.become('FATAL');
  }

  signal(signal: number): string | null {
    this.signals.push(signal);
    return this.onSignal();
  }

  writeStdin(bytes: Buffer): void {
    this.onWrite();
    this.written.push(bytes.toString());
  }

  clearLogs(): void {
    this.onClearLogs();
  }

  reopenLogs(): void {}

  reportStopping(): void {
    this.stopReports++;
  }

  onStateChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Keeps what is logged. */
export class FakeLog implements MainLog {
  readonly level: LogLevelName = 'trace';
  file: string | null = null;
  readonly lines: string[] = [];
  onClear: () => void = () => {};

  critical(message: string): void {
    this.log('critical', message);
  }
  error(message: string): void {
    this.log('error', message);
  }
  warn(message: string): void {
    this.log('warn', message);
  }
  info(message: string): void {
    this.log('info', message);
  }
  debug(message: string): void {
    this.log('debug', message);
  }
  trace(message: string): void {
    this.log('trace', message);
  }
  blather(message: string): void {
    this.log('blather', message);
  }
  log(level: LogLevelName, message: string): void {
    this.lines.push(`${level}: ${message}`);
  }
  audit(message: string): void {
    this.log('info', message);
  }
  isEnabled(): boolean {
    return true;
  }
  reopen(): void {}
  clear(): void {
    this.onClear();
  }
  close(): void {}
}

export class FakeSupervisor implements SupervisorView {
  readonly enabled = new Map<string, boolean>();
  state: SupervisorState = 'RUNNING';
  isStarting = false;
  placement: SupervisorView['placement'] = null;
  config: Config;
  readonly log = new FakeLog();
  readonly groups = new Map<string, ManagedGroup>();
  readonly events: string[] = [];
  readonly bus = new EventBus();
  onReload: SupervisorView['reloadConfig'] = () => ({ added: [], changed: [], removed: [] });
  onUpgrade: SupervisorView['upgrade'] = () => Promise.resolve(null);
  onPlan: SupervisorView['planUpdate'] = () => ({ plans: [], scales: [] });
  onApply: SupervisorView['applyConfig'] = () => Promise.resolve([]);
  onScale: SupervisorView['scaleProgram'] = () => ({ before: 0, count: 0, done: Promise.resolve([]) });
  /** Programs that can be scaled. */
  scales: ReturnType<SupervisorView['programScales']> = [];
  /** Programs that are not active, and have a number of processes that was set, as `group:program`. */
  readonly forgettable = new Set<string>();

  constructor(groups: readonly GroupConfig[] = [], servers: readonly HttpServerConfig[] = []) {
    this.config = config(groups, servers);
    for (const group of groups) this.addGroup(group);
  }

  /** The process of a group; a bare name is both. */
  process(name: string, group = name): FakeProcess {
    const process = this.groups.get(group)?.processes.get(name);
    if (!(process instanceof FakeProcess)) throw new Error(`no process ${group}:${name}`);
    return process;
  }

  setEnabled(processes: readonly ManagedProcess[], isEnabled: boolean): void {
    for (const { config } of processes) this.enabled.set(config.name, isEnabled);
  }

  programScales(): ReturnType<SupervisorView['programScales']> {
    return this.scales;
  }

  scaleProgram(
    ...args: Parameters<SupervisorView['scaleProgram']>
  ): ReturnType<SupervisorView['scaleProgram']> {
    return this.onScale(...args);
  }

  forgetScale(group: string, program: string): boolean {
    return this.forgettable.delete(`${group}:${program}`);
  }

  async restartProcesses(
    _group: string,
    processes: readonly ManagedProcess[],
  ): Promise<readonly Restarted<ManagedProcess>[]> {
    return processes.map((process) => ({ process, outcome: 'restarted', reason: '' }));
  }

  shutdown(): void {
    this.state = 'SHUTDOWN';
  }

  restart(): void {
    this.state = 'RESTARTING';
  }

  upgrade(): Promise<string | null> {
    return this.onUpgrade();
  }

  reloadConfig(): ReturnType<SupervisorView['reloadConfig']> {
    return this.onReload();
  }

  planUpdate(groups: ReadonlySet<string> | null): ReturnType<SupervisorView['planUpdate']> {
    return this.onPlan(groups);
  }

  applyConfig(groups: ReadonlySet<string> | null): ReturnType<SupervisorView['applyConfig']> {
    return this.onApply(groups);
  }

  addGroup(group: GroupConfig): boolean {
    if (this.groups.has(group.name)) return false;
    const processes = new Map(
      group.processes.map((process) => [process.name, new FakeProcess(group.name, process)]),
    );
    this.groups.set(group.name, { name: group.name, priority: group.priority, processes });
    return true;
  }

  removeGroup(name: string): boolean {
    const processes = [...(this.groups.get(name)?.processes.values() ?? [])];
    if (processes.some((process) => process.state !== 'STOPPED')) return false;
    return this.groups.delete(name);
  }

  addProcesses(name: string, configs: readonly ProcessConfig[]): boolean {
    const group = this.groups.get(name);
    if (!group) return false;
    const added = configs.map((config) => [config.name, new FakeProcess(name, config)] as const);
    this.groups.set(name, { ...group, processes: new Map([...group.processes, ...added]) });
    return true;
  }

  startAdded(): void {}

  removeProcess(name: string, process: string): boolean {
    const group = this.groups.get(name);
    if (group?.processes.get(process)?.state !== 'STOPPED') return false;
    const processes = new Map([...group.processes].filter(([key]) => key !== process));
    this.groups.set(name, { ...group, processes });
    return true;
  }

  graphReport(): GraphReport {
    return { processes: [], criticalChain: [] };
  }

  subscribeToEvents(types: ReadonlySet<EventType>, subscriber: EventSubscriber): () => void {
    return this.bus.subscribe(types, subscriber);
  }

  pools: ReturnType<SupervisorView['eventPools']> = [];
  onCheckResults: SupervisorView['checkResultsOf'] = () => [];
  onHook: SupervisorView['runHook'] = () => undefined;

  eventPools(): ReturnType<SupervisorView['eventPools']> {
    return this.pools;
  }

  checkResultsOf(process: ManagedProcess): ReturnType<SupervisorView['checkResultsOf']> {
    return this.onCheckResults(process);
  }

  runHook(...args: Parameters<SupervisorView['runHook']>): ReturnType<SupervisorView['runHook']> {
    return this.onHook(...args);
  }

  onHistory: SupervisorView['historyOf'] = () => [];

  historyOf(process: ManagedProcess, limit: number): ReturnType<SupervisorView['historyOf']> {
    return this.onHistory(process, limit);
  }

  sendRemoteCommEvent(type: string, data: string): void {
    this.events.push(`${type}=${data}`);
  }
}

export function group(name: string, processes: readonly ProcessConfig[], priority = 999): GroupConfig {
  return { name, priority, processes };
}

function config(groups: readonly GroupConfig[], servers: readonly HttpServerConfig[]): Config {
  return {
    file: 'supervisord.conf',
    daemon: {
      ...defaultConfig(SUPERVISORD_OPTIONS),
      logfile: { kind: 'none' },
      logfileMaxBytes: 0,
      logfileBackups: 0,
      nodaemon: true,
      childLogDir: '/tmp',
      user: null,
    },
    servers,
    users: [],
    fleet: null,
    groups,
    programs: [],
    includedFrom: new Map(),
    rpcInterfaces: [
      { name: 'supervisor', factory: 'supervisor.rpcinterface:make_main_rpcinterface', options: {} },
    ],
    fleetNodes: null,
    messages: { critical: [], warn: [], info: [] },
  };
}
