/**
 * One supervised process: the shell around the pure machine that runs its effects. `ProcessRun` has the spawn, the
 * adoption and the exit, `ProcessIo` the logs, the channels and the sockets.
 *
 * @module
 */
import { isEqual } from '../config/tables/equality.ts';
import type { ProcessConfig } from '../config/types.ts';
import { endLeftHook } from './adoption/left-hook.ts';
import { type ProcessRecord, UNKNOWN_PID } from './adoption/process-record.ts';
import type { ProcessHost } from './host.ts';
import type { BesideRole } from './machine/life.ts';
import type { LifecycleEvent } from './machine/machine.ts';
import { STOPPED_STATES } from './machine/states.ts';
import type { WaitStatus } from './machine/wait-status.ts';
import { MachineDriver, type MachineOwner, type OuterEffect } from './machine-driver.ts';
import type { HealthReport, WaitReport } from './managed-process.ts';
import { ProcessIo, type ProcessNames } from './process-io.ts';
import { type LeftRun, ProcessRun, type RunOwner } from './process-run.ts';
import { Reconfiguration, type ReconfiguredProcess } from './reconfiguration.ts';
import { type ResolvedCommand, resolveCommand, searchPath } from './spawn/command.ts';
import type { FcgiSocket } from './spawn/fcgi-socket.ts';
import { programVariables } from './spawn/program-environment.ts';
import { StateListeners } from './state-listeners.ts';
import type { OutputListeners } from './taps/output-listeners.ts';
import type { OutputName } from './taps/output-tap.ts';

const STOP_REPORT_MS = 2000;

/** What a process beside the one that has the name is made with. */
export interface Beside extends ProcessNames {
  readonly role: BesideRole;
  /** The AUTO logs of the other one, which both write to. */
  readonly autoLogs: ProcessRecord['autoLogs'];
  /** What an earlier daemon has left of it, or null. */
  readonly record: ProcessRecord | null;
}

export class Process extends ProcessIo implements MachineOwner, RunOwner, ReconfiguredProcess {
  /** The process beside it, in a restart with `restart_mode=start_first`; only of the process that has the name. */
  beside: Process | null = null;
  protected readonly driver: MachineDriver;
  lastStatus: WaitStatus | null = null;
  readonly #run: ProcessRun;
  /** Made with the first other configuration. */
  #changes: Reconfiguration | null = null;
  #startInTurn: ((process: Process) => void) | null = null;
  /** Most processes never have one. */
  #listeners: StateListeners | null = null;
  #stopReportedAtMs = Number.NEGATIVE_INFINITY;
  /** What the record of an adopted process has that this version does not know; a new process begins without. */
  #unknown: unknown = undefined;

  /**
   * A process of which the host has a record goes on in the state that it was in; `adopt` is to follow.
   *
   * @param socket what a FastCGI program has as its stdin
   * @param beside for a process beside the one that has the name; else null
   * @throws Error when an AUTO log cannot be made
   */
  constructor(
    config: ProcessConfig,
    groupName: string,
    host: ProcessHost,
    socket: FcgiSocket | null = null,
    beside: Beside | null = null,
  ) {
    const record = beside === null ? host.recordOf(groupName, config) : beside.record;
    const names = beside ?? { role: null, life: record?.life ?? 0, autoLogs: record?.autoLogs ?? null };
    super(config, groupName, host, names);
    this.driver = new MachineDriver(this, record?.machine ?? null);
    this.#run = new ProcessRun(this, this.driver, this.channels, socket);
    if (beside === null) this.readLeftPipes();
  }

  /** Also the process beside it. */
  get isStopped(): boolean {
    return STOPPED_STATES.has(this.state) && this.beside === null;
  }

  get wait(): WaitReport | null {
    return this.isWaiting ? (this.host.lifecycle?.waitOf(this) ?? null) : null;
  }

  get nextRunAt(): number | null {
    return this.config.schedule.cron === null ? null : (this.host.lifecycle?.nextRunOf(this) ?? null);
  }

  get health(): HealthReport | null {
    return this.hasChecks ? (this.host.lifecycle?.healthOf(this) ?? null) : null;
  }

  checkCommand(): void {
    this.resolveCommand(programVariables(this.config).environment);
  }

  /** What a later daemon has to know of it. */
  get record(): ProcessRecord {
    const { config, groupName, life } = this;
    return {
      groupName,
      config,
      machine: this.driver.machine,
      startTicks: this.startTicks,
      base: this.fifoBase,
      autoLogs: this.logs.auto,
      life: life === 0 ? undefined : life,
      hook: this.host.lifecycle?.hookProcessOf(this),
      isToStart: this.#changes?.isToStart === true ? true : undefined,
      unknown: this.#unknown,
    };
  }

  /** The record of a run that is about to begin, as far as it is known. */
  spawnedRecord(base: string | null): ProcessRecord {
    const machine = this.driver.foresee({ type: 'spawned', pid: UNKNOWN_PID });
    return { ...this.record, machine, base };
  }

  /** Goes on from the record that this object was made of. */
  adopt(left: LeftRun): void {
    const { record } = left;
    this.#unknown = record.unknown;
    if (record.hook !== undefined && this.awaitsHook && endLeftHook(record.hook)) {
      this.host.log.info(`a hook of ${this.config.name} that an earlier daemon has started is run again`);
    }
    this.#run.adopt(left);
    if (!isEqual(record.config, this.config)) {
      this.driver.reconfigured(record.config);
      this.#run.reconfigured(record.config);
    }
  }

