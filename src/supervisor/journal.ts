/**
 * What a later daemon has to know of the processes that run, in a file of the runtime folder: a line for each change,
 * written in one piece before anything is done about it. Who is killed at any moment leaves whole lines behind, and
 * at most one that is cut short (DESIGN, Staying alive).
 *
 * @module
 */
import { closeSync, fstatSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ProcessConfig } from '../config/types.ts';
import { openSync, renameSync } from '../io/files.ts';
import type { MainLog } from '../logs/main-log.ts';
import type { ProcessRecord } from '../process/adoption/process-record.ts';
import { isOurFolder } from '../process/channels/pipes.ts';
import type { Handover } from './handover.ts';
import { type Change, CURRENT_FORMAT, type Heading, thisDaemon } from './journal-format.ts';

/** A journal is written anew when it has grown by so many bytes, and by as much as it was. */
const LEAST_GROWTH_BYTES = 1 << 20;

/** How long after a journal could not be written it is tried again, in milliseconds. */
const RETRY_MS = 2000;

export interface Recorded {
  readonly groupName: string;
  readonly config: Pick<ProcessConfig, 'name'>;
  readonly record: ProcessRecord;
  /** There is a process, or there is about to be one. */
  readonly isUp: boolean;
}

export interface JournalOptions {
  readonly path: string;
  readonly log: MainLog;
  /** For a journal that is written anew. */
  readonly everything: () => Iterable<Recorded>;
}

export class Journal {
  readonly #options: JournalOptions;
  /** Processes that run, and whose configuration has been written. */
  #known = new WeakSet<Recorded>();
  #fd: number | null = null;
  #isLeaving = false;
  #bytes = 0;
  #rewriteAtBytes = 0;
  #retry: NodeJS.Timeout | null = null;
  #isTroubled = false;

  /** Writes down what there is at once; a file that cannot be written is said and lived with. */
  constructor(options: JournalOptions) {
    this.#options = options;
    this.#rewrite();
  }

  /** Something about the process has changed. */
  remember(recorded: Recorded): void {
    const { groupName, config } = recorded;
    const isKnown = this.#known.has(recorded);
    if (recorded.isUp) {
      this.#known.add(recorded);
      this.#append({ process: isKnown ? withoutConfig(recorded.record) : recorded.record });
    } else if (isKnown) {
      this.#known.delete(recorded);
      this.#append({ gone: [groupName, config.name] });
    }
  }

  /** The daemon stops everything and ends: what it stops from now on is not stopped for good. */
  leave(): void {
    this.#isLeaving = true;
    this.#append({ leaving: true });
  }

  /**
   * Writes down everything, what does not run as well, for the program that goes on under this pid.
   *
   * @throws ErrnoException when it cannot be written
   */
  handOver(handover: Handover): void {
    this.#rewrite(handover);
    if (this.#fd === null) throw new Error(`journal ${this.#options.path} cannot be written`);
  }

  get path(): string {
    return this.#options.path;
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

  #append(change: Change): void {
    if (this.#fd === null) {
      // The next try writes all that there is.
      return;
    }
    if (this.#bytes > this.#rewriteAtBytes || isDeleted(this.#fd)) {
      this.#rewrite();
      return;
    }
    try {
      this.#write(lineOf(change));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Beside the old one, which is there until the new one is whole. */
  #rewrite(handover: Handover | null = null): void {
    const { path, everything, log } = this.#options;
    const next = `${path}.new`;
    this.#cancelRetry();
    this.#closeFile();
    this.#known = new WeakSet();
    this.#bytes = 0;
    try {
      requireFolder(dirname(path));
      this.#fd = openSync(next, 'w', 0o600);
      const heading: Heading = { format: CURRENT_FORMAT, daemon: thisDaemon() };
      const lines = [lineOf(heading)];
      if (this.#isLeaving) lines.push(lineOf({ leaving: true }));
      if (handover !== null) lines.push(lineOf({ handover }));
      for (const recorded of everything()) {
        if (handover === null && !recorded.isUp) continue;
        this.#known.add(recorded);
        lines.push(lineOf({ process: recorded.record }));
      }
      this.#write(lines.join(''));
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

  /** @throws ErrnoException, also where only a part has found room */
  #write(text: string): void {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) {
      at += writeSync(this.#fd ?? -1, bytes, at);
    }
    this.#bytes += bytes.length;
  }

  /** A line may have been cut short, so that no other may follow: the next try is a journal of its own. */
  #fail(error: unknown): void {
    const { path, log } = this.#options;
    this.#closeFile();
    this.#retry = setTimeout(() => this.#rewrite(), RETRY_MS);
    if (this.#isTroubled) return;
    this.#isTroubled = true;
    log.error(
      `journal ${path} cannot be written: ${(error as Error).message}; ` +
        'until it can, a daemon that is killed leaves programs that the next one does not know',
    );
  }
}

function lineOf(value: Heading | Change): string {
  return `${JSON.stringify(value)}\n`;
}

function withoutConfig({
  config: { name },
  ...record
}: ProcessRecord): Extract<Change, { process: unknown }>['process'] {
  return { ...record, name };
}

/** @throws Error where somebody else has put something in the place of the folder, ErrnoException where it cannot be had */
function requireFolder(folder: string): void {
  if (!isOurFolder(folder)) throw new Error(`${folder} is somebody else's`);
}

/** A cleaner of temporary folders has taken the name. */
function isDeleted(fd: number): boolean {
  return fstatSync(fd).nlink === 0;
}
