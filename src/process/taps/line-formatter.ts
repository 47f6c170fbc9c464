/**
 * Gives the lines of a channel time and name on their way to the log. What is held back is the line that has no end yet.
 *
 * @module
 */
import { setAlarm } from '../../io/timers.ts';
import { type Formatted, type LineSource, type LineWriter, lineWriter } from '../../logs/line-format.ts';
import type { OutputTap } from './output-tap.ts';

/** A longer line is written in parts, in bytes. */
export const LONGEST_LINE = 1024 * 1024;

/** Text without a line end is written after this time. */
const PATIENCE_MS = 1000;

const NEWLINE = 0x0a;
const NOTHING = Buffer.alloc(0);

export interface LineFormatterOptions {
  readonly format: Formatted;
  readonly source: Omit<LineSource, 'pid'>;
  /** The pid of the process; 0 before it runs and after its end. */
  readonly pid: () => number;
}

/** Passes lines on as they are. */
export function lineKeeper(): OutputTap {
  return new LineFormatter(null);
}

export class LineFormatter implements OutputTap {
  /** Null passes lines on as they are. */
  readonly #options: LineFormatterOptions | null;
  #held: readonly Buffer[] = [];
  #heldBytes = 0;
  #writer: LineWriter | null = null;
  #emit: ((bytes: Buffer) => void) | null = null;
  #stopTimer: (() => void) | null = null;

  constructor(options: LineFormatterOptions | null) {
    this.#options = options;
  }

  emitLater(emit: (bytes: Buffer) => void): void {
    this.#emit = emit;
  }

  take(bytes: Buffer): Buffer {
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    let written: Buffer = NOTHING;
    if (end > 0) {
      written = this.#formatWhole(
        this.#heldBytes === 0 ? bytes.subarray(0, end) : this.#withHeld(bytes, end),
      );
    }
    if (end < bytes.length) {
      // The buffer of a channel is used again.
      this.#hold(Buffer.from(bytes.subarray(end)));
    }
    if (this.#heldBytes > LONGEST_LINE) {
      written = Buffer.concat([Buffer.from(written), this.#cutHeld()]);
    }
    this.#setTimer();
    return written;
  }

  end(): Buffer {
    this.#stopTimer?.();
    this.#stopTimer = null;
    return this.#heldBytes === 0 ? NOTHING : this.#format(this.#takeHeld());
  }

  #withHeld(bytes: Buffer, end: number): Buffer {
    this.#hold(bytes.subarray(0, end));
    return this.#takeHeld();
  }

  /** Only the first line can be too long: the others were read at once. */
  #formatWhole(lines: Buffer): Buffer {
    const parts: Buffer[] = [];
    let rest = lines;
    while (rest.length > LONGEST_LINE && rest.indexOf(NEWLINE) > LONGEST_LINE) {
      parts.push(Buffer.from(this.#format(rest.subarray(0, LONGEST_LINE))));
      rest = rest.subarray(LONGEST_LINE);
    }
    const last = this.#format(rest);
    return parts.length === 0 ? last : Buffer.concat([...parts, last]);
  }

  #hold(bytes: Buffer): void {
    this.#held = [...this.#held, bytes];
    this.#heldBytes += bytes.length;
  }

  #takeHeld(): Buffer {
    const [only] = this.#held;
    const held = this.#held.length === 1 && only !== undefined ? only : Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    return held;
  }

  /** Writes the first parts of a line that is too long, and keeps the rest. */
  #cutHeld(): Buffer {
    const parts: Buffer[] = [];
    let rest = this.#takeHeld();
    while (rest.length > LONGEST_LINE) {
      parts.push(Buffer.from(this.#format(rest.subarray(0, LONGEST_LINE))));
      rest = rest.subarray(LONGEST_LINE);
    }
    this.#hold(rest);
    return Buffer.concat(parts);
  }

  /** The result is valid until the next call. */
  #format(bytes: Buffer): Buffer {
    if (this.#options === null) {
      return bytes;
    }
    if (this.#writer === null) {
      const { format, source, pid: pidOf } = this.#options;
      const pid = pidOf();
      const writer = lineWriter(format, { ...source, pid });
      // A process that was left behind may still write when the next run has begun: the first pid stays.
      if (pid !== 0) this.#writer = writer;
      return writer.format(bytes, Date.now());
    }
    return this.#writer.format(bytes, Date.now());
  }

  #setTimer(): void {
    if (this.#heldBytes === 0) {
      this.#stopTimer?.();
      this.#stopTimer = null;
      return;
    }
    this.#stopTimer ??= setAlarm(PATIENCE_MS, () => {
      this.#stopTimer = null;
      if (this.#heldBytes > 0) {
        this.#emit?.(this.#format(this.#takeHeld()));
      }
    });
  }
}
