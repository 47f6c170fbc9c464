/**
 * Opens the listening socket of a server. A unix socket is made under another name and put in place by a link, so
 * that its path never leads to one with wider rights, or to one that does not answer yet.
 *
 * @module
 */
import { closeSync, writeSync } from 'node:fs';
import { constants, userInfo } from 'node:os';
import process from 'node:process';
import type { HttpServerConfig, InetServerConfig, UnixServerConfig } from '../../config/types.ts';
import { linkSync, unlinkSync } from '../../io/files.ts';
import { removerOf } from '../../io/own-file.ts';
import { dataInPlaceOf, giveSocketFile } from '../../io/socket-file.ts';
import {
  errnoName,
  listenInet,
  listenUnix,
  PosixError,
  setPrompt,
  unixSocketIsLive,
} from '../../native/posix.ts';
import { ALREADY_LISTENING, ListenError, socketError } from './listen-error.ts';

const BACKLOG = 1024;
const STDERR = 2;
/** How often a stale socket is removed before the path counts as taken by another program. */
const MAX_ATTEMPTS = 5;

/** An open listening socket. */
export interface ListeningSocket {
  readonly descriptor: number;
  /** Removes the socket's file, if it is still the one that was made here. */
  removeFile(): void;
}

/**
 * @param inherited a descriptor that listens at the address already, and whose file, where it has one, is in place
 * @throws ListenError with the reference's text
 */
export function openListeningSocket(config: HttpServerConfig, inherited: number | null): ListeningSocket {
  if (inherited !== null) {
    return { descriptor: inherited, removeFile: config.kind === 'unix' ? removerOf(config.file) : () => {} };
  }
  try {
    return config.kind === 'unix' ? openUnix(config) : openInet(config);
  } catch (error) {
    throw asListenError(error);
  }
}

function openInet(config: InetServerConfig): ListeningSocket {
  const descriptor = listenInet(config.host, config.port, BACKLOG);
  setPrompt(descriptor);
  return { descriptor, removeFile: () => {} };
}

function openUnix(config: UnixServerConfig): ListeningSocket {
  const temporary = `${config.file}.${process.pid}`;
  removeIfThere(temporary);
  const descriptor = listenUnix(temporary, config.mode, BACKLOG);
  try {
    giveAway(config, temporary);
    putInPlace(temporary, config.file);
    return { descriptor, removeFile: removerOf(config.file) };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  } finally {
    removeIfThere(temporary);
  }
}

function putInPlace(temporary: string, file: string): void {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    try {
      linkSync(temporary, file);
      return;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
    if (unixSocketIsLive(file)) throw new ListenError(ALREADY_LISTENING);
    const data = dataInPlaceOf(file);
    if (data !== null) throw new ListenError(`Cannot open an HTTP server: ${data}`);
    writeSync(STDERR, `Unlinking stale socket ${file}\n`);
    unlinkSync(file);
  }
  throw new ListenError(ALREADY_LISTENING);
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
