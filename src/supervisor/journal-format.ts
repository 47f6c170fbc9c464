/**
 * What stands in the lines of a journal, and how they are read again.
 *
 * @module
 */

import { join } from 'node:path';
import { readFileSync, statSync } from '../io/files.ts';
import { procStat } from '../io/proc-stat.ts';
import type { ProcessRecord } from '../process/adoption/process-record.ts';
import type { Handover } from './handover.ts';

export const CURRENT_FORMAT = 1;

/** The first line. */
export interface Heading {
  readonly format: number;
  readonly daemon: DaemonIdentity;
}

/** Which daemon has written a journal, and in which life of the machine or the container. */
export interface DaemonIdentity {
  readonly pid: number;
  readonly startTicks: number | null;
  /** From /proc/sys/kernel/random/boot_id. */
  readonly boot: string;
  /** When PID 1 was started: a container that is started again is another world within the same boot. */
  readonly initTicks: number | null;
}

/** Any other line. */
export type Change =
  /** All of a process, or all but its configuration, which is as an earlier line has it. */
  | { readonly process: ProcessRecord | (Omit<ProcessRecord, 'config'> & { readonly name: string }) }
  | { readonly gone: readonly [group: string, process: string] }
  | { readonly leaving: true }
  | { readonly handover: Handover };

/** What a journal says. */
export interface JournalContents {
  readonly daemon: DaemonIdentity;
  readonly records: readonly ProcessRecord[];
  /** True where its daemon was about to end, and had begun to stop what ran. */
  readonly isLeaving: boolean;
  /** What its daemon has left to the program that goes on under its pid, where it has executed one. */
  readonly handover: Handover | null;
}

/** Where the journal of a runtime folder is. No FIFO has this name: theirs have a colon. */
export function journalIn(folder: string): string {
  return join(folder, 'journal');
}

export function thisDaemon(): DaemonIdentity {
  return {
    pid: process.pid,
    startTicks: procStat(process.pid)?.startTicks ?? null,
    boot: bootId(),
    initTicks: procStat(1)?.startTicks ?? null,
  };
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return '';
  }
}

/** Null where there is no journal, or none that this version can read. A line that makes no sense is passed over. */
export function readJournal(path: string): JournalContents | null {
  let text: string;
  try {
    // A FIFO in its place would be waited for without end.
    text = statSync(path).isFile() ? readFileSync(path, 'utf8') : '';
  } catch {
    return null;
  }
  const [first, ...changes] = text.split('\n').map(parsed);
  const { format, daemon } = (first ?? {}) as Partial<Heading>;
  if (format !== CURRENT_FORMAT || !daemon) {
    return null;
  }
  const records = new Map<string, ProcessRecord>();
  let isLeaving = false;
  let handover: Handover | null = null;
  for (const change of changes.filter(isChange)) {
    if ('leaving' in change) {
      isLeaving = true;
    } else if ('handover' in change) {
      handover = change.handover;
    } else if ('gone' in change) {
      records.delete(keyOf(...change.gone));
    } else {
      take(records, change.process);
    }
  }
  return { daemon, records: [...records.values()], isLeaving, handover };
}

/** What a crash of the machine or a failing disk has left of a line may be any value. */
function isChange(line: unknown): line is Change {
  const { leaving, gone, handover, process } = (line ?? {}) as MaybeChange;
  const isRecord = typeof process?.machine?.state?.name === 'string' && process.config !== null;
  return leaving === true || Array.isArray(gone) || Array.isArray(handover?.sockets) || isRecord;
}

interface MaybeChange {
  readonly leaving?: unknown;
  readonly gone?: unknown;
  readonly handover?: { readonly sockets?: unknown };
  readonly process?: {
    readonly config?: unknown;
    readonly machine?: { readonly state?: { readonly name?: unknown } };
  };
}

function take(
  records: Map<string, ProcessRecord>,
  change: Extract<Change, { process: unknown }>['process'],
): void {
  if ('config' in change) {
    records.set(keyOf(change.groupName, change.config.name), change);
    return;
  }
  const { name, ...rest } = change;
  const known = records.get(keyOf(change.groupName, name));
  if (known !== undefined) {
    records.set(keyOf(change.groupName, name), { ...rest, config: known.config });
  }
}

/** Names of processes hold no newline. */
export function keyOf(groupName: string, name: string): string {
  return `${groupName}\n${name}`;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
