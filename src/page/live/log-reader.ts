/**
 * The part of a log that a view shows: a window over the log that follows its end or stands still.
 *
 * @module
 */
import { bytesBeforeLine, PieceDecoder } from '../model/log-cut.ts';
import { type LogText, NO_TEXT, withMore, withNote, withOlder } from '../model/log-text.ts';
import type { LogName } from '../model/routes.ts';
import { bytesText } from '../model/units.ts';
import { messageOf } from './api.ts';
import { type LogSource, logSource, type Piece } from './log-source.ts';
import { type Store, storeOf } from './store.ts';

export interface LogState {
  readonly text: LogText;
  /** Position of the first byte of the text in the log. */
  readonly begin: number;
  readonly end: number;
  /** Of the log, as far as it is known. */
  readonly size: number | null;
  /** Differs between files: a rotation begins another one. */
  readonly file: string;
  /** The rotated log that the beginning of the text is from; 0 is the log itself. */
  readonly backup: number;
  /** How many rotated logs there are. */
  readonly backups: number;
  readonly isFollowing: boolean;
  readonly isBusy: boolean;
  /** Why nothing is read, for the user. */
  readonly trouble: string | null;
}

/** How much is read at a time, in bytes. */
const PIECE_BYTES = 128 << 10;
/** What arrives faster than it can be shown: the rest of it is skipped. */
const MOST_WAITING = 1 << 20;
const RETRY_MS = 2000;

export class LogReader {
  readonly view: Store<LogState>;
  /** Where the whole log can be downloaded. */
  readonly address: string;
  readonly #source: LogSource;
  readonly #decoder = new PieceDecoder();
  #following: AbortController | null = null;
  #waiting: Piece[] = [];
  #isDrawing = false;

  constructor(id: string, log: LogName) {
    this.#source = logSource(id, log);
    this.address = this.#source.address;
    this.view = storeOf<LogState>({
      text: NO_TEXT,
      begin: 0,
      end: 0,
      size: null,
      file: '',
      backup: 0,
      backups: 0,
      isFollowing: true,
      isBusy: false,
      trouble: null,
    });
  }

  start(): void {
    void this.toEnd();
  }

  stop(): void {
    this.#following?.abort();
    this.#following = null;
  }

  pause(): void {
    this.stop();
    this.#set({ isFollowing: false });
  }

  /** Shows the end of the log, and follows it. */
  async toEnd(): Promise<void> {
    this.stop();
    const following = new AbortController();
    this.#following = following;
    this.#set({ isFollowing: true });
    let isFirst = true;
    while (!following.signal.aborted) {
      try {
        if (isFirst || !(await this.#isSameLog())) await this.#showEnd();
        isFirst = false;
        await this.#source.follow(
          this.view.get().end,
          (piece) => this.#take(piece, following.signal),
          following.signal,
        );
      } catch (error) {
        if (following.signal.aborted) return;
        this.#set({ trouble: messageOf(error) });
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  /** After the connection was lost: what was read before stays where the log goes on. */
  async #isSameLog(): Promise<boolean> {
    const { end, file } = this.view.get();
    const { size, file: now } = await this.#source.read(end, 0, 0);
    return now === file && size >= end && size - end < MOST_WAITING;
  }

  async toStart(): Promise<void> {
    this.pause();
    await this.#busy(async () => {
      const piece = await this.#source.read(0, PIECE_BYTES, 0);
      this.#decoder.restart();
      this.#set({
        text: withMore(NO_TEXT, this.#decoder.text(piece.bytes)),
        begin: 0,
        end: piece.end,
        size: piece.size,
      });
    });
  }

  /** Reads what stands before the text; before the beginning of a log is the end of the last rotated one. */
  async older(): Promise<void> {
    const { begin, backup, backups } = this.view.get();
    if (begin > 0) await this.#busy(() => this.#olderIn(backup));
    else if (backup < backups) await this.#busy(() => this.#olderFile(backup + 1));
  }

  async #olderIn(backup: number): Promise<void> {
    const { begin, file } = this.view.get();
    const from = Math.max(0, begin - PIECE_BYTES);
    const piece = await this.#source.read(from, begin - from, backup);
    if (piece.size < begin || (backup === 0 && piece.file !== file)) {
      this.#set({
        begin: 0,
        backup: 0,
        backups: 0,
        trouble: 'The log was rotated meanwhile; Follow shows its end.',
      });
      return;
    }
    this.#putBefore(piece, from);
  }

  async #olderFile(backup: number): Promise<void> {
    const piece = await this.#source.readEnd(PIECE_BYTES, backup);
    this.#set({ text: withOlder(this.view.get().text, `\x1b[2m— the log was rotated —\x1b[0m\n`), backup });
    this.#putBefore(piece, piece.begin);
  }

  #putBefore({ bytes, backups }: Piece, from: number): void {
    const skipped = from === 0 ? 0 : Math.min(bytesBeforeLine(bytes), Math.max(0, bytes.length - 1));
    const older = new TextDecoder().decode(bytes.subarray(skipped));
    this.#set({
      text: withOlder(this.view.get().text, older),
      begin: from + skipped,
      backups,
      trouble: null,
    });
  }

  /** Reads what stands behind a text that does not follow the end. */
  async newer(): Promise<void> {
    const { end } = this.view.get();
    await this.#busy(async () => {
      const piece = await this.#source.read(end, PIECE_BYTES, 0);
      if (piece.bytes.length > 0) this.#add(piece);
    });
  }

  async #showEnd(): Promise<void> {
    const piece = await this.#source.readEnd(PIECE_BYTES, 0);
    const skipped = piece.begin === 0 ? 0 : bytesBeforeLine(piece.bytes);
    this.#decoder.restart();
    const text = withMore(NO_TEXT, this.#decoder.text(piece.bytes.subarray(skipped)));
    const { begin, end, size, file, backups } = piece;
    this.#set({ text, begin: begin + skipped, end, size, file, backups, backup: 0, trouble: null });
  }

  /** Gathers what arrives until the browser draws again. */
  #take(piece: Piece, signal: AbortSignal): void {
    this.#waiting.push(piece);
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    setTimeout(() => {
      this.#isDrawing = false;
      const pieces = this.#waiting;
      this.#waiting = [];
      if (!signal.aborted) this.#addAll(pieces);
    }, 50);
  }

  #addAll(pieces: readonly Piece[]): void {
    let left = pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
    let skipped = 0;
    for (const piece of pieces) {
      if (left > MOST_WAITING) {
        skipped += piece.bytes.length;
      } else {
        if (skipped > 0)
          this.#note(`… ${bytesText(skipped)} skipped: the log grows faster than it can be shown`);
        skipped = 0;
        this.#add(piece);
      }
      left -= piece.bytes.length;
    }
  }

  #add({ bytes, end, size, file }: Piece): void {
    if (file !== this.view.get().file) {
      this.#note('— the log was rotated —');
      this.#set({ begin: 0, file, backup: 0, backups: 0 });
    }
    this.#set({ text: withMore(this.view.get().text, this.#decoder.text(bytes)), end, size, trouble: null });
  }

  #note(note: string): void {
    this.#decoder.restart();
    this.#set({ text: withNote(this.view.get().text, note) });
  }

  async #busy(read: () => Promise<void>): Promise<void> {
    if (this.view.get().isBusy) return;
    this.#set({ isBusy: true });
    try {
      await read();
    } catch (error) {
      this.#set({ trouble: messageOf(error) });
    } finally {
      this.#set({ isBusy: false });
    }
  }

  #set(changes: Partial<LogState>): void {
    this.view.set({ ...this.view.get(), ...changes });
  }
}
