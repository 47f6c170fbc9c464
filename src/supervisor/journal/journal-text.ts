/**
 * The text of a journal: a line of JSON for the daemon, for each process and for each change.
 *
 * @module
 */
import { VISORD_VERSION } from '../../config/tables/visord-version.ts';
import type { ProcessConfig } from '../../config/types.ts';
import type { ProcessRecord } from '../../process/adoption/process-record.ts';
import type { BesideRole } from '../../process/machine/life.ts';
import { thisDaemon } from './daemon-identity.ts';
import { type Handover, writeHandover } from './handover.ts';
import { CURRENT_FORMAT, type Heading } from './read-journal.ts';
import type { JsonObject } from './schema.ts';
import { writeProcess } from './stored-process.ts';

export interface Recorded {
  readonly groupName: string;
  readonly config: Pick<ProcessConfig, 'name'>;
  readonly record: ProcessRecord;
  /** Null, or left out, for the process that has the name. */
  readonly role?: BesideRole | null;
  /** It has a process, or is about to have one, or is in a state that a later daemon continues. */
  readonly isKept: boolean;
}

/** What a journal records. */
export interface JournalSource {
  /** Of the daemon; null where its configuration is not a file. */
  readonly configFile?: string | null;
  /** All processes, for a journal that is written anew. */
  readonly everything: () => Iterable<Recorded>;
  /** Lines of an earlier journal that this version does not know; every later journal has them. */
  readonly unknown?: UnknownContents | undefined;
}

export interface UnknownContents {
  /** Whole lines. */
  readonly lines: readonly string[];
  /** Fields of the hand-over. */
  readonly handover: unknown;
}

/** The journal of a hand-over, as `Journal.handOver` writes it. */
export function handoverText(source: JournalSource, handover: Handover): string {
  return journalText(source, { handover: withUnknown(handover, source), isLeaving: false });
}

/** With the fields of an earlier hand-over that this version does not know. */
export function withUnknown(handover: Handover, { unknown }: JournalSource): Handover {
  return { ...handover, unknown: unknown?.handover };
}

export interface TextOptions {
  /** With a hand-over, processes that do not run are written too. */
  readonly handover: Handover | null;
  readonly isLeaving: boolean;
  readonly onWritten?: (recorded: Recorded) => void;
}

/** A whole journal. */
export function journalText(
  { everything, unknown, configFile = null }: JournalSource,
  { handover, isLeaving, onWritten }: TextOptions,
): string {
  const heading: Heading = {
    format: CURRENT_FORMAT,
    daemon: thisDaemon(),
    visord: VISORD_VERSION,
    configFile,
  };
  const lines = [textOf(heading)];
  if (isLeaving) lines.push(textOf({ leaving: true }));
  if (handover !== null) lines.push(textOf({ handover: writeHandover(handover) }));
  for (const recorded of everything()) {
    if (handover === null && !recorded.isKept) continue;
    onWritten?.(recorded);
    lines.push(textOf(lineOf(recorded, writeProcess(recorded.record))));
  }
  for (const line of unknown?.lines ?? []) lines.push(`${line}\n`);
  return lines.join('');
}

/** What a line of a journal has. */
export type Line = Heading | JsonObject;

export function lineOf({ role = null }: Recorded, written: JsonObject): Line {
  return role === null ? { process: written } : { beside: written, role };
}

export function textOf(line: Line): string {
  return `${JSON.stringify(line)}\n`;
}
