/**
 * Reads a journal line by line. A kind of line that this version does not know is kept; a damaged line is reported
 * and skipped.
 *
 * @module
 */
import { closeSync, constants, fstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSync } from '../../io/files.ts';
import { lock } from '../../native/posix.ts';
import type { ProcessRecord, RecordedBeside } from '../../process/adoption/process-record.ts';
import type { BesideRole } from '../../process/machine/life.ts';
import { type DaemonIdentity, IDENTITY } from './daemon-identity.ts';
import { type Handover, readHandover } from './handover.ts';
import { isObject, type JsonObject, orNull, readFields, text } from './schema.ts';
import { readProcess } from './stored-process.ts';

/**
 * The format that this version reads and writes. Fields and kinds of lines are added without a new number, as a reader
 * skips those that it does not know; a number is for what an older version must not read.
 */
export const CURRENT_FORMAT = 1;

/** The first line. */
export interface Heading {
  readonly format: number;
  readonly daemon: DaemonIdentity;
  /** Version of the writer, for people who read the file. */
  readonly visord: string;
  /** The configuration file of the daemon; null where that is not a file. */
  readonly configFile: string | null;
}

export interface JournalContents {
  readonly daemon: DaemonIdentity;
  /** Version of the writer; null where it did not write one, as 0.1.0. */
  readonly visord: string | null;
  /** The configuration file of the writer; null if it is unknown or not a file. */
  readonly configFile: string | null;
  readonly records: readonly ProcessRecord[];
  /** Second processes of a name, during a restart with start_first. */
  readonly besides: readonly RecordedBeside[];
  /** Whether its daemon was shutting down. */
  readonly isLeaving: boolean;
  /** What its daemon has handed over to the program that it executed in an upgrade, if it did. */
  readonly handover: Handover | null;
  /** Lines of kinds that this version does not know, as they are in the file. */
  readonly unknownLines: readonly string[];
  /** What is wrong with the lines that were skipped, as `line 3 is not JSON`. */
  readonly damage: readonly string[];
}

export type JournalReading =
  | { readonly kind: 'none' }
  /** This version cannot read the journal. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'read'; readonly contents: JournalContents };

/** Where the journal of a runtime folder is. No FIFO has this name: theirs have a colon. */
export function journalIn(folder: string): string {
  return join(folder, 'journal');
}

export function readJournal(path: string): JournalReading {
  let text: string;
  try {
    text = readOwnFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? { kind: 'none' } : unreadable(message);
  }
  return parseJournal(text);
}

export function parseJournal(text: string): JournalReading {
  const [first = '', ...lines] = text.split('\n');
  const heading = parsed(first);
  if (!isObject(heading) || typeof heading.format !== 'number' || !isObject(heading.daemon)) {
    return unreadable('its first line is not the heading of a journal');
  }
  if (heading.format !== CURRENT_FORMAT) {
    return unreadable(`its format is ${heading.format}, and this version reads format ${CURRENT_FORMAT}`);
  }
  const { visord, configFile } = readFields(ORIGIN, heading);
  const reader = new LineReader({ daemon: readFields(IDENTITY, heading.daemon), visord, configFile });
  for (const [index, line] of lines.entries()) {
    // Nothing follows the last newline.
    if (line !== '' || index < lines.length - 1) reader.read(line, index + 2);
  }
  return { kind: 'read', contents: reader.contents };
}

/** Whether a running daemon keeps the journal, also one in another container. */
export function isKept(path: string): boolean {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return false;
  }
  try {
    return !lock(fd);
  } catch {
    return false;
  } finally {
    closeSync(fd);
  }
}

/** Names of processes hold no newline. @param role as of the process */
export function keyOf(groupName: string, name: string, role: BesideRole | null = null): string {
  return role === null ? `${groupName}\n${name}` : `${groupName}\n${name}\nbeside`;
}

