/**
 * A group of processes: what is started, stopped and removed together.
 *
 * @module
 */
import type { GroupConfig, ProcessConfig } from '../config/types.ts';
import type { KeptFile } from '../io/folders/kept-file.ts';
import type { ProcessHost } from './host.ts';
import { otherLife } from './machine/life.ts';
import { STOPPED_STATES } from './machine/states.ts';
import type { ManagedGroup } from './managed-process.ts';
import { type Beside, Process } from './process.ts';
import { type FcgiSocket, FcgiSockets } from './spawn/fcgi-socket.ts';
import { keptFcgiSocket } from './spawn/kept-fcgi-socket.ts';

export class Group implements ManagedGroup {
  readonly #host: ProcessHost;
  readonly #sockets: FcgiSockets;
  #config: GroupConfig;
  #processes: ReadonlyMap<string, Process>;

  /** @throws Error when an AUTO log cannot be made, FcgiSocketError */
  constructor(config: GroupConfig, host: ProcessHost) {
    this.#host = host;
    this.#config = config;
    this.#sockets = new FcgiSockets(host.log);
    // Before any process: one that cannot be opened is not to leave logs behind.
    const sockets = config.processes.map((process) => this.#socketOf(process));
    this.#processes = new Map(
      config.processes.map((process, index) => [
        process.name,
        new Process(process, config.name, host, sockets[index]),
      ]),
    );
  }

  get config(): GroupConfig {
    return this.#config;
  }

  /** A new map after every change of the group. */
  get processes(): ReadonlyMap<string, Process> {
    return this.#processes;
  }

  /** Also those beside others. */
  get all(): Process[] {
    return [...this.processes.values()].flatMap((process) =>
      process.beside === null ? process : [process, process.beside],
    );
  }

  get name(): string {
    return this.config.name;
  }

  get priority(): number {
    return this.config.priority;
  }

  /**
   * Adds processes behind the existing ones.
   *
   * @throws Error when an AUTO log cannot be made, FcgiSocketError; none is added then
   */
  add(configs: readonly ProcessConfig[]): Process[] {
    const added: Process[] = [];
    try {
      for (const config of configs) {
        added.push(new Process(config, this.name, this.#host, this.#socketOf(config)));
      }
    } catch (error) {
      for (const process of added) {
        process.dispose();
      }
      throw error;
    }
    this.#config = { ...this.config, processes: [...this.config.processes, ...configs] };
    this.#processes = new Map([
      ...this.#processes,
      ...added.map((process) => [process.config.name, process] as const),
    ]);
    return added;
  }

  /**
   * Takes another configuration, and the order of its processes. Those that it does not name are still in the group,
   * behind the others, until they are removed.
   */
  take(config: GroupConfig): void {
    this.#config = config;
    const named = config.processes.flatMap(({ name }) => {
      const process = this.#processes.get(name);
      return process === undefined ? [] : [[name, process] as const];
    });
    this.#processes = new Map([...named, ...this.#processes]);
  }

  /**
   * Makes a second process of a name, for a restart with start_first; it is not started yet.
   *
   * @param left what an earlier daemon has left of it
   * @throws Error when an AUTO log cannot be made
   */
  addBeside(
    process: Process,
    config: ProcessConfig,
    { role, record }: Pick<Beside, 'role' | 'record'>,
  ): Process {
    const life = record?.life ?? (record === null ? otherLife(process.life) : 0);
    const { autoLogs } = record ?? process.record;
    const origin = { role, record, life, autoLogs };
    const beside = new Process(config, this.name, this.#host, this.#socketOf(config), origin);
    process.beside = beside;
    for (const one of [process, beside]) one.channels.keepLines(true);
    return beside;
  }

  /** The successor takes the name over; the former process becomes the second one, and is to be stopped. */
  takeOver(process: Process, successor: Process): void {
    process.beside = null;
    process.role = 'leaving';
    successor.role = null;
    successor.beside = process;
    this.#processes = new Map(
      [...this.#processes].map(([name, other]) => [name, other === process ? successor : other] as const),
    );
  }

  /** Forgets the process beside another one, which has ended. What it has left behind is read on. */
  dropBeside(process: Process): void {
    process.beside?.dispose();
    process.beside = null;
    process.channels.keepLines(false);
    process.readLeftPipes();
  }

  /** Drops a process that is stopped; false if there is none of that name, or it is not stopped. */
  remove(name: string): boolean {
    const process = this.#processes.get(name);
    if (process === undefined || !process.isStopped) {
      return false;
    }
    this.#config = {
      ...this.config,
      processes: this.config.processes.filter((config) => config.name !== name),
    };
    this.#processes = new Map([...this.#processes].filter(([, other]) => other !== process));
    process.dispose();
    return true;
  }

  /** Processes that still have something to be stopped. */
  unstopped(): Process[] {
    return this.all.filter(({ state }) => !STOPPED_STATES.has(state));
  }

  /** Asks every process to stop, the highest priority first; a process that waits for another try gives up. */
  stopAll(): void {
    const byFallingPriority = this.all
      .sort((left, right) => left.config.priority - right.config.priority)
      .reverse();
    for (const process of byFallingPriority) {
      stopOrGiveUp(process);
    }
  }

  reopenLogs(): void {
    for (const process of this.all) {
      process.reopenLogs();
    }
  }

  /** What other programs find by its name. */
  *keptFiles(): Generator<KeptFile> {
    for (const socket of this.#sockets.all) {
      const { config } = socket;
      if (config.kind === 'unix') {
        const onReplaced = (): void => this.#restartUsersOf(socket);
        yield keptFcgiSocket({ socket, config, runtimeFolder: this.#host.runtimeFolder, onReplaced });
      }
    }
    for (const process of this.all) {
      yield* process.keptFiles();
    }
  }

  #restartUsersOf(socket: FcgiSocket): void {
    for (const process of this.processes.values()) {
      if (process.config.socket !== undefined && this.#socketOf(process.config) === socket) {
        process.advance({ type: 'restart', reason: 'its socket was removed', countsAsFailure: false });
      }
    }
  }

  dispose(): void {
    for (const process of this.all) {
      process.dispose();
    }
    this.#sockets.close();
  }

  #socketOf({ socket }: ProcessConfig): FcgiSocket | null {
    return socket === undefined
      ? null
      : this.#sockets.find(socket, () => this.#host.inheritedSocketOf(socket));
  }
}

/** Stops a process that runs; one that waits for another try is given up. */
export function stopOrGiveUp(process: Process): void {
  switch (process.state) {
    case 'RUNNING':
    case 'STARTING':
      process.stop();
      break;
    case 'BACKOFF':
      process.giveUp();
      break;
  }
}
