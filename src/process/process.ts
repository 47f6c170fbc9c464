/**
 * One supervised process: the shell around the pure machine that runs its effects.
 *
 * @module
 */
import type { ProcessConfig } from '../config/types.ts';
import { createAutoLog } from '../logs/auto-logs.ts';
import type { Channels, OutputName } from './channels.ts';
import { type ResolvedCommand, resolveCommand, searchPath } from './command.ts';
import type { FcgiSocket } from './fcgi-socket.ts';
import type { ProcessHost } from './host.ts';
import { type Effect, INITIAL_MACHINE, type Machine, type MachineEvent, pidOf, step } from './machine.ts';
import { type ManagedProcess, StdinClosedError } from './managed-process.ts';
import type { OutputHearers } from './output-hearers.ts';
import { sendSignal } from './send-signal.ts';
import { type SpawnOwner, spawnProcess } from './spawn-process.ts';
import { STARTED_STATES, type StateName } from './states.ts';
import { decodeWaitStatus } from './wait-status.ts';

const STOP_REPORT_MS = 2000;

const NOBODY: readonly Channels[] = [];
const NO_LISTENERS: ReadonlySet<() => void> = new Set();

export class Process implements ManagedProcess, SpawnOwner {
  readonly host: ProcessHost;
  readonly config: ProcessConfig;
  readonly groupName: string;
  readonly stdoutLogfile: string | null;
  readonly stderrLogfile: string | null;
  revision = 0;

  readonly #socket: FcgiSocket | null;
  #machine: Machine = INITIAL_MACHINE;
  #cancelTimer: (() => void) | null = null;
  #channels: Channels | null = null;
  /** Channels of earlier lives that somebody still writes to. */
  #lingering: readonly Channels[] = NOBODY;
  /** Who waits for a change; few processes have anybody, so an empty set for each would be a waste. */
  #listeners: ReadonlySet<() => void> = NO_LISTENERS;
  #isTelling = false;
  #hasNews = false;
  #stopReportedAtMs = Number.NEGATIVE_INFINITY;
  #logTrouble: string | null = null;

  /**
   * @param socket what a FastCGI program has as its stdin
   * @throws Error when an AUTO log cannot be made
   */
  constructor(config: ProcessConfig, groupName: string, host: ProcessHost, socket: FcgiSocket | null = null) {
    this.config = config;
    this.groupName = groupName;
    this.host = host;
    this.#socket = socket;
    this.stdoutLogfile = this.#logfile('stdout');
    this.stderrLogfile = this.#logfile('stderr');
  }

  get state(): StateName {
    return this.#machine.state.name;
  }

  get pid(): number {
    return pidOf(this.#machine.state);
  }

  get startedAt(): number {
    return this.#machine.history.startedAtMs / 1000;
  }

  get stoppedAt(): number {
    return this.#machine.history.stoppedAtMs / 1000;
  }

  get spawnError(): string {
    return this.#machine.history.spawnError;
  }

  get exitStatus(): number | null {
    return this.#machine.history.exitStatus;
  }

  get isStoppable(): boolean {
    const { state } = this.#machine;
    return STARTED_STATES.has(state.name) || (state.name === 'EXITED' && state.restartAtMs !== null);
  }

  get isBeingKilled(): boolean {
    return this.state === 'STOPPING';
  }

  get logTrouble(): string | null {
    return this.#logTrouble;
  }

  checkCommand(): void {
    this.resolveCommand();
  }

  start(): void {
    this.autostart();
    if (this.state === 'STARTING' && this.config.startSeconds === 0) {
      this.#take({ type: 'due' });
    }
  }

  /** Starts the process without being asked: with startsecs=0 it is RUNNING after the others have been started too. */
  autostart(): void {
    this.#take({ type: 'start' });
  }

  stop(): string | null {
    this.#stopReportedAtMs = Number.NEGATIVE_INFINITY;
    return this.#take({ type: 'stop' });
  }

  giveUp(): void {
    this.#take({ type: 'give-up' });
  }

  signal(signal: number): string | null {
    return sendSignal({
      log: this.host.log,
      name: this.config.name,
      pid: this.pid,
      signal,
      onLost: () => this.#take({ type: 'kill-failed' }),
    });
  }

  writeStdin(bytes: Buffer): void {
    if (this.#channels === null || this.isBeingKilled) {
      throw new StdinClosedError('Process already closed');
    }
    this.#channels.writeStdin(bytes, this.pid);
  }

  clearLogs(): void {
    for (const channels of this.#allChannels()) {
      channels.clearLogs();
    }
  }

  reopenLogs(): void {
    for (const channels of this.#allChannels()) {
      channels.reopenLogs();
    }
  }

  reportStopping(): void {
    const { monotonicMs } = this.host.now();
    if (this.state === 'STOPPING' && monotonicMs > this.#stopReportedAtMs + STOP_REPORT_MS) {
      this.host.log.info(`waiting for ${this.config.name} to stop`);
      this.#stopReportedAtMs = monotonicMs;
    }
  }

  onStateChange(listener: () => void): () => void {
    this.#listeners = new Set(this.#listeners).add(listener);
    return () => {
      const left = new Set(this.#listeners);
      left.delete(listener);
      this.#listeners = left.size === 0 ? NO_LISTENERS : left;
    };
  }

  /** @throws CommandError */
  resolveCommand(): ResolvedCommand {
    const { environment, command } = this.config;
    return resolveCommand(command, searchPath(environment, this.host.inheritedEnvironment.PATH));
  }

  hearersOf(channel: OutputName): OutputHearers {
    return this.host.hearersOf(this, channel);
  }

  logTroubled(message: string | null): void {
    this.#logTrouble = message;
    this.revision += 1;
  }

  /** The process was reaped. */
  exited(rawStatus: number): void {
    this.host.processesByPid.delete(this.pid);
    this.#channels?.finish();
    this.#retireChannels();
    this.#take({ type: 'exited', status: decodeWaitStatus(rawStatus) }, () => this.#releaseSocket());
  }

  /** Gives up every timer and descriptor; for a group that is removed and for the daemon's end. */
  dispose(): void {
    this.#disarm();
    this.#channels?.close();
    this.#channels = null;
    for (const channels of this.#lingering) {
      channels.close();
    }
    this.#lingering = NOBODY;
  }

  /** A program that is started again at once keeps its socket, and nobody who connects meanwhile is refused. */
  #releaseSocket(): void {
    const { state } = this.#machine;
    if (state.name === 'EXITED' && state.restartAtMs !== null) {
      setImmediate(() => this.#socket?.release());
    } else {
      this.#socket?.release();
    }
  }

  /** @param beforeTelling runs when all effects are done, before those who wait for the change are told */
  #take(event: MachineEvent, beforeTelling?: () => void): string | null {
    const { machine, effects } = step(this.#machine, event, {
      config: this.config,
      now: this.host.now(),
      mayStart: this.host.mayStart(),
    });
    this.#machine = machine;
    this.revision += 1;
    let refusal: string | null = null;
    let hasChanged = false;
    for (const effect of effects) {
      hasChanged ||= effect.type === 'changed';
      refusal = this.#run(effect) ?? refusal;
    }
    beforeTelling?.();
    if (hasChanged) {
      this.#tell();
    }
    return refusal;
  }

