/**
 * A group of processes: what is started, stopped and removed together.
 *
 * @module
 */
import type { GroupConfig, ProcessConfig } from '../config/types.ts';
import type { KeptFile } from '../io/folders/kept-file.ts';
import type { ProcessHost } from './host.ts';
import { STOPPED_STATES } from './machine/states.ts';
import type { ManagedGroup } from './managed-process.ts';
import { Process } from './process.ts';
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

  /** Another map after every change of what is in the group. */
  get processes(): ReadonlyMap<string, Process> {
    return this.#processes;
  }

  get name(): string {
    return this.config.name;
  }

  get priority(): number {
    return this.config.priority;
  }

  /**
   * Puts more processes behind those that there are.
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

  /** Drops a process that is stopped; false if there is none of that name, or it is not stopped. */
  remove(name: string): boolean {
    const process = this.#processes.get(name);
    if (process === undefined || !STOPPED_STATES.has(process.state)) {
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
    return [...this.processes.values()].filter(({ state }) => !STOPPED_STATES.has(state));
  }

  /** Asks every process to stop, the highest priority first; what waits for another try gives up. */
  stopAll(): void {
    const byFallingPriority = [...this.processes.values()]
      .sort((left, right) => left.config.priority - right.config.priority)
      .reverse();
    for (const process of byFallingPriority) {
      stopOrGiveUp(process);
    }
  }

  reopenLogs(): void {
    for (const process of this.processes.values()) {
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
    for (const process of this.processes.values()) {
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
    for (const process of this.processes.values()) {
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
