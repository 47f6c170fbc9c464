/**
 * Opens the listening socket of a server. A unix socket is made under another name and put in place by a link, so
 * that its path never leads to a socket with wider rights, or to one without a listener.
 *
 * @module
 */
import { closeSync, writeSync } from 'node:fs';
import { constants, userInfo } from 'node:os';
import type { HttpServerConfig, InetServerConfig, UnixServerConfig } from '../../config/types.ts';
import { linkSync, lstatSync, unlinkSync } from '../../io/files.ts';
import { OwnFile } from '../../io/own-file.ts';
import { giveSocketFile, reasonNotToReplace, setSocketMode } from '../../io/socket-file.ts';
import { errnoName, hasListener, listenInet, listenUnix, PosixError, setPrompt } from '../../native/posix.ts';
import { showEscapes } from '../../python/fs-encoding.ts';
import { ALREADY_LISTENING, ListenError, socketError } from './listen-error.ts';
import { hasFile, hasPort } from './served-address.ts';

/** Connections that may wait to be accepted. */
export const BACKLOG = 1024;
const STDERR = 2;
/** How often a stale socket is removed before the path counts as taken by another program. */
const MAX_ATTEMPTS = 5;

/** An open listening socket. */
export interface ListeningSocket {
  readonly descriptor: number;
  /** The file of a unix socket, which is to be removed with it. */
  readonly file: OwnFile | null;
}

/**
 * @param onStale called before a socket is removed on which nothing listens
 * @throws ListenError with the reference's text
 */
export function openListeningSocket(
  config: HttpServerConfig,
  onStale: (file: string) => void = reportStale,
): ListeningSocket {
  try {
    return config.kind === 'unix' ? openUnix(config, onStale) : openInet(config);
  } catch (error) {
    throw asListenError(error);
  }
}

/**
 * Finds out whether a server could be opened, and leaves nothing behind.
 *
 * @param held the addresses at which the daemon listens already, as `addressOf` names them
 * @returns a descriptor that keeps the address until it is closed
 * @throws ListenError with the reference's text
 */
export function tryListeningSocket(config: HttpServerConfig, held: readonly string[]): number {
  try {
    if (config.kind === 'inet') {
      // The port is free once the daemon has closed it; whether the host is an address of this machine is known now.
      const isHeld = held.some((address) => hasPort(address, config));
      return listenInet(config.host, isHeld ? 0 : config.port, BACKLOG);
    }
    const isHeld = held.some((address) => hasFile(address, config));
    const data = isHeld ? null : reasonNotToReplace(config.file);
    if (data !== null) throw cannotOpen(data);
    if (!isHeld && hasListener(config.file)) throw new ListenError(ALREADY_LISTENING);
    return openTemporary(config, (descriptor) => descriptor);
  } catch (error) {
    throw asListenError(error);
  }
}

/** Gives the file of a unix socket the rights that the configuration has now. @throws ListenError */
export function changeRights(config: UnixServerConfig): void {
  const { file, mode, owner } = config;
  try {
    const { uid, gid } = lstatSync(file);
    const own = owner ?? { uid: process.geteuid?.() ?? uid, gid: process.getegid?.() ?? gid };
    if (own.uid !== uid || own.gid !== gid) giveAway({ ...config, owner: own }, file);
    setSocketMode(file, mode);
  } catch (error) {
    throw asListenError(error);
  }
}

function openInet(config: InetServerConfig): ListeningSocket {
  const descriptor = listenInet(config.host, config.port, BACKLOG);
  setPrompt(descriptor);
  return { descriptor, file: null };
}

function openUnix(config: UnixServerConfig, onStale: (file: string) => void): ListeningSocket {
  return openTemporary(config, (descriptor, temporary) => {
    putInPlace(temporary, config.file, onStale);
    return { descriptor, file: new OwnFile(config.file) };
  });
}

/** Makes the socket under another name, which is gone again when it has been used. */
function openTemporary<T>(config: UnixServerConfig, use: (descriptor: number, temporary: string) => T): T {
  const temporary = `${config.file}.${process.pid}`;
  removeIfThere(temporary);
  const descriptor = listenUnix(temporary, config.mode, BACKLOG);
  try {
    giveAway(config, temporary);
    return use(descriptor, temporary);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  } finally {
    removeIfThere(temporary);
  }
}

function putInPlace(temporary: string, file: string, onStale: (file: string) => void): void {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    try {
      linkSync(temporary, file);
      return;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
    if (hasListener(file)) throw new ListenError(ALREADY_LISTENING);
    const data = reasonNotToReplace(file);
    if (data !== null) throw cannotOpen(data);
    onStale(file);
    unlinkSync(file);
  }
  throw new ListenError(ALREADY_LISTENING);
}

function reportStale(file: string): void {
  writeSync(STDERR, showEscapes(`Unlinking stale socket ${file}\n`));
}

function cannotOpen(reason: string): ListenError {
  return new ListenError(`Cannot open an HTTP server: ${reason}`);
}

function giveAway(config: UnixServerConfig, path: string): void {
  if (config.owner === null) return;
  const { uid, gid } = config.owner;
  try {
    giveSocketFile(path, uid, gid);
  } catch (error) {
    if (errorCode(error) !== 'EPERM') throw error;
    throw new ListenError(
      `Not permitted to chown ${config.file} to uid/gid (${uid}, ${gid}); adjust "sockchown" value in config file or on command line to values that the current user (${userInfo().username}) can successfully chown`,
    );
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

/** Any failure in the words of the reference. */
function asListenError(error: unknown): ListenError {
  if (error instanceof ListenError) return error;
  const { syscall, errno } = error as { syscall?: unknown; errno?: unknown };
  if (typeof errno !== 'number') throw error;
  // Python reports getaddrinfo's own number, and its own text for a path that the address has no room for.
  if (syscall === 'getaddrinfo') return socketError('-2');
  const number = Math.abs(errno);
  if (number === constants.errno.EADDRINUSE) return new ListenError(ALREADY_LISTENING);
  if (error instanceof PosixError && error.code === 'ENAMETOOLONG')
    return socketError('AF_UNIX path too long');
  return socketError(`errno.${errnoName(number)} (${number})`);
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
