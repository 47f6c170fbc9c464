/**
 * Takes over the listening sockets of inherited processes.
 *
 * @module
 */
import { closeSync, readdirSync } from 'node:fs';
import type { FcgiSocketConfig } from '../../config/types.ts';
import { readlinkSync } from '../../io/files.ts';
import type { MainLog } from '../../logs/main-log.ts';
import { pidfdGetfd, pidfdOpen } from '../../native/posix.ts';
import { type InheritedSocket, listensAt } from '../../process/spawn/fcgi-socket.ts';

/** An inherited process that runs. */
interface SocketHolder {
  readonly pid: number;
  readonly record: { readonly config: { readonly name: string } };
}

const STDIN = 0;

/** Duplicates the socket that an inherited process has as its stdin. */
export function stdinSocketOf(
  { pid, record }: SocketHolder,
  socket: FcgiSocketConfig,
  log: MainLog,
): InheritedSocket {
  try {
    const pidfd = pidfdOpen(pid);
    try {
      return requireSocket(pidfdGetfd(pidfd, STDIN), socket);
    } finally {
      closeSync(pidfd);
    }
  } catch (error) {
    const { message } = error as Error;
    log.warn(`the socket of ${record.config.name} (pid ${pid}) cannot be duplicated: ${message}`);
    return 'out of reach';
  }
}

/**
 * Duplicates a socket of `listen=` that a process has; null where it has none. A program may have its socket under another
 * number by now.
 *
 * @param usual number that the program was started with
 */
export function listenerIn(pid: number, socket: FcgiSocketConfig, usual: number): number | null {
  let pidfd: number;
  try {
    pidfd = pidfdOpen(pid);
  } catch {
    return null;
  }
  try {
    for (const descriptor of [usual, ...socketsOf(pid).filter((other) => other !== usual)]) {
      const found = takeSocket(pidfd, descriptor, socket);
      if (found !== null) return found;
    }
    return null;
  } finally {
    closeSync(pidfd);
  }
}

function takeSocket(pidfd: number, descriptor: number, socket: FcgiSocketConfig): number | null {
  try {
    return requireSocket(pidfdGetfd(pidfd, descriptor), socket);
  } catch {
    return null;
  }
}

/** Further descriptors are not looked at: they belong to clients. */
const MOST_SOCKETS = 64;

/** The descriptors of a process that are sockets, the lowest first. */
function socketsOf(pid: number): readonly number[] {
  const found: number[] = [];
  try {
    const descriptors = readdirSync(`/proc/${pid}/fd`).map(Number);
    for (const descriptor of descriptors.sort((left, right) => left - right)) {
      if (readlinkSync(`/proc/${pid}/fd/${descriptor}`).startsWith('socket:')) found.push(descriptor);
      if (found.length === MOST_SOCKETS) break;
    }
  } catch {
    // Those that were found are tried.
  }
  return found;
}

/** A program may have replaced the descriptor. @throws Error for any other descriptor, which is closed */
function requireSocket(descriptor: number, socket: FcgiSocketConfig): number {
  if (listensAt(descriptor, socket)) return descriptor;
  closeSync(descriptor);
  throw new Error('its descriptor is not the socket');
}
