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
    const parts = end > 0 ? this.#wholeLines(bytes.subarray(0, end)) : [];
    if (end < bytes.length) {
      // The buffer of a channel is used again.
      this.#hold(Buffer.from(bytes.subarray(end)));
    }
    if (this.#heldBytes > LONGEST_LINE) {
      const { cut, rest } = cutLine(this.#takeHeld());
      parts.push(...cut);
      this.#hold(rest);
    }
    this.#setTimer();
    return this.#format(parts);
  }

  end(): Buffer {
    this.#stopTimer?.();
    this.#stopTimer = null;
    return this.#heldBytes === 0 ? NOTHING : this.#format([this.#takeHeld()]);
  }

  /** Only the line that was held back is copied, and only the first line can be too long: the others were read at once. */
  #wholeLines(lines: Buffer): Buffer[] {
    if (this.#heldBytes === 0) return cutFirstLine(lines);
    const end = lines.indexOf(NEWLINE) + 1;
    this.#hold(lines.subarray(0, end));
    const first = cutFirstLine(this.#takeHeld());
    return end === lines.length ? first : [...first, lines.subarray(end)];
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

  /** Each part is whole lines, or a piece of one. The result is valid until the next call. */
  #format(parts: readonly Buffer[]): Buffer {
    const [only = NOTHING] = parts;
    if (this.#options === null || parts.length === 0) {
      return parts.length > 1 ? Buffer.concat(parts) : only;
    }
    const writer = this.#writer ?? this.#makeWriter(this.#options);
    const nowMs = Date.now();
    return parts.reduce((written, part) => writer.format(part, nowMs, written), NOTHING);
  }

  #makeWriter({ format, source, pid: pidOf }: LineFormatterOptions): LineWriter {
    const pid = pidOf();
    const writer = lineWriter(format, { ...source, pid });
    // A process that was left behind may still write when the next run has begun: the first pid stays.
    if (pid !== 0) this.#writer = writer;
    return writer;
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
        this.#emit?.(this.#format([this.#takeHeld()]));
      }
    });
  }
}

function cutFirstLine(lines: Buffer): Buffer[] {
  if (lines.length <= LONGEST_LINE || lines.indexOf(NEWLINE) <= LONGEST_LINE) return [lines];
  const { cut, rest } = cutLine(lines, lines.indexOf(NEWLINE));
  return [...cut, rest];
}

/** The first parts of a line that is too long, and the rest of the bytes. @param length of the line without its end */
function cutLine(bytes: Buffer, length = bytes.length): { readonly cut: Buffer[]; readonly rest: Buffer } {
  const cut: Buffer[] = [];
  let at = 0;
  for (; length - at > LONGEST_LINE; at += LONGEST_LINE) cut.push(bytes.subarray(at, at + LONGEST_LINE));
  return { cut, rest: bytes.subarray(at) };
}
