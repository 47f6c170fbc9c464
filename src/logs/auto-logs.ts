/**
 * The logs that the daemon names itself: `stdout_logfile=AUTO`.
 *
 * @module
 */
import { closeSync, constants } from 'node:fs';
import { join, resolve } from 'node:path';
import { readdirSync, unlinkSync } from '../io/files.ts';
import { inGuardedFolder, openGuarded } from '../io/guarded-path.ts';
import { pythonRepr } from '../python/repr.ts';
import { type FileAttributes, giveAttributes } from './file-attributes.ts';
import { describeError, errorCode } from './log-errors.ts';
import { logOfBackup } from './rotation/backup-names.ts';

const NAME_CHARACTERS = 'abcdefghijklmnopqrstuvwxyz0123456789_';
const NAME_LENGTH = 8;
const MAX_TRIES = 100;

/**
 * Makes a fresh empty log, `NAME-stdout---IDENTIFIER-XXXXXXXX.log`, and returns its absolute path. It has mode 0600 and
 * belongs to the user of the daemon, unless the attributes have other values.
 *
 * @throws Error when it cannot be made
 */
export function createAutoLog(
  folder: string,
  processName: string,
  channel: 'stdout' | 'stderr',
  identifier: string,
  attributes: FileAttributes | null = null,
): string {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants;
  for (let tries = 1; ; tries += 1) {
    const path = resolve(folder, `${processName}-${channel}---${identifier}-${randomName()}.log`);
    try {
      const descriptor = openGuarded(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
      // What cannot be given is reported when the log is written.
      if (attributes !== null) giveAttributes(descriptor, attributes);
      closeSync(descriptor);
      return path;
    } catch (error) {
      if (errorCode(error) === 'EEXIST' && tries < MAX_TRIES) continue;
      throw new Error(`log ${path} cannot be created: ${describeError(error)}`, { cause: error });
    }
  }
}

export interface OldAutoLogsOptions {
  readonly folder: string;
  readonly identifier: string;
  /** Absolute paths of logs that are still written; they and their backups stay. */
  readonly spared: readonly string[];
  readonly warn: (message: string) => void;
}

/** Removes the automatic logs that an earlier daemon of the same identifier left, and their backups. */
export function removeOldAutoLogs({ folder, identifier, spared, warn }: OldAutoLogsOptions): void {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    warn('Could not clear childlog dir');
    return;
  }
  const pattern = new RegExp(`^.+?---${escapeForPattern(identifier)}-\\S+\\.log\\.?\\d{0,4}`);
  const isSpared = new Set(spared);
  for (const name of names) {
    if (!pattern.test(name)) continue;
    const path = join(folder, name);
    if (isSpared.has(logOfBackup(resolve(path)))) continue;
    try {
      inGuardedFolder(path, unlinkSync);
    } catch {
      warn(`Failed to clean up ${pythonRepr(path)}`);
    }
  }
}

/** Need not be a secret: a file that has the name already is not taken. */
function randomName(): string {
  const pick = () => NAME_CHARACTERS[Math.floor(Math.random() * NAME_CHARACTERS.length)];
  return Array.from({ length: NAME_LENGTH }, pick).join('');
}

function escapeForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
