/**
 * Whether a running process is the program of a record. A record is believed only where /proc agrees with it: a file
 * must not make the daemon watch, stop or read the output of a process that it did not start.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readlinkSync } from '../../io/files.ts';
import { fsdecode } from '../../python/fs-encoding.ts';
import { splitCommand } from '../../python/shlex.ts';
import type { ProcessRecord } from './process-record.ts';

/**
 * True where the process has a channel of the record, or the environment that a child of its name gets, or runs the
 * record's command as its user. One of these is enough, since a program may have executed another one, changed its
 * user or closed its channels. The start time alone is not enough.
 */
export function isProgramOf(record: ProcessRecord, pid: number): boolean {
  const channels = hasChannel(record, pid);
  const environment = channels === true ? true : hasEnvironment(record, pid);
  if (channels === true || environment === true) {
    return true;
  }
  if (record.startTicks === null || !runsCommand(record, pid)) {
    return false;
  }
  // Only root can read the files of a program that has changed its user (sudo).
  const isClosed = channels === 'unknown' && environment === 'unknown';
  return isClosed || isUserOf(record, pid);
}

/** True where the process runs the command of the record as its user. */
export function runsAsRecorded(record: ProcessRecord, pid: number): boolean {
  return runsCommand(record, pid) && isUserOf(record, pid);
}

function isUserOf({ config: { uid } }: ProcessRecord, pid: number): boolean {
  return userOf(pid) === (uid ?? process.geteuid?.());
}

/** True where the process has a channel of the record, or the environment that a child of its name gets. */
export function isNamedLike(record: ProcessRecord, pid: number): boolean {
  return hasChannel(record, pid) === true || hasEnvironment(record, pid) === true;
}

const CHANNELS = ['stdin', 'stdout', 'stderr'] as const;

function hasChannel({ base }: ProcessRecord, pid: number): boolean | 'unknown' {
  if (base === null) return false;
  for (const [descriptor, name] of CHANNELS.entries()) {
    try {
      const target = readlinkSync(`/proc/${pid}/fd/${descriptor}`);
      if (target === `${base}.${name}` || target === `${base}.${name} (deleted)`) return true;
    } catch (error) {
      if (isForbidden(requireAnswer(error))) return 'unknown';
    }
  }
  return false;
}

function hasEnvironment({ groupName, config: { name } }: ProcessRecord, pid: number): boolean | 'unknown' {
  try {
    const variables = fsdecode(readFileSync(`/proc/${pid}/environ`)).split('\0');
    return (
      variables.includes(`SUPERVISOR_PROCESS_NAME=${name}`) &&
      variables.includes(`SUPERVISOR_GROUP_NAME=${groupName}`)
    );
  } catch (error) {
    return isForbidden(requireAnswer(error)) ? 'unknown' : false;
  }
}

/** Errors that are not about the process, such as EMFILE, are thrown. @throws ErrnoException */
function requireAnswer(error: unknown): unknown {
  if (WANT.has((error as NodeJS.ErrnoException).code)) throw error;
  return error;
}

const WANT: ReadonlySet<string | undefined> = new Set(['EMFILE', 'ENFILE', 'ENOMEM']);

function isForbidden(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EACCES' || code === 'EPERM';
}

/** A script has its interpreter before it. */
function runsCommand({ config }: ProcessRecord, pid: number): boolean {
  try {
    const [program = '', ...options] = splitCommand(config.command);
    const running = fsdecode(readFileSync(`/proc/${pid}/cmdline`))
      .split('\0')
      .slice(0, -1);
    const own = running.slice(-options.length - 1);
    return basename(own[0] ?? '') === basename(program) && own.slice(1).join('\0') === options.join('\0');
  } catch (error) {
    requireAnswer(error);
    return false;
  }
}

/** The real user; undefined where it cannot be read. */
function userOf(pid: number): number | undefined {
  try {
    return Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
  } catch (error) {
    requireAnswer(error);
    return undefined;
  }
}
