/**
 * Permissions and owner of a log file (`stdout_logfile_mode=`, `stdout_logfile_owner=`).
 *
 * @module
 */
import { fchmodSync, fchownSync, fstatSync } from 'node:fs';
import type { Owner } from '../config/tables/values.ts';
import { describeError } from './log-errors.ts';

/** Null leaves what the file has. */
export interface FileAttributes {
  readonly mode: number | null;
  readonly owner: Owner | null;
}

const PERMISSIONS = 0o7777;

/**
 * Gives an open file its permissions and its owner; what is not a regular file keeps what it has.
 *
 * A file with a second name keeps them too: a user who may change the folder could have linked any file of the
 * machine to the name of the log.
 *
 * @returns what could not be done, or null
 */
export function giveAttributes(descriptor: number, attributes: FileAttributes): string | null {
  const { mode, owner } = attributes;
  const found = fstatSync(descriptor);
  const isOwner =
    owner === null || (owner.uid === found.uid && (owner.gid === -1 || owner.gid === found.gid));
  const hasMode = mode === null || mode === (found.mode & PERMISSIONS);
  if (!found.isFile() || (isOwner && hasMode)) return null;
  if (found.nlink !== 1) return 'keeps its owner and permissions: the file has a second name';
  const ownerTrouble = isOwner ? null : errorOf(() => giveOwner(descriptor, owner, found.gid));
  const modeTrouble = hasMode ? null : errorOf(() => fchmodSync(descriptor, mode));
  if (ownerTrouble !== null) return `cannot be given to its owner: ${ownerTrouble}`;
  return modeTrouble === null ? null : `cannot be given its permissions: ${modeTrouble}`;
}

function giveOwner(descriptor: number, { uid, gid }: Owner, ownGid: number): void {
  fchownSync(descriptor, uid, gid === -1 ? ownGid : gid);
}

function errorOf(act: () => void): string | null {
  try {
    act();
    return null;
  } catch (error) {
    return describeError(error);
  }
}
