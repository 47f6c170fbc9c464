/**
 * The sockets of `listen=`: they belong to the daemon and not to a run of a process, so that no connection is refused
 * while programs are stopped, restarted or replaced.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import { FIRST_LISTEN_DESCRIPTOR, listenUrl } from '../../config/tables/listen-values.ts';
import type { FcgiSocketConfig, ProcessConfig } from '../../config/types.ts';
import type { KeptFile } from '../../io/folders/kept-file.ts';
import type { MainLog } from '../../logs/main-log.ts';
import { PosixError } from '../../native/posix.ts';
import { FcgiSocket, FcgiSocketError, listensAt } from './fcgi-socket.ts';
import { keptFcgiSocket } from './kept-fcgi-socket.ts';

/** How long a configured socket stays open while no process of an active group has it, in milliseconds: `update` adds groups anew. */
const IDLE_MS = 5000;

/** What the sockets need from the daemon. */
export interface SocketsOwner {
  readonly log: Pick<MainLog, 'info'>;
  /** Whether a program has the socket in the configuration as it was last read. */
  configures(url: string): boolean;
}

/** What the sockets need from a process. */
export interface SocketUser {
  readonly config: ProcessConfig;
  /** The file of a socket was removed, and another socket is at its path now. */
  socketReplaced(): void;
}

/** What a process gets at its start, from descriptor 3 up. */
export interface ListenSockets {
  readonly descriptors: readonly number[];
  /** LISTEN_FDNAMES. */
  readonly names: string;
}

/** A socket that the daemon hands over at an upgrade. */
export interface HeldSocket {
  readonly url: string;
  readonly descriptor: number;
}

/** One process as a user of its sockets. */
export interface SocketShare {
  /** Opens those that are not open. @throws FcgiSocketError with the reason */
  open(): ListenSockets;
  /** The process does not exist any more. */
  leave(): void;
}

/** Finds what an earlier daemon has left of a socket. @param position of the socket among those of its program */
export type FindListener = (config: FcgiSocketConfig, position: number) => number | null;

interface Held {
  readonly url: string;
  readonly config: FcgiSocketConfig;
  readonly socket: FcgiSocket;
  readonly program: string;
  readonly users: Set<SocketUser>;
  timer: NodeJS.Timeout | null;
}

export class HeldSockets {
  #owner: SocketsOwner | null = null;
  readonly #held = new Map<string, Held>();
  /** Descriptors that this very process had as another program, by URL. */
  readonly #handed = new Map<string, number>();

  /** After a restart the daemon has another log and another configuration. */
  set owner(owner: SocketsOwner) {
    this.#owner = owner;
  }

  /** Takes what was handed over, before any process is made. */
  inherit(sockets: readonly HeldSocket[]): void {
    for (const { url, descriptor } of sockets) this.#handed.set(url, descriptor);
  }

  /** The sockets that stay open for the program that this process executes. */
  get handedOver(): readonly HeldSocket[] {
    return [...this.#held.values()].flatMap(({ url, socket: { descriptor } }) =>
      descriptor === null ? [] : { url, descriptor },
    );
  }

  /**
   * Counts a process as a user of its sockets. Sockets that still exist are taken over; nothing is opened yet.
   *
   * @param find asked where nothing was handed over
   */
  join(user: SocketUser, find: FindListener): SocketShare {
    const { config } = user;
    const wanted = socketConfigs(config);
    for (const [position, one] of wanted.entries()) {
      const held = this.#heldFor(one, programOf(config), () => find(one, position));
      if (held.program === programOf(config)) this.#use(held, user);
    }
    return {
      open: () => this.#open(user, wanted),
      leave: () => this.#leave(user),
    };
  }

