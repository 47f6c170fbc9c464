/**
 * The input and output of one process, in all of its runs: its logs, its channels and its sockets.
 *
 * @module
 */
import type { ProcessConfig } from '../config/types.ts';
import type { KeptFile } from '../io/folders/kept-file.ts';
import type { ProcessRecord } from './adoption/process-record.ts';
import { Channels } from './channels/channels.ts';
import type { ChannelsOwner } from './channels/channels-owner.ts';
import { StdinClosedError } from './channels/input-channel.ts';
import { fifoBase } from './channels/pipes.ts';
import { ProcessChannels } from './channels/process-channels.ts';
import type { ProcessHost } from './host.ts';
import { type BesideRole, type Life, nameOfLife } from './machine/life.ts';
import type { LifecycleEvent } from './machine/machine.ts';
import { ProcessLogs } from './process-logs.ts';
import { ProcessSockets, type ProcessSocketsOwner } from './process-sockets.ts';
import { ProcessView } from './process-view.ts';
import type { ListenSockets } from './spawn/held-sockets.ts';
import type { OutputListeners } from './taps/output-listeners.ts';
import type { OutputName } from './taps/output-tap.ts';

/** What the names of a process's logs, FIFOs and sockets depend on. */
export interface ProcessNames {
  readonly role: BesideRole | null;
  readonly life: Life;
  /** The AUTO logs that it already has; null for a new process. */
  readonly autoLogs: ProcessRecord['autoLogs'] | null;
}

export abstract class ProcessIo extends ProcessView implements ChannelsOwner, ProcessSocketsOwner {
  /** Of its files, its sockets and its cgroup; see `machine/life.ts`. */
  readonly life: Life;
  /** Null for the process that has the name. */
  role: BesideRole | null;
  readonly channels: ProcessChannels;
  readonly outputCounts = { stdout: { bytes: 0 }, stderr: { bytes: 0 } };
  protected readonly logs: ProcessLogs;
  protected readonly sockets: ProcessSockets;
  #logTrouble: string | null = null;

  /** @throws Error when an AUTO log cannot be made */
  constructor(
    config: ProcessConfig,
    groupName: string,
    host: ProcessHost,
    { role, life, autoLogs }: ProcessNames,
  ) {
    super(config, groupName, host);
    this.role = role;
    this.life = life;
    this.channels = new ProcessChannels(this);
    this.logs = new ProcessLogs(this, autoLogs);
    this.sockets = new ProcessSockets(this);
  }

  abstract outputListenersOf(channel: OutputName): OutputListeners;
  abstract advance(event: LifecycleEvent): void;

  /** What its FIFOs, its sockets and its cgroup are named after. */
  get lifeName(): string {
    return `${this.groupName}:${nameOfLife(this.config.name, this.life)}`;
  }

  get stdoutLogfile(): string | null {
    return this.logs.stdout;
  }

  get stderrLogfile(): string | null {
    return this.logs.stderr;
  }

  get outputBytes(): Readonly<Record<OutputName, number>> {
    const { stdout, stderr } = this.outputCounts;
    return { stdout: stdout.bytes, stderr: stderr.bytes };
  }

  get logTrouble(): string | null {
    return this.#logTrouble;
  }

  logTroubled(message: string | null): void {
    this.#logTrouble = message;
    this.revision += 1;
  }

  clearLogs(): void {
    this.channels.clearLogs();
  }

  reopenLogs(): void {
    this.channels.reopenLogs();
  }

  writeStdin(bytes: Buffer): void {
    if (this.isBeingKilled) {
      throw new StdinClosedError('Process already closed');
    }
    this.channels.writeStdin(bytes, this.pid);
  }

  openSockets(): ListenSockets | null {
    return this.sockets.open();
  }

  /** What other programs find by its name: AUTO logs, and the FIFOs of a run. */
  *keptFiles(): Generator<KeptFile> {
    // Of two processes of a name, the one that has it: both have the same logs.
    if (this.role === null) yield* this.logs.keptFiles();
    if (this.pid > 0) {
      yield* this.channels.current?.keptFiles(this.pid) ?? [];
    }
  }

  /** Logs what processes of earlier runs, under an earlier daemon or configuration, still write. */
  readLeftPipes(): void {
    const pipes = this.host.leftPipes.take(this.groupName, this.config.name);
    const [stdout, stderr] = (['stdout', 'stderr'] as const).map((name) =>
      pipes.filter(({ channel }) => channel === name),
    );
    for (let run = 0; run < Math.max(stdout?.length ?? 0, stderr?.length ?? 0); run += 1) {
      const left = [stdout?.[run], stderr?.[run]].filter((pipe) => pipe !== undefined);
      this.channels.readOn(new Channels(this, { left }));
    }
  }

  /** The FIFOs of its run, or of the run that is being started: a later daemon looks for them there. */
  protected get fifoBase(): string | null {
    const { current } = this.channels;
    if (current !== null) return current.base;
    const { runtimeFolder } = this.host;
    return runtimeFolder === null ? null : fifoBase(runtimeFolder, this.lifeName);
  }

  /** Closes the descriptors. Pipes that other processes still write to are kept for a later process of the name. */
  protected closeIo(): void {
    this.sockets.leave();
    for (const pipe of this.channels.close()) {
      this.host.leftPipes.add(pipe);
    }
  }
}
