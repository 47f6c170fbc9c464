/**
 * The run of a process, from its spawn or its adoption to its exit: what the daemon holds of the operating system for
 * it beside the channels. The owner's machine decides when a run begins.
 *
 * @module
 */

import type { ProcessConfig } from '../config/types.ts';
import { countSpawn } from '../io/counters.ts';
import { procStatIfKnown } from '../io/proc-stat.ts';
import { adoptProcess } from './adoption/adopt-process.ts';
import { UNKNOWN_STATUS } from './adoption/exit-watch.ts';
import type { ProcessRecord } from './adoption/process-record.ts';
import { Channels } from './channels/channels.ts';
import type { ProcessChannels } from './channels/process-channels.ts';
import { type ChannelEnds, closeEnds } from './channels/reopen-pipes.ts';
import type { HostedProcess, PlacedRun, ProcessHost, Reaped, ReportingOptions } from './host.ts';
import { needsScope } from './leftovers/needs.ts';
import { RunScope, type ScopeSpawnOptions } from './leftovers/run-scope.ts';
import { isPlaced } from './lifecycle-policy.ts';
import { outOfMemory, type WaitStatus } from './machine/wait-status.ts';
import type { MachineDriver, OuterEffect } from './machine-driver.ts';
import { type FcgiSocket, FcgiSocketError } from './spawn/fcgi-socket.ts';
import type { ListenSockets } from './spawn/held-sockets.ts';
import { sendSignal } from './spawn/send-signal.ts';
import { type SpawnOwner, type SpawnProcessOptions, spawnProcess } from './spawn/spawn-process.ts';

/** The process. */
export interface RunOwner extends HostedProcess, SpawnOwner, Reaped {
  readonly host: ProcessHost;
  readonly hasChecks: boolean;
  /** Its record as it will be after a spawn. @param base of the FIFOs, as in `Channels` */
  spawnedRecord(base: string | null): ProcessRecord;
  /** Opens the sockets that the process takes connections from. @throws FcgiSocketError with the reason */
  openSockets(): ListenSockets | null;
}

/** What an earlier daemon has left of a run. */
export interface LeftRun {
  readonly record: ProcessRecord;
  /** Of the process to be adopted, 0 where there is none. */
  readonly pid: number;
  /** What the process has not read yet of what was written to its stdin. */
  readonly input?: Buffer | null;
  /** The daemon's ends of its channels, where they are still open. */
  readonly ends?: ChannelEnds | null;
}

type KillEffect = Extract<OuterEffect, { type: 'kill' }>;

export class ProcessRun {
  readonly #owner: RunOwner;
  readonly #driver: MachineDriver;
  readonly #channels: ProcessChannels;
  readonly #socket: FcgiSocket | null;
  /** Of this run; most processes have none. */
  #scope: RunScope | null = null;
  #isEnding = false;
  #startTicks: number | null = null;
  /** Ends the watch for the exit of a process that is not our child. */
  #unwatch: (() => void) | null = null;

  /** @param socket what a FastCGI program has as its stdin */
  constructor(owner: RunOwner, driver: MachineDriver, channels: ProcessChannels, socket: FcgiSocket | null) {
    this.#owner = owner;
    this.#driver = driver;
    this.#channels = channels;
    this.#socket = socket;
  }

  /** Start time of the process from /proc; null where it is not known, and without a process. */
  get startTicks(): number | null {
    return this.#startTicks;
  }

  /**
   * The process has exited, and the processes that it left behind are being killed; the machine is notified
   * afterwards.
   */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** The cgroup of the process; null where it has none of its own. */
  get cgroup(): string | null {
    return this.#scope?.cgroup ?? null;
  }

  /** Sends a signal that a client asks for. Returns why it cannot be sent, or null. */
  signal(signal: number): string | null {
    if (this.#isEnding) {
      return null;
    }
    const { host, config, pid } = this.#owner;
    const onLost = (): void => {
      this.#driver.take({ type: 'kill-failed' });
    };
    return sendSignal({ log: host.log, name: config.name, pid, signal, onLost });
  }