  start(ignoresDependencies = false): void {
    this.driver.take({ type: 'start', ...(ignoresDependencies ? { ignoresDependencies } : {}) });
    if (this.state === 'STARTING' && this.config.startSeconds === 0) {
      this.driver.take({ type: 'due' });
    }
  }

  /**
   * Starts the process automatically: with startsecs=0 it becomes RUNNING after the other processes have been
   * started too.
   */
  autostart(): void {
    this.driver.take({ type: 'start' });
  }

  /** Handles an event of a dependency, a hook or a check. */
  advance(event: LifecycleEvent): void {
    if (event.type === 'restart' && this.#changes?.isUnderWay === true) {
      // It is being stopped already, to be started with another configuration.
      return;
    }
    this.driver.take(event);
  }

  /**
   * Takes another configuration. A process that runs goes on with it: then only keys may differ whose change is live.
   *
   * @throws Error when an AUTO log cannot be made, and changes nothing
   */
  reconfigure(config: ProcessConfig): void {
    this.#changing.take(config);
  }

  /**
   * Takes another configuration when the process is stopped, and stops it for that. Resolves when that is done, with
   * false where a client has asked for a stop meanwhile.
   *
   * @throws Error when an AUTO log cannot be made
   */
  replaceConfig(config: ProcessConfig): Promise<boolean> {
    return this.#changing.takeStopped(config);
  }

  get #changing(): Reconfiguration {
    this.#changes ??= new Reconfiguration(this, {
      driver: this.driver,
      run: this.#run,
      channels: this.channels,
      logs: this.logs,
      sockets: this.sockets,
    });
    return this.#changes;
  }

  /** The process will start by itself soon, by this function; null once its turn has come. */
  awaitTurn(start: ((process: Process) => void) | null): void {
    this.#startInTurn = start;
  }

  /** Also true while it is being stopped, to be started with another configuration, and while it awaits its turn. */
  override get isStoppable(): boolean {
    return this.isActive || this.#startInTurn !== null || this.#changes?.isToStart === true;
  }

  stop(): string | null {
    const start = this.#startInTurn;
    this.awaitTurn(null);
    start?.(this);
    if (this.#changes?.isToStart === true) {
      this.#changes.stopRequested();
      this.host.remember(this);
    }
    return this.#requestStop();
  }

  stopForConfig(): void {
    if (this.isActive) {
      this.#requestStop();
    }
  }

  #requestStop(): string | null {
    this.#stopReportedAtMs = Number.NEGATIVE_INFINITY;
    return this.driver.take({ type: 'stop' });
  }

  giveUp(): void {
    this.driver.take({ type: 'give-up' });
  }

  /** No processes that it left behind are being killed, which an upgrade would interrupt. */
  get isQuiet(): boolean {
    return !this.#run.isEnding;
  }

  get startTicks(): number | null {
    return this.#run.startTicks;
  }

  get cgroup(): string | null {
    return this.#run.cgroup;
  }

  signal(signal: number): string | null {
    return this.#run.signal(signal);
  }

  reportStopping(): void {
    const { monotonicMs } = this.host.now();
    if (this.state === 'STOPPING' && monotonicMs > this.#stopReportedAtMs + STOP_REPORT_MS) {
      this.host.log.info(`waiting for ${this.config.name} to stop`);
      this.#stopReportedAtMs = monotonicMs;
    }
  }

  onStateChange(listener: () => void): () => void {
    this.#listeners ??= new StateListeners();
    return this.#listeners.add(listener);
  }

  /** @throws CommandError */
  resolveCommand(environment: Readonly<Record<string, string>>): ResolvedCommand {
    return resolveCommand(this.config.command, searchPath(environment, this.host.inheritedEnvironment.PATH));
  }

  outputListenersOf(channel: OutputName): OutputListeners {
    return this.host.outputListenersOf(this, channel);
  }

  /** What the process waits for, or what its checks report, has changed. */
  reportChanged(): void {
    this.revision += 1;
    this.#listeners?.notify();
    this.#changes?.stateChanged();
  }

  /** The process has exited and was reaped. */
  exited(status: WaitStatus): void {
    this.lastStatus = status;
    this.#run.end(status);
  }

  /** Before any effect is run: a later daemon then knows of all that may have been done. */
  eventTaken(isNew: boolean): void {
    this.revision += 1;
    if (!isNew) {
      return;
    }
    const { state } = this.driver.machine;
    if (state.name === 'STARTING' && state.pid === null) {
      this.#unknown = undefined;
    }
    this.host.remember(this);
  }

  runEffect(effect: OuterEffect): string | null {
    switch (effect.type) {
      case 'spawn':
        this.#run.spawn();
        return null;
      case 'kill':
        return this.#run.kill(effect);
      case 'log':
        this.host.log.log(effect.level, effect.message);
        return null;
      case 'refuse':
        return effect.message;
      case 'changed':
        this.host.publish(this, effect);
        return null;
      default:
        this.host.lifecycle?.run(this, effect);
        return null;
    }
  }

  stateChanged(): void {
    this.#listeners?.notify();
    this.#changes?.stateChanged();
  }

  /** Releases every timer and descriptor; for a group that is removed and for the daemon's exit. */
  dispose(): void {
    this.driver.disarm();
    this.#run.endWatch();
    this.closeIo();
  }
}
