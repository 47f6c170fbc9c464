/**
 * Listening sockets of programs. That of a FastCGI program is open while a process has it as its stdin.
 *
 * @module
 */
import { closeSync, type Stats } from 'node:fs';
import { fcgiSocketUrl } from '../../config/sections/fcgi.ts';
import type { FcgiSocketConfig } from '../../config/types.ts';
import { lstatSync, statSync, unlinkSync } from '../../io/files.ts';
import { OwnFile } from '../../io/own-file.ts';
import { giveSocketFile, setSocketMode } from '../../io/socket-file.ts';
import type { MainLog } from '../../logs/main-log.ts';
import {
  errnoMessage,
  listenInet,
  listeningAddress,
  listeningHost,
  listenUnix,
  PosixError,
  setNonblocking,
} from '../../native/posix.ts';

/** The socket cannot be opened; the message is the reference's. */
export class FcgiSocketError extends Error {
  override readonly name = 'FcgiSocketError';
}

/** What Python's SOMAXCONN is; the kernel makes less of it where less is allowed. */
const LONGEST_BACKLOG = 4096;

export interface OpenSocket {
  readonly descriptor: number;
  /** The file of a unix socket, which is to be removed with it. */
  readonly file: OwnFile | null;
}

export class FcgiSocket {
  readonly config: FcgiSocketConfig;
  readonly #log: Pick<MainLog, 'info'>;
  readonly #label: string;
  #open: OpenSocket | null = null;
  #holders = 0;
  #isInherited = false;

  /** @param label for the error of a socket that cannot be opened */
  constructor(config: FcgiSocketConfig, log: Pick<MainLog, 'info'>, label = 'FastCGI socket') {
    this.config = config;
    this.#log = log;
    this.#label = label;
  }

  get url(): string {
    return fcgiSocketUrl(this.config);
  }

  /** Goes on with a socket that an earlier daemon has opened; until it is held here, its file is not ours to remove. */
  inherit(descriptor: number): void {
    this.#open = { descriptor, file: null };
    this.#isInherited = true;
  }

  /**
   * The descriptor that a child gets; the first holder creates the socket, and each must `release` it.
   *
   * @throws FcgiSocketError, and then it is not held
   */
  hold(): number {
    if (this.#open === null) {
      this.#log.info(`Creating socket ${this.url}`);
      this.#open = openSocket(this.config, this.#label);
    }
    this.join();
    return this.#open.descriptor;
  }

  /** Null while it is not open. */
  get descriptor(): number | null {
    return this.#open?.descriptor ?? null;
  }

  /** The file of a socket that is open; null where there is none to keep. */
  get file(): OwnFile | null {
    return this.#open?.file ?? null;
  }