  /** Sends a signal that is to end the process. Returns why it cannot be sent, or null. */
  kill({ pid, signal, asGroup }: KillEffect): string | null {
    if (this.#isEnding) {
      return null;
    }
    this.#scope?.remember();
    const { host, config } = this.#owner;
    const onLost = (): void => {
      setImmediate(() => this.#driver.take({ type: 'kill-failed' }));
    };
    return sendSignal({ log: host.log, name: config.name, pid, signal, asGroup, isKill: true, onLost });
  }

  #newScope(startedWith = this.#owner.config): RunScope | null {
    const isNeeded = needsScope(this.#owner.config) || needsScope(startedWith);
    return isNeeded ? new RunScope(this.#owner) : null;
  }

  spawn(): void {
    this.#scope = this.#newScope();
    const listening = this.#openSockets();
    const surroundings = typeof listening === 'string' ? listening : this.#openSurroundings();
    if (typeof listening === 'string' || typeof surroundings === 'string') {
      this.#driver.take({ type: 'spawn-failed', message: String(surroundings) });
      return;
    }
    const beganMs = performance.now();
    const result = spawnProcess({
      owner: this.#owner,
      socket: this.#socket,
      listening,
      ...surroundings,
      noteOf: (base) => this.#owner.host.spawnNote(this.#owner, this.#owner.spawnedRecord(base)),
    });
    countSpawn(performance.now() - beganMs);
    if (!result.ok) {
      this.#driver.take({ type: 'spawn-failed', message: result.message });
      return;
    }
    this.#channels.begin(result.channels);
    this.#startTicks = result.startTicks ?? procStatIfKnown(result.pid)?.startTicks ?? null;
    this.#scope?.begin({ pid: result.pid, startTicks: this.#startTicks });
    this.#owner.host.processesByPid.set(result.pid, this.#owner);
    this.#driver.take({ type: 'spawned', pid: result.pid });
  }

  /** Returns the sockets of the process, or why one cannot be opened. */
  #openSockets(): ListenSockets | null | string {
    try {
      return this.#owner.openSockets();
    } catch (error) {
      if (error instanceof FcgiSocketError) return error.message;
      throw error;
    }
  }

  /** Returns what a process with checks or a scope is started with, or why it cannot be started. */
  #openSurroundings(): Pick<SpawnProcessOptions, 'surroundings'> | string {
    const { hasChecks, host, runId } = this.#owner;
    let scope: ScopeSpawnOptions | null;
    try {
      scope = this.#scope?.open(runId) ?? null;
    } catch (error) {
      return `its cgroup cannot be made: ${(error as Error).message}`;
    }
    let checks: ReportingOptions | null;
    try {
      checks = hasChecks ? (host.lifecycle?.openRun(this.#owner) ?? null) : null;
    } catch (error) {
      return `what the process reports to cannot be opened: ${(error as Error).message}`;
    }
    const cgroup = scope?.cgroup ?? null;
    let placed: PlacedRun | null;
    try {
      placed = isPlaced(this.#owner.config) ? this.#openPlacedRun(cgroup) : null;
    } catch (error) {
      return (error as Error).message;
    }
    if (scope === null && checks === null && placed === null) {
      return {};
    }
    const { environment, ...others } = checks ?? NO_SURROUNDINGS;
    const variables = { ...environment, ...scope?.environment, ...placed?.environment };
    return {
      surroundings: { ...others, cgroup, environment: variables, ...(placed === null ? {} : { placed }) },
    };
  }

  /** @throws Error where the program may not run on this node */
  #openPlacedRun(cgroup: string | null): PlacedRun {
    const { host } = this.#owner;
    if (host.placement === null) throw new Error('run_on needs a daemon that was started with an engine');
    return host.placement.openRun(this.#owner, cgroup);
  }

  /** The process runs on with another configuration. */
  reconfigured(before: ProcessConfig): void {
    const { pid, runId } = this.#owner;
    if (pid === 0 || this.#isEnding) {
      return;
    }
    if (this.#scope === null) {
      this.#scope = this.#newScope();
      this.#scope?.resume(runId, { pid, startTicks: this.#startTicks });
    }
    this.#scope?.reconfigured(before);
  }

  adopt({ record, pid, input = null, ends = null }: LeftRun): void {
    this.#scope = this.#newScope(record.config);
    if (pid === 0) {
      this.#adoptEnded(record, ends);
      return;
    }
    const owner = this.#owner;
    const adopted = adoptProcess({
      owner,
      record,
      pid,
      ends,
      socket: this.#socket,
      onExit: (status) => owner.exited(status),
    });
    this.#startTicks = adopted.startTicks;
    this.#scope?.resume(owner.runId, { pid, startTicks: adopted.startTicks });
    this.#channels.begin(adopted.channels);
    this.#unwatch = adopted.unwatch;
    if (input !== null) {
      adopted.channels?.resumeStdin(input, pid);
    }
    owner.host.processesByPid.set(pid, owner);
    this.#driver.take(owner.pid === 0 ? { type: 'spawned', pid } : { type: 'adopted' });
    if (!adopted.isAlive) {
      owner.exited(UNKNOWN_STATUS);
    }
  }

  /** A process has exited unseen by any daemon since it was handed over: its last output is read. */
  #adoptEnded(record: ProcessRecord, ends: ChannelEnds | null): void {
    const { pid } = this.#owner;
    if (pid === 0) {
      closeEnds(ends);
      this.#driver.take({ type: 'adopted' });
      return;
    }
    if (ends !== null) {
      const { redirectStderr } = record.config;
      const run = { base: record.base, pid, redirectStderr, hasStdin: false, ends };
      this.#channels.begin(new Channels(this.#owner, run));
    }
    this.#scope?.resume(this.#owner.runId, { pid, startTicks: record.startTicks });
    // Its exit releases the socket, which other processes of the group may hold.
    this.#socket?.join();
    this.#owner.exited(UNKNOWN_STATUS);
  }

  /** The process has exited: its last output is read, what it has left behind is ended, and the machine goes on. */
  end(status: WaitStatus): void {
    this.#owner.host.processesByPid.delete(this.#owner.pid);
    this.#startTicks = null;
    this.endWatch();
    this.#channels.end();
    if (this.#scope === null) {
      this.#exited(status);
      return;
    }
    this.#isEnding = true;
    this.#driver.disarm();
    const isOutOfMemory = this.#scope.oomKills > 0;
    this.#scope.end(() => {
      this.#isEnding = false;
      this.#exited(isOutOfMemory ? outOfMemory(status) : status);
    });
  }

  #exited(status: WaitStatus): void {
    this.#driver.take({ type: 'exited', status }, () => this.#releaseSocket());
  }

  /** A program that is restarted at once keeps its socket, so that no connection is refused meanwhile. */
  #releaseSocket(): void {
    if (this.#owner.willRestart) {
      setImmediate(() => this.#socket?.release());
    } else {
      this.#socket?.release();
    }
  }

  endWatch(): void {
    this.#unwatch?.();
    this.#unwatch = null;
  }
}

const NO_SURROUNDINGS: ReportingOptions = { environment: {}, pidVariables: [] };
