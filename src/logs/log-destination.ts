/**
 * Opens what a log is written to, whatever kind of file that is, so that writing never blocks the daemon.
 *
 * @module
 */
import { closeSync, constants, fstatSync, ftruncateSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';
import { descriptorOf } from '../io/descriptor-path.ts';
import { openSync, readFileSync, unlinkSync } from '../io/files.ts';
import { inGuardedFolder, openGuarded } from '../io/guarded-path.ts';
import { type FileAttributes, giveAttributes } from './file-attributes.ts';
import { errorCode } from './log-errors.ts';

const { O_APPEND, O_CREAT, O_EXCL, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDWR, O_WRONLY } = constants;

const APPEND = O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY;

/** Permissions of a log before the umask, and of one that the daemon named itself. */
const MODE = 0o666;
const PRIVATE_MODE = 0o600;

/** What stands behind the path of a log. */
export type LogDestination =
  | {
      readonly kind: 'path';
      readonly path: string;
      /** It is the daemon's own, as an AUTO log: a file of another user, or a link, is replaced. */
      readonly isPrivate: boolean;
      /** What the file gets when it is opened; left out, it keeps what it has. */
      readonly attributes?: FileAttributes | null;
    }
  /** A descriptor that the daemon inherited, as `/dev/stdout`. */
  | { readonly kind: 'inherited'; readonly path: string; readonly descriptor: number };

export type NamedDestination = Extract<LogDestination, { kind: 'path' }>;

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
  /** Why the file has not the attributes that it should have; left out where it has them. */
  readonly attributesTrouble?: string;
}

/** Finds the kind of a path without opening it: symbolic links to `/dev/stdout` count as that. */
export function resolveDestination(
  path: string,
  isPrivate = false,
  attributes: FileAttributes | null = null,
): LogDestination {
  const descriptor = descriptorOf(path);
  return descriptor === null
    ? { kind: 'path', path: resolve(path), isPrivate, attributes }
    : { kind: 'inherited', path, descriptor };
}

/** @throws Error of the system call when it cannot be opened, ForeignLinkError */
export function openDestination(target: LogDestination): OpenedDestination {
  return target.kind === 'inherited' ? openInherited(target.descriptor) : openByName(target);
}

/**
 * Opens an empty file for a log whose old file has been renamed. Another file that has taken its place is opened,
 * and never emptied.
 *
 * @throws Error of the system call, ForeignLinkError
 */
export function openFresh(target: NamedDestination): OpenedDestination {
  try {
    return opened(target, openNew(target));
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return openByName(target);
  }
}

/** Empties the file that has the name. @throws Error of the system call, ForeignLinkError */
export function openTruncated(target: NamedDestination): OpenedDestination {
  const destination = openByName(target);
  if (!destination.isRotatable) return destination;
  try {
    ftruncateSync(destination.descriptor);
    return { ...destination, size: 0 };
  } catch (error) {
    closeQuietly(destination.descriptor);
    throw error;
  }
}

function openByName(target: NamedDestination): OpenedDestination {
  return opened(target, target.isPrivate ? openPrivate(target) : openWithoutWaiting(target));
}

function opened({ attributes = null }: NamedDestination, descriptor: number): OpenedDestination {
  const stats = fstatSync(descriptor);
  const isRotatable = stats.isFile();
  const trouble = attributes === null ? null : giveAttributes(descriptor, attributes);
  return {
    descriptor,
    isOwned: true,
    isRotatable,
    mayBlock: false,
    size: isRotatable ? stats.size : 0,
    ...(trouble !== null && { attributesTrouble: trouble }),
  };
}

/** @throws Error EEXIST for anything that is there, a link too */
function openNew(target: NamedDestination): number {
  return openGuarded(target.path, APPEND | O_CREAT | O_EXCL, firstMode(target));
}

/** What a file is created with. */
function firstMode({ isPrivate, attributes = null }: NamedDestination): number {
  return attributes?.mode ?? (isPrivate ? PRIVATE_MODE : MODE);
}

// A named pipe without a reader refuses O_WRONLY; opened for both directions it waits for one with what fits into it.
function openWithoutWaiting(target: NamedDestination): number {
  const { path } = target;
  try {
    return openGuarded(path, APPEND | O_CREAT, firstMode(target));
  } catch (error) {
    if (errorCode(error) !== 'ENXIO') throw error;
    const descriptor = openGuarded(path, O_RDWR | O_NONBLOCK | O_NOCTTY);
    if (fstatSync(descriptor).isFIFO()) return descriptor;
    closeQuietly(descriptor);
    throw error;
  }
}

/** In a folder that all may write to another user can take the name of a log that was removed. */
function openPrivate(target: NamedDestination): number {
  try {
    const descriptor = openGuarded(target.path, APPEND | O_NOFOLLOW);
    const stats = fstatSync(descriptor);
    if (isOurs(stats, target) && stats.nlink === 1) return descriptor;
    closeQuietly(descriptor);
    inGuardedFolder(target.path, unlinkSync);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ELOOP' || code === 'ENXIO') inGuardedFolder(target.path, unlinkSync);
    else if (code !== 'ENOENT') throw error;
  }
  return openNew(target);
}

/** Whether a private log is what the daemon made: its own, or given by it to the owner of the configuration. */
export function isOurs(stats: Stats, { attributes = null }: Pick<NamedDestination, 'attributes'>): boolean {
  return stats.isFile() && (stats.uid === process.geteuid?.() || stats.uid === attributes?.owner?.uid);
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

/** Closes a descriptor; an error that the system reports only now is ignored, as nothing more can be written. */
export function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {}
}