  /** Programs that are started from now on get this socket; those that have the former one keep that. */
  replace(open: OpenSocket): void {
    if (this.#open !== null) {
      closeSync(this.#open.descriptor);
    }
    this.#open = open;
    this.#isInherited = false;
  }

  /** Counts a holder that another daemon has started, also where its socket is out of our reach. */
  join(): void {
    this.#holders += 1;
    if (this.#isInherited && this.#open !== null) {
      const { config } = this;
      this.#open = { ...this.#open, file: config.kind === 'unix' ? new OwnFile(config.path) : null };
      this.#isInherited = false;
    }
  }

  /** Ends one hold; after the last one the socket is closed and its file is gone. */
  release(): void {
    if (this.#holders === 0) {
      return;
    }
    this.#holders -= 1;
    if (this.#holders === 0) {
      this.close();
    }
  }

  /** Closes the socket, whether it is held or not. */
  close(): void {
    this.#holders = 0;
    if (this.#open === null) {
      return;
    }
    this.#log.info(`Closing socket ${this.url}`);
    closeSync(this.#open.descriptor);
    this.#open.file?.remove();
    this.#open = null;
    this.#isInherited = false;
  }
}

/**
 * A descriptor, null where there is none, and `out of reach` where a process still listens on the socket, and its
 * descriptor cannot be taken from it.
 */
export type InheritedSocket = number | null | 'out of reach';

/** The sockets of one group: processes that name the same one share it. */
export class FcgiSockets {
  readonly #log: MainLog;
  readonly #byUrl = new Map<string, FcgiSocket>();

  constructor(log: MainLog) {
    this.#log = log;
  }

  /**
   * The socket for a configuration. A new one is created and closed once, so that one that cannot be opened
   * is found when its group is added.
   *
   * @param inherit asks for what an earlier daemon has left of it
   * @throws FcgiSocketError
   */
  find(config: FcgiSocketConfig, inherit: () => InheritedSocket = () => null): FcgiSocket {
    const url = fcgiSocketUrl(config);
    const known = this.#byUrl.get(url);
    if (known !== undefined) {
      return known;
    }
    const socket = new FcgiSocket(config, this.#log);
    const inherited = inherit();
    if (typeof inherited === 'number') {
      socket.inherit(inherited);
    } else if (inherited === null) {
      socket.hold();
      socket.release();
    }
    this.#byUrl.set(url, socket);
    return socket;
  }

  get all(): Iterable<FcgiSocket> {
    return this.#byUrl.values();
  }

  close(): void {
    for (const socket of this.#byUrl.values()) {
      socket.close();
    }
  }
}

function openSocket(config: FcgiSocketConfig, label: string): OpenSocket {
  try {
    const opened = config.kind === 'unix' ? openUnix(config) : openTcp(config);
    // Programs of the field call accept and expect to wait there.
    setNonblocking(opened.descriptor, false);
    return opened;
  } catch (error) {
    throw new FcgiSocketError(`Could not create ${label} ${fcgiSocketUrl(config)}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

function openTcp({ host, port, backlog }: Extract<FcgiSocketConfig, { kind: 'tcp' }>): OpenSocket {
  return { descriptor: listenInet(host, port, backlog ?? LONGEST_BACKLOG), file: null };
}

export type UnixFcgiSocket = Extract<FcgiSocketConfig, { kind: 'unix' }>;

function openUnix(config: UnixFcgiSocket): OpenSocket {
  const { path } = config;
  removeStale(path);
  return { descriptor: listenAt(config, path), file: new OwnFile(path) };
}

/**
 * Opens a socket with the rights of the configuration at another path; it is blocking, as programs expect.
 *
 * @throws PosixError, Error
 */
export function openFcgiSocketAt(config: UnixFcgiSocket, path: string): number {
  const descriptor = listenAt(config, path);
  setNonblocking(descriptor, false);
  return descriptor;
}

function listenAt({ mode, owner, backlog }: UnixFcgiSocket, path: string): number {
  const descriptor = listenUnix(path, mode & PERMISSIONS, backlog ?? LONGEST_BACKLOG);
  try {
    if (owner !== null) {
      giveAway(path, owner);
    }
    setMode(path, mode);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    unlinkSync(path);
    throw error;
  }
}

/** Whether a descriptor is the socket of a configuration. */
export function listensAt(descriptor: number, config: FcgiSocketConfig): boolean {
  let address: string | number;
  try {
    address = listeningAddress(descriptor);
  } catch {
    return false;
  }
  if (config.kind === 'tcp') {
    return address === config.port && isAddressOf(listeningHost(descriptor), config.host);
  }
  // One that was made again was bound beside the path (kept-fcgi-socket.ts).
  return address === config.path || (typeof address === 'string' && address.startsWith(`${config.path}.`));
}

/** @param digits what a socket is bound to @param host as it is configured; of a name only the port is compared */
function isAddressOf(digits: string, host: string): boolean {
  if (host === '') {
    return digits === '0.0.0.0';
  }
  if (host.includes(':')) {
    return digits.includes(':') && canonical(digits) === canonical(host);
  }
  return /[^\d.]/.test(host) || digits === host;
}

/** The canonical form of an IPv6 address; any other text is unchanged. */
function canonical(address: string): string {
  const url = `http://[${address}]`;
  return URL.canParse(url) ? new URL(url).hostname : address;
}

const PERMISSIONS = 0o777;

/** Makes room for the socket; a file that is not a socket is data and stays, while the reference removes it. */
function removeStale(path: string): void {
  const found = statOf(path);
  if (found === undefined) {
    return;
  }
  if (!found.isSocket() && !found.isSymbolicLink() && !found.isDirectory()) {
    throw new Error(`${path} exists and is not a socket`);
  }
  unlinkSync(path);
}

/** The file at the path, or the link if it is dangling. Undefined if it cannot be read: bind reports why. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function giveAway(path: string, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  try {
    giveSocketFile(path, uid, gid);
  } catch (error) {
    throw new Error(`Could not change ownership of socket file: ${reasonOf(error)}`, { cause: error });
  }
}

function setMode(path: string, mode: number): void {
  try {
    setSocketMode(path, mode);
  } catch (error) {
    throw new Error(`Could not change permissions of socket file: ${reasonOf(error)}`, { cause: error });
  }
}

/** As Python words it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  if (error instanceof PosixError) {
    if (error.syscall === 'getaddrinfo') {
      return '[Errno -2] Name or service not known';
    }
    return error.code === 'ENAMETOOLONG'
      ? 'AF_UNIX path too long'
      : `[Errno ${error.errno}] ${errnoMessage(error.errno)}`;
  }
  const { errno, path } = error as NodeJS.ErrnoException;
  return errno === undefined ? error.message : `[Errno ${-errno}] ${errnoMessage(-errno)}: '${path}'`;
}