/** @throws Error where the file is not this user's alone, ErrnoException where it cannot be read */
function readOwnFile(path: string): string {
  // O_NONBLOCK: a FIFO in its place would block the open for ever.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const status = fstatSync(fd);
    if (!status.isFile()) throw new Error('it is not a file');
    if (status.uid !== process.geteuid?.()) throw new Error(`it belongs to user ${status.uid}`);
    if ((status.mode & OTHERS_MAY_WRITE) !== 0) throw new Error('other users may write to it');
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

const OTHERS_MAY_WRITE = 0o022;

type Origin = Pick<JournalContents, 'daemon' | 'visord' | 'configFile'>;

/** The rest of the heading. */
const ORIGIN = { visord: orNull(text('')), configFile: orNull(text('')) };

class LineReader {
  readonly #origin: Origin;
  readonly #records = new Map<string, ProcessRecord>();
  readonly #besides = new Map<string, RecordedBeside>();
  readonly #unknownLines: string[] = [];
  readonly #damage: string[] = [];
  #isLeaving = false;
  #handover: Handover | null = null;

  constructor(origin: Origin) {
    this.#origin = origin;
  }

  get contents(): JournalContents {
    return {
      ...this.#origin,
      records: [...this.#records.values()],
      besides: [...this.#besides.values()],
      isLeaving: this.#isLeaving,
      handover: this.#handover,
      unknownLines: this.#unknownLines,
      damage: this.#damage,
    };
  }

  read(line: string, number: number): void {
    const value = parsed(line);
    if (!isObject(value)) {
      this.#damage.push(`line ${number} is ${value === undefined ? 'not JSON' : 'not an object'}`);
      return;
    }
    const kind = Object.keys(value).find((name) => Object.hasOwn(this.#kinds, name));
    if (kind === undefined) {
      this.#readUnknown(line, value, number);
      return;
    }
    const trouble = this.#kinds[kind]?.(value[kind], value);
    if (trouble !== undefined) this.#damage.push(`line ${number} (${kind}) has ${trouble}`);
  }

  /** By the name that the line has: takes the line, or returns what is wrong with it. */
  readonly #kinds: Readonly<Record<string, (value: unknown, line: JsonObject) => string | undefined>> = {
    process: (value) => {
      const record = readProcess(value, (group, name) => this.#records.get(keyOf(group, name)));
      if (typeof record === 'string') return record;
      this.#records.set(keyOf(record.groupName, record.config.name), record);
      return undefined;
    },
    beside: (value, { role }) => {
      const record = readProcess(value, (group, name) => this.#besides.get(keyOf(group, name))?.record);
      if (typeof record === 'string') return record;
      const key = keyOf(record.groupName, record.config.name);
      this.#besides.set(key, { role: role === 'successor' ? role : 'leaving', record });
      return undefined;
    },
    gone: (value) => this.#named(value, (key) => this.#records.delete(key)),
    besideGone: (value) => this.#named(value, (key) => this.#besides.delete(key)),
    tookOver: (value) => this.#named(value, (key) => this.#exchange(key)),
    leaving: (value) => {
      if (value !== true) return 'another value than true';
      this.#isLeaving = true;
      return undefined;
    },
    handover: (value) => {
      if (!isObject(value)) return 'no object';
      this.#handover = readHandover(value, this.#origin.visord);
      return undefined;
    },
  };

  /** Returns what is wrong with the name of a process. */
  #named(value: unknown, act: (key: string) => void): string | undefined {
    const [group, name] = Array.isArray(value) ? (value as readonly unknown[]) : [];
    if (typeof group !== 'string' || typeof name !== 'string') return 'no name of a process';
    act(keyOf(group, name));
    return undefined;
  }

  #exchange(key: string): void {
    const former = this.#records.get(key);
    const successor = this.#besides.get(key);
    if (successor === undefined) return;
    this.#records.set(key, successor.record);
    if (former === undefined) this.#besides.delete(key);
    else this.#besides.set(key, { role: 'leaving', record: former });
  }

  #readUnknown(line: string, value: JsonObject, number: number): void {
    if (Object.keys(value).length === 0) this.#damage.push(`line ${number} is empty`);
    else this.#unknownLines.push(line);
  }
}

function unreadable(reason: string): JournalReading {
  return { kind: 'unreadable', reason };
}

/** Undefined for what is not JSON. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
