/**
 * Pieces at the end of a log that wait until the browser draws again.
 *
 * @module
 */
import type { Piece } from './log-source.ts';
import { pause } from './pause.ts';

/** Of more bytes than this between two drawings the first are skipped. */
const MOST_DRAWN = 256 << 10;
const DRAW_MS = 50;
const LONGEST_DRAW_MS = 1000;

export interface PieceView {
  /** Shows a piece behind those that are shown. */
  add(piece: Piece): void;
  /** Shows that bytes are missing here. */
  skipped(bytes: number): void;
}

export class WaitingPieces {
  readonly #view: PieceView;
  #pieces: Piece[] = [];
  #bytes = 0;
  #skippedBytes = 0;
  #isDrawing = false;

  constructor(view: PieceView) {
    this.#view = view;
  }

  /** Keeps a piece until the next drawing; the oldest are dropped if they are too many. @param signal ends the drawing */
  take(piece: Piece, signal: AbortSignal): void {
    this.#pieces.push(piece);
    this.#bytes += piece.bytes.length;
    for (let [first] = this.#pieces; first !== undefined; [first] = this.#pieces) {
      const { length } = first.bytes;
      if (this.#bytes - length < MOST_DRAWN) break;
      this.#pieces.shift();
      this.#bytes -= length;
      this.#skippedBytes += length;
    }
    if (!this.#isDrawing) void this.#draw(signal);
  }

  /** Shows all pieces now; drops them after the signal. */
  drain(signal: AbortSignal): void {
    const [pieces, skipped] = [this.#pieces, this.#skippedBytes];
    this.forget();
    if (signal.aborted) return;
    if (skipped > 0) this.#view.skipped(skipped);
    for (const piece of pieces) this.#view.add(piece);
  }

  forget(): void {
    this.#pieces = [];
    this.#bytes = 0;
    this.#skippedBytes = 0;
  }

  /** A browser that needs long to draw draws less often. */
  async #draw(signal: AbortSignal): Promise<void> {
    this.#isDrawing = true;
    await pause(DRAW_MS);
    const begin = performance.now();
    this.drain(signal);
    await Promise.race([new Promise((resolve) => requestAnimationFrame(resolve)), pause(LONGEST_DRAW_MS)]);
    await pause(performance.now() - begin);
    this.#isDrawing = false;
    if (this.#pieces.length > 0) void this.#draw(signal);
  }
}
