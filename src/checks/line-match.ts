/**
 * Looks for a line that matches a regular expression in the output of a process (`readiness_check_script=log:REGEX`).
 *
 * @module
 */
import type { OutputTap } from '../process/taps/output-tap.ts';

/** A longer line is matched by its beginning, in bytes. */
const LONGEST_LINE = 64 << 10;

const NEWLINE = 0x0a;
const NOTHING = Buffer.alloc(0);

/** One output channel of one run of a process; all bytes pass unchanged. */
export class LineMatch implements OutputTap {
  readonly isObserver = true;
  readonly #pattern: RegExp;
  readonly #isWanted: () => boolean;
  readonly #onMatch: () => void;
  #line: Buffer = NOTHING;
  #isOver = false;

  /**
   * @param isWanted false once the process is ready in another way, for example by a match in its other channel
   * @param onMatch called once
   */
  constructor(pattern: RegExp, isWanted: () => boolean, onMatch: () => void) {
    this.#pattern = pattern;
    this.#isWanted = isWanted;
    this.#onMatch = onMatch;
  }

  get isOver(): boolean {
    this.#isOver ||= !this.#isWanted();
    return this.#isOver;
  }

  take(bytes: Buffer): Buffer {
    let start = 0;
    while (!this.isOver && start < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, start);
      this.#append(bytes.subarray(start, newline < 0 ? bytes.length : newline));
      if (newline < 0) {
        break;
      }
      this.#endLine();
      start = newline + 1;
    }
    return bytes;
  }

  end(): Buffer {
    if (!this.isOver && this.#line.length > 0) {
      this.#endLine();
    }
    return NOTHING;
  }

  /** The channel reads into a buffer that it uses again, so what is kept is copied. */
  #append(part: Buffer): void {
    const room = LONGEST_LINE - this.#line.length;
    if (part.length > 0 && room > 0) {
      this.#line = Buffer.concat([this.#line, part.subarray(0, room)]);
    }
  }

  #endLine(): void {
    const line = this.#line.toString('utf8').replace(/\r$/, '');
    this.#line = NOTHING;
    if (this.#pattern.test(line)) {
      this.#isOver = true;
      this.#onMatch();
    }
  }
}
