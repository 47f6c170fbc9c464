/**
 * The part of a log that a view shows, which follows the end of the log or stands still.
 *
 * @module
 */
import { bytesBeforeLine, PieceDecoder } from '../model/log-cut.ts';
import { appendText, EMPTY_TEXT, type LogText, prependText, withNote } from '../model/log-text.ts';
import type { LogName } from '../model/routes.ts';
import { bytesText } from '../model/units.ts';
import { messageOf } from './api.ts';
import { MOST_ROTATIONS, placeOf } from './log-place.ts';
import { type LogSource, logSource, type Piece } from './log-source.ts';
import { pause } from './pause.ts';
import { type Store, storeOf } from './store.ts';
import { WaitingPieces } from './waiting-pieces.ts';

export interface LogState {
  readonly text: LogText;
  /** Position of the first byte of the text in the log. */
  readonly begin: number;
  readonly end: number;
  /** Of the log, as far as it is known. */
  readonly size: number | null;
  /** The file of the end of the text: a rotation begins another one. */
  readonly file: string;
  /** The file of its beginning. */
  readonly firstFile: string;
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
/** A gap of more bytes than this is not read. */
const MOST_WAITING = 1 << 20;
const RETRY_MS = 2000;
const AGAIN_MS = 100;

export class LogReader {
  readonly view: Store<LogState>;
  /** Where the whole log can be downloaded. */
  readonly address: string;
  readonly #source: LogSource;
  readonly #decoder = new PieceDecoder();
  #following: AbortController | null = null;
  readonly #waiting = new WaitingPieces({
    add: (piece) => this.#add(piece),
    skipped: (bytes) =>
      this.#note(`… ${bytesText(bytes)} skipped: the log grows faster than it can be shown`),
  });

  constructor(id: string, log: LogName) {
    this.#source = logSource(id, log);
    this.address = this.#source.address;
    this.view = storeOf<LogState>({
      text: EMPTY_TEXT,
      begin: 0,
      end: 0,
      size: null,
      file: '',
      firstFile: '',
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
    this.#waiting.forget();
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
    let hasFileEnded = false;
    while (!following.signal.aborted) {
      try {
        if (isFirst || !(await this.#goOn(hasFileEnded))) await this.#showEnd();
        isFirst = false;
        hasFileEnded = false;
        await this.#source.follow(
          this.view.get().end,
          (piece) => this.#waiting.take(piece, following.signal),
          following.signal,
        );
        // Another file follows; the rest of this one is shown first.
        this.#waiting.drain(following.signal);
        hasFileEnded = true;
        await pause(AGAIN_MS);
        continue;
      } catch (error) {
        if (following.signal.aborted) return;
        this.#set({ trouble: messageOf(error) });
      }
      await pause(RETRY_MS);
    }
  }

  /**
   * Called after an answer has ended, or the connection was lost: continues in the same file, or in those that
   * follow it, and keeps the text.
   *
   * @param hasFileEnded the file was read to its end, and another one follows
   */
  async #goOn(hasFileEnded = false): Promise<boolean> {
    for (let count = 0; count < MOST_ROTATIONS; count += 1) {
      const { end, file } = this.view.get();
      const place = await placeOf(this.#source, file);
      if (place === null) {
        // It was compressed, or removed.
        if (!hasFileEnded) return false;
        this.#begin(await this.#source.read(0, MOST_WAITING, 0));
        return true;
      }
      if (place.backup === 0) return place.size >= end && place.size - end < MOST_WAITING;
      // What was written to the file before it was rotated.
      if (place.size > end) this.#add(await this.#source.read(end, MOST_WAITING, place.backup));
      const next = await this.#source.read(0, MOST_WAITING, place.backup - 1);
      // Another rotation meanwhile: the next file is another one.
      if ((await placeOf(this.#source, file))?.backup !== place.backup) continue;
      this.#begin(next);
    }
    return false;
  }

  /** The next file of a log that was rotated. */
  #begin({ bytes, begin, end, size, file, backups }: Piece): void {
    this.#note('— the log was rotated —');
    const text = appendText(this.view.get().text, this.#decoder.text(bytes));
    const backup = this.view.get().backup + 1;
    this.#set({
      text,
      end: begin + bytes.length,
      size: Math.max(size, end),
      file,
      backup,
      backups,
      trouble: null,
    });
  }

  async toStart(): Promise<void> {
    this.pause();
    await this.#busy(async () => {
      const piece = await this.#source.read(0, PIECE_BYTES, 0);
      this.#decoder.restart();
      this.#set({
        text: appendText(EMPTY_TEXT, this.#decoder.text(piece.bytes)),
        begin: 0,
        end: piece.end,
        size: piece.size,
        file: piece.file,
        firstFile: piece.file,
        backup: 0,
        backups: piece.backups,
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
    const { begin, firstFile } = this.view.get();
    const from = Math.max(0, begin - PIECE_BYTES);
    const piece = await this.#source.read(from, begin - from, backup);
    // A compressed one is another file than the one that was followed.
    if ((piece.file === firstFile || piece.isCompressed) && piece.size >= begin) {
      this.#putBefore(piece, from);
      return;
    }
    const place = await placeOf(this.#source, firstFile);
    if (place !== null && place.backup !== backup && place.size >= begin) {
      this.#set({ backup: place.backup });
      await this.#olderIn(place.backup);
      return;
    }
    const trouble = 'Older lines have been removed meanwhile; Follow shows the end of the log.';
    this.#set({ begin: 0, backup: 0, backups: 0, trouble });
  }

  async #olderFile(backup: number): Promise<void> {
    const piece = await this.#source.readEnd(PIECE_BYTES, backup);
    const text = prependText(this.view.get().text, `\x1b[2m— the log was rotated —\x1b[0m\n`);
    this.#set({ text, backup, firstFile: piece.file });
    this.#putBefore(piece, piece.begin);
  }

  #putBefore({ bytes, backups }: Piece, from: number): void {
    const skipped = from === 0 ? 0 : Math.min(bytesBeforeLine(bytes), Math.max(0, bytes.length - 1));
    const older = new TextDecoder().decode(bytes.subarray(skipped));
    this.#set({
      text: prependText(this.view.get().text, older),
      begin: from + skipped,
      backups,
      trouble: null,
    });
  }

  /** Reads what stands behind a text that does not follow the end. */
  async newer(): Promise<void> {
    const { end, file } = this.view.get();
    await this.#busy(async () => {
      const piece = await this.#source.read(end, PIECE_BYTES, 0);
      if (piece.file !== file) await this.#goOn();
      else if (piece.bytes.length > 0) this.#add(piece);
    });
  }

  async #showEnd(): Promise<void> {
    const piece = await this.#source.readEnd(PIECE_BYTES, 0);
    const skipped = piece.begin === 0 ? 0 : bytesBeforeLine(piece.bytes);
    this.#decoder.restart();
    const text = appendText(EMPTY_TEXT, this.#decoder.text(piece.bytes.subarray(skipped)));
    const { begin, end, size, file, backups } = piece;
    const place = { begin: begin + skipped, end, size, file, firstFile: file, backups, backup: 0 };
    this.#set({ text, ...place, trouble: null });
  }

  #add({ bytes, end, size }: Piece): void {
    this.#set({
      text: appendText(this.view.get().text, this.#decoder.text(bytes)),
      end,
      size,
      trouble: null,
    });
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