  /** Closes the sockets that no program configures, also those of an upgrade; to be called when all groups are added. */
  settle(): void {
    this.#closeIdle();
    for (const descriptor of this.#handed.values()) closeSync(descriptor);
    this.#handed.clear();
  }

  /** The files of the unix sockets. */
  *keptFiles(runtimeFolder: string | null): Generator<KeptFile> {
    for (const { socket, config, users } of this.#held.values()) {
      if (config.kind !== 'unix') continue;
      const onReplaced = (): void => {
        for (const user of users) user.socketReplaced();
      };
      yield keptFcgiSocket({ socket, config, runtimeFolder, onReplaced });
    }
  }

  /** At the end of the daemon. */
  close(): void {
    for (const held of this.#held.values()) this.#drop(held);
    this.settle();
  }

  #heldFor(config: FcgiSocketConfig, program: string, find: () => number | null): Held {
    const url = listenUrl(config);
    const known = this.#held.get(url);
    if (known !== undefined && (known.program === program || known.users.size > 0)) return known;
    if (known !== undefined) this.#drop(known);
    const socket = new FcgiSocket(config, { info: (message) => this.#owner?.log.info(message) }, 'socket');
    const held: Held = { url, config, socket, program, users: new Set(), timer: null };
    this.#held.set(url, held);
    const left = this.#takeHanded(url, config) ?? find();
    if (left !== null) {
      socket.inherit(left);
      socket.hold();
    }
    return held;
  }

  /** A number in a file is this socket only where the kernel agrees; any other descriptor is not ours to close. */
  #takeHanded(url: string, config: FcgiSocketConfig): number | null {
    const descriptor = this.#handed.get(url);
    if (descriptor === undefined) return null;
    this.#handed.delete(url);
    return listensAt(descriptor, config) ? descriptor : null;
  }

  #use(held: Held, user: SocketUser): void {
    if (held.timer !== null) clearTimeout(held.timer);
    held.timer = null;
    held.users.add(user);
  }

  #open(user: SocketUser, wanted: readonly FcgiSocketConfig[]): ListenSockets {
    const { config } = user;
    const program = programOf(config);
    const descriptors = wanted.map((one) => {
      const held = this.#heldFor(one, program, () => null);
      if (held.program !== program) {
        throw new FcgiSocketError(
          `Could not create socket ${held.url}: it is a socket of program ${held.program}`,
        );
      }
      this.#use(held, user);
      return this.#descriptorOf(held);
    });
    const { names } = config.listen;
    return {
      descriptors,
      names: (names.length > 0 ? names : wanted.map(() => program)).join(':'),
    };
  }

  /** A socket that is about to be closed may have the address. */
  #descriptorOf({ socket }: Held): number {
    if (socket.descriptor !== null) return socket.descriptor;
    try {
      return socket.hold();
    } catch (error) {
      if (!isInUse(error) || !this.#closeIdle()) throw error;
      return socket.hold();
    }
  }

  #leave(user: SocketUser): void {
    for (const held of this.#held.values()) {
      if (!held.users.delete(user) || held.users.size > 0) continue;
      if (held.socket.descriptor === null || this.#owner?.configures(held.url) !== true) {
        this.#drop(held);
      } else {
        held.timer = setTimeout(() => this.#drop(held), IDLE_MS).unref();
      }
    }
  }

  /** Returns whether any were closed. */
  #closeIdle(): boolean {
    const idle = [...this.#held.values()].filter(({ users }) => users.size === 0);
    for (const held of idle) this.#drop(held);
    return idle.length > 0;
  }

  #drop(held: Held): void {
    if (held.timer !== null) clearTimeout(held.timer);
    held.socket.close();
    this.#held.delete(held.url);
  }
}

/** The sockets of a process, in the order of their descriptors. */
export function socketConfigs({ listen, uid }: ProcessConfig): readonly FcgiSocketConfig[] {
  const { addresses, backlog, mode } = listen;
  const owner = listen.owner ?? (uid === null ? null : { uid, gid: -1 });
  return addresses.map((address) =>
    address.kind === 'unix' ? { ...address, backlog, mode, owner } : { ...address, backlog },
  );
}

/** The descriptor of a process for the socket at a position. */
export function listenDescriptor(position: number): number {
  return FIRST_LISTEN_DESCRIPTOR + position;
}

function programOf({ program, name }: ProcessConfig): string {
  return program ?? name;
}

function isInUse(error: unknown): boolean {
  const cause = error instanceof FcgiSocketError ? error.cause : null;
  return cause instanceof PosixError && cause.code === 'EADDRINUSE';
}
