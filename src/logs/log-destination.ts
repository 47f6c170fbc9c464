/**
 * Opens what a log is written to, whatever kind of file that is, so that writing never blocks the daemon.
 *
 * @module
 */
import { closeSync, constants, fstatSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';
import { descriptorOf } from '../io/descriptor-path.ts';
import { openSync, readFileSync, statSync } from '../io/files.ts';
import { errorCode } from './log-errors.ts';

const { O_APPEND, O_CREAT, O_NOCTTY, O_NONBLOCK, O_RDWR, O_TRUNC, O_WRONLY } = constants;

/** What stands behind the path of a log. */
export type LogDestination =
  | { readonly kind: 'path'; readonly path: string }
  /** A descriptor that the daemon inherited, as `/dev/stdout`. */
  | { readonly kind: 'inherited'; readonly path: string; readonly descriptor: number };

export interface OpenedDestination {
  readonly descriptor: number;
  /** False where the descriptor is the daemon's own and must stay open. */
  readonly isOwned: boolean;
  /** Only what is opened by its name and is a regular file rotates and can be cleared. */
  readonly isRotatable: boolean;
  /** True where others rely on the descriptor being a blocking one: it is made non-blocking for each write only. */
  readonly mayBlock: boolean;
  /** Size of a file that rotates, in bytes. */
  readonly size: number;
}

/** Finds out what a path means without opening it: symbolic links to `/dev/stdout` count as that. */
export function resolveDestination(path: string): LogDestination {
  const descriptor = descriptorOf(path);
  if (descriptor !== null) return { kind: 'inherited', path, descriptor };
  return { kind: 'path', path: resolve(path) };
}

/** @throws Error of the system call when it cannot be opened */
export function openDestination(target: LogDestination): OpenedDestination {
  return target.kind === 'inherited' ? openInherited(target.descriptor) : openByName(target.path);
}

/** Opens a fresh, empty file for a log that has just been rotated away. @throws Error of the system call */
export function openTruncated(path: string): number {
  return openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_TRUNC | O_NOCTTY, 0o666);
}

function openByName(path: string): OpenedDestination {
  const descriptor = openWithoutWaiting(path);
  const stats = fstatSync(descriptor);
  const isRotatable = stats.isFile();
  return { descriptor, isOwned: true, isRotatable, mayBlock: false, size: isRotatable ? stats.size : 0 };
}

// A named pipe without a reader refuses O_WRONLY; opened for both directions it waits for one with what fits into it.
function openWithoutWaiting(path: string): number {
  try {
    return openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY, 0o666);
  } catch (error) {
    if (errorCode(error) !== 'ENXIO' || !statSync(path).isFIFO()) throw error;
    return openSync(path, O_RDWR | O_NONBLOCK);
  }
}

function openInherited(descriptor: number): OpenedDestination {
  const stats = fstatSync(descriptor);
  const own = canBeOpenedAgain(stats) ? openAgain(descriptor) : null;
  if (own !== null) {
    return { descriptor: own, isOwned: true, isRotatable: false, mayBlock: false, size: 0 };
  }
  const mayBlock = !stats.isFile() && !isNonblocking(descriptor);
  return { descriptor, isOwned: false, isRotatable: false, mayBlock, size: 0 };
}

// A regular file has its position in the description that the daemon was given, which others may share.
function canBeOpenedAgain(stats: Stats): boolean {
  return stats.isFIFO() || stats.isCharacterDevice();
}

function openAgain(descriptor: number): number | null {
  try {
    return openSync(`/proc/self/fd/${descriptor}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    return null;
  }
}

function isNonblocking(descriptor: number): boolean {
  const flags =
    /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1'))?.[1] ?? '0';
  return (Number.parseInt(flags, 8) & O_NONBLOCK) !== 0;
}

/** Closes a descriptor; an error that the system kept until now has nobody left to tell. */
export function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {}
}
