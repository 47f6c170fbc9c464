/**
 * A file in the runtime folder with the running processes, for the next daemon: a line for each change, written in
 * one piece before the effects of the change. After a kill at any moment the file has whole lines, and at most one
 * that is cut short.
 *
 * @module
 */
import { closeSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { lstatSync, renameSync } from '../../io/files.ts';
import { type Finding, type KeptFile, REMOVED, REPLACED } from '../../io/folders/kept-file.ts';
import type { MainLog } from '../../logs/main-log.ts';
import { namedSize, renewTimes, type SpawnNote } from '../../native/posix.ts';
import type { ProcessRecord } from '../../process/adoption/process-record.ts';
import { pidOf } from '../../process/machine/machine.ts';
import type { Handover } from './handover.ts';
import { create, isAt, lockForLife, requireFolder } from './journal-file.ts';
import {
  type JournalSource,
  journalText,
  type Line,
  lineOf,
  type Recorded,
  textOf,
  withUnknown,
} from './journal-text.ts';
import { noteOf } from './spawn-note.ts';
import { writeChange, writeProcess } from './stored-process.ts';

/** A journal is written anew when it has grown by this number of bytes, and to twice its size. */
const LEAST_GROWTH_BYTES = 1 << 20;

/** How long after a failed write the next try is made, in milliseconds. */
const RETRY_MS = 2000;

export interface JournalOptions extends JournalSource {
  readonly path: string;
  readonly log: MainLog;
}

export class Journal {
  readonly #options: JournalOptions;
  /** Processes that are kept, and whose configuration has been written. */
  #known = new WeakSet<Recorded>();
  #fd: number | null = null;
  #isLeaving = false;
  #bytes = 0;
  #rewriteAtBytes = 0;
  #retry: NodeJS.Timeout | null = null;
  #isTroubled = false;
  /** Length of a line that a child may have written since the last one. */
  #noteBytes = 0;
  /** The process that it is about. */
  #noted: Recorded | null = null;

  /** Writes changes at once; a failed write is logged once and tried again. */
  constructor(options: JournalOptions) {
    this.#options = options;
    this.#rewrite();
  }

  /** Something about the process has changed. */
  remember(recorded: Recorded): void {
    const { groupName, config } = recorded;
    const isKnown = this.#known.has(recorded);
    if (this.#isNoted(recorded)) return;
    if (recorded.isKept) {
      this.#known.add(recorded);
      const { record } = recorded;
      this.#append(lineOf(recorded, isKnown ? writeChange(record) : writeProcess(record)));
    } else if (isKnown) {
      this.#known.delete(recorded);
      const isBeside = (recorded.role ?? null) !== null;
      this.#append({ [isBeside ? 'besideGone' : 'gone']: [groupName, config.name] });
    }
  }

  /** The process beside another one has its name now, and the other one is beside it. */
  tookOver({ groupName, config }: Recorded): void {
    this.#append({ tookOver: [groupName, config.name] });
  }

  /** The configuration of the process has changed. */
  rememberAnew(recorded: Recorded): void {
    if (this.#known.delete(recorded)) this.remember(recorded);
  }

  /**
   * The line that a child of ours is to write before it executes its program; `remember` is to follow. Null where the
   * whole journal is about to be written, or cannot be.
   *
   * @param record as it will be, with `UNKNOWN_PID` in its state and without a start time
   */
  noteFor(recorded: Recorded, record: ProcessRecord): SpawnNote | null {
    if (this.#fd === null || !this.#known.has(recorded) || this.#bytes > this.#rewriteAtBytes) return null;
    const note = noteOf(lineOf(recorded, writeChange({ ...record, startTicks: null })), this.#fd);
    if (note === null) return null;
    this.#noteBytes = note.text.length;
    this.#noted = recorded;
    return note;
  }

  /** Whether a child has just written the line that this process is to have. */
  #isNoted(recorded: Recorded): boolean {
    const [bytes, noted] = [this.#noteBytes, this.#noted];
    this.#noteBytes = 0;
    this.#noted = null;
    if (noted === null || this.#fd === null) return false;
    if (namedSize(this.#fd) !== this.#bytes + bytes) return false;
    this.#bytes += bytes;
    return (
      noted === recorded && recorded.record.startTicks !== null && pidOf(recorded.record.machine.state) > 0
    );
  }

  /** The daemon stops everything and ends: what it stops from now on is not stopped for good. */
  leave(): void {
    this.#isLeaving = true;
    this.#append({ leaving: true });
  }

  /**
   * Writes everything, also what does not run, for the program that goes on under this pid.
   *
   * @throws Error when it cannot be written
   */
  handOver(handover: Handover): void {
    this.#rewrite(withUnknown(handover, this.#options));
    if (this.#fd === null) throw new Error(`journal ${this.#options.path} cannot be written`);
  }

  /** The hand-over has failed, and this program goes on: a later daemon must not take it for one. */
  takeBack(): void {
    this.#rewrite();
  }

  get path(): string {
    return this.#options.path;
  }

  /** One that was removed or replaced is written anew; one that cannot be written is tried again here. */
  get keptFile(): KeptFile {
    const { path } = this.#options;
    const look = (): Finding | null => {
      const found = lstatSync(path, { throwIfNoEntry: false });
      if (this.#fd === null || isAt(this.#fd, found)) return null;
      this.#rewrite();
      // A failed write has its own line in the log.
      if (this.#fd === null) return null;
      return found === undefined ? REMOVED : REPLACED;
    };
    return { path, label: `journal ${path}`, look, renew: () => renewTimes(path, true) };
  }

  /** Nothing is written any more. */
  close(): void {
    this.#cancelRetry();
    this.#closeFile();
  }

  #cancelRetry(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
  }

  #closeFile(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  #append(line: Line): void {
    if (this.#fd === null) {
      // The next try writes everything.
      return;
    }
    if (this.#bytes > this.#rewriteAtBytes || this.#isDamaged(this.#fd)) {
      this.#rewrite();
      return;
    }
    try {
      this.#write(textOf(line));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Beside the old one, which is there until the new one is whole. */
  #rewrite(handover: Handover | null = null): void {
    const { path, log } = this.#options;
    const next = `${path}.new`;
    this.#cancelRetry();
    this.#closeFile();
    this.#known = new WeakSet();
    this.#bytes = 0;
    this.#noted = null;
    try {
      requireFolder(dirname(path));
      this.#fd = create(next);
      lockForLife(this.#fd);
      this.#write(this.#wholeText(handover));
      renameSync(next, path);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#rewriteAtBytes = this.#bytes + Math.max(this.#bytes, LEAST_GROWTH_BYTES);
    if (this.#isTroubled) {
      this.#isTroubled = false;
      log.info(`journal ${path} is written again`);
    }
  }

  #wholeText(handover: Handover | null): string {
    const isLeaving = this.#isLeaving;
    return journalText(this.#options, { handover, isLeaving, onWritten: (one) => this.#known.add(one) });
  }

  /** @throws ErrnoException, also where only a part has found room */
  #write(text: string): void {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) {
      at += writeSync(this.#fd ?? -1, bytes, at);
    }
    this.#bytes += bytes.length;
  }

  /** The file was removed, cut, or added to. */
  #isDamaged(fd: number): boolean {
    return namedSize(fd) !== this.#bytes;
  }

  /** A line may have been cut short, so no other line may follow it: the next try writes a new file. */
  #fail(error: unknown): void {
    const { path, log } = this.#options;
    this.#closeFile();
    this.#retry = setTimeout(() => this.#rewrite(), RETRY_MS);
    if (this.#isTroubled) return;
    this.#isTroubled = true;
    log.error(
      `journal ${path} cannot be written: ${(error as Error).message}; ` +
        'until it can, programs of a daemon that is killed are not adopted by the next one',
    );
  }
}
