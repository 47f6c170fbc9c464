/**
 * The file with the daemon's pid, for other programs.
 *
 * @module
 */
import { closeSync, constants, writeSync } from 'node:fs';
import {
  lstatSync,
  openSync,
  readFileSync,
  removeFile,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from '../io/files.ts';
import { type Finding, type KeptFile, lost, REMOVED, REPLACED } from '../io/folders/kept-file.ts';
import { procStat } from '../io/proc-stat.ts';
import type { MainLog } from '../logs/main-log.ts';
import { renewTimes } from '../native/posix.ts';

/** More than a pid and what may stand around it. */
const MOST_BYTES = 64;
/** Before the umask. */
const MODE = 0o666;

/** Writes the pidfile; true if it is ours to remove. A failed write is logged and ignored. */
export function writePidfile(path: string, log: MainLog): boolean {
  try {
    writeFileSync(path, `${process.pid}\n`);
  } catch {
    log.critical(`could not write pidfile ${path}`);
    return false;
  }
  log.info(`supervisord started with pid ${process.pid}`);
  return true;
}

/** Removes the pidfile, unless it names another process that runs. */
export function removePidfile(path: string): void {
  try {
    if (otherProcessIn(path) === null) {
      unlinkSync(path);
    }
  } catch {
    // It is gone already, which is what was wanted.
  }
}

/** Keeps the pidfile of this daemon; one that names another process that runs belongs to that one. */
export function keptPidfile(path: string): KeptFile {
  const look = (): Finding | null => {
    const pid = pidIn(path);
    if (pid === process.pid) {
      return null;
    }
    const other = otherProcessIn(path);
    if (other !== null) {
      return lost(`is left alone: it names process ${other}, which runs`);
    }
    const was = lstatSync(path, { throwIfNoEntry: false });
    putInPlace(path);
    return was === undefined ? REMOVED : REPLACED;
  };
  return { path, label: `pidfile ${path}`, look, renew: () => renewTimes(path, true) };
}

/** Null where there is no file, or no pid in it. */
export function pidIn(path: string): number | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile() || found.size > MOST_BYTES) {
    return null;
  }
  const text = readFileSync(path, 'latin1').trim();
  return /^\d+$/.test(text) ? Number(text) : null;
}

/** A file of any other user than root and our own proves nothing: in a folder for all, every user can write one. */
function otherProcessIn(path: string): number | null {
  const pid = pidIn(path);
  if (pid === null || pid === process.pid || !isTrusted(path)) {
    return null;
  }
  const isAlive = procStat(pid)?.isZombie === false;
  return isAlive ? pid : null;
}

function isTrusted(path: string): boolean {
  const uid = lstatSync(path, { throwIfNoEntry: false })?.uid;
  return uid === ROOT || uid === process.geteuid?.();
}

const ROOT = 0;

/** A link that has come into its place is replaced, and not followed. */
function putInPlace(path: string): void {
  const fresh = `${path}.${process.pid}`;
  removeFile(fresh);
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  const descriptor = openSync(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, MODE);
  try {
    writeSync(descriptor, `${process.pid}\n`);
    renameSync(fresh, path);
  } catch (error) {
    removeFile(fresh);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}