  /** Runs one effect; returns a text for the one who asked, where there is one. */
  #run(effect: Effect): string | null {
    switch (effect.type) {
      case 'spawn':
        this.#spawn();
        return null;
      case 'kill':
        return sendSignal({
          log: this.host.log,
          name: this.config.name,
          pid: effect.pid,
          signal: effect.signal,
          asGroup: effect.asGroup,
          isKill: true,
          onLost: () => setImmediate(() => this.#take({ type: 'kill-failed' })),
        });
      case 'arm':
        this.#arm(effect.atMs);
        return null;
      case 'disarm':
        this.#disarm();
        return null;
      case 'log':
        this.host.log.log(effect.level, effect.message);
        return null;
      case 'refuse':
        return effect.message;
      case 'changed':
        this.host.publish(this, effect);
        return null;
    }
  }

  #spawn(): void {
    const result = spawnProcess({ owner: this, socket: this.#socket });
    if (!result.ok) {
      this.#take({ type: 'spawn-failed', message: result.message });
      return;
    }
    this.#channels = result.channels;
    this.host.processesByPid.set(result.pid, this);
    this.#take({ type: 'spawned', pid: result.pid });
  }

  /** A listener that causes another change does not nest: all hear of that one when this one has been told. */
  #tell(): void {
    this.#hasNews = true;
    if (this.#isTelling) {
      return;
    }
    this.#isTelling = true;
    try {
      while (this.#hasNews) {
        this.#hasNews = false;
        for (const listener of [...this.#listeners]) {
          listener();
        }
      }
    } finally {
      this.#isTelling = false;
    }
  }

  #arm(atMs: number): void {
    this.#disarm();
    const due = (): void => {
      this.#cancelTimer = null;
      this.#take({ type: 'due' });
    };
    const delayMs = atMs - this.host.now().monotonicMs;
    if (delayMs <= 0) {
      const immediate = setImmediate(due);
      this.#cancelTimer = () => clearImmediate(immediate);
    } else {
      const timeout = setTimeout(due, Math.min(delayMs, LONGEST_TIMEOUT_MS));
      this.#cancelTimer = () => clearTimeout(timeout);
    }
  }

  #disarm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #retireChannels(): void {
    const channels = this.#channels;
    this.#channels = null;
    if (channels === null || !channels.isOpen) {
      return;
    }
    this.#lingering = [...this.#lingering, channels];
    channels.onEnd(() => {
      this.#lingering = this.#lingering.filter((other) => other !== channels);
    });
  }

  #allChannels(): readonly Channels[] {
    return this.#channels === null ? this.#lingering : [...this.#lingering, this.#channels];
  }

  #logfile(channel: 'stdout' | 'stderr'): string | null {
    const { logfile } = this.config[channel];
    switch (logfile.kind) {
      case 'file':
        return logfile.path;
      case 'auto':
        return createAutoLog(this.host.childLogDir, this.config.name, channel, this.host.identifier);
      default:
        return null;
    }
  }
}

/** The longest delay that a timer takes; the machine arms anew for what is left. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
