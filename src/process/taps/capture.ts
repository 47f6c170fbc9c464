/**
 * Capture mode: what a program writes between two tags goes to event listeners instead of its log.
 *
 * Observed on the reference.
 *
 * @module
 */
import { endAll, type OutputTap, passThrough } from './output-tap.ts';

export const CAPTURE_BEGIN = Buffer.from('<!--XSUPERVISOR:BEGIN-->');
export const CAPTURE_END = Buffer.from('<!--XSUPERVISOR:END-->');

export interface CaptureOptions {
  /** Size that the captured bytes are kept to, as in the reference: the newest are kept. */
  readonly maxBytes: number;
  /** What both captured and logged bytes pass through. */
  readonly inner: readonly OutputTap[];
  readonly onCaptured: (bytes: Buffer) => void;
}

export class Capture implements OutputTap {
  readonly #options: CaptureOptions;
  /** The beginning of what may become a tag. */
  #held: Buffer = Buffer.alloc(0);
  #isCapturing = false;
  #captured: Buffer = Buffer.alloc(0);

  constructor(options: CaptureOptions) {
    this.#options = options;
  }

  take(bytes: Buffer): Buffer {
    const logged: Buffer[] = [];
    let rest = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    for (;;) {
      const tag = this.#isCapturing ? CAPTURE_END : CAPTURE_BEGIN;
      const at = rest.indexOf(tag);
      if (at === -1) {
        const heldLength = lengthOfTagPrefix(rest, tag);
        this.#held = Buffer.from(rest.subarray(rest.length - heldLength));
        this.#route(rest.subarray(0, rest.length - heldLength), logged);
        return logged.length === 1 && logged[0] !== undefined ? logged[0] : Buffer.concat(logged);
      }
      this.#route(rest.subarray(0, at), logged);
      this.#toggle();
      rest = rest.subarray(at + tag.length);
    }
  }

  /** What was held back or captured without an end is written to the log: no byte of a program is lost. */
  end(): Buffer {
    const captured = this.#captured;
    const held = this.#held;
    this.#captured = Buffer.alloc(0);
    this.#held = Buffer.alloc(0);
    this.#isCapturing = false;
    // What was captured has passed through the inner taps already.
    const { inner } = this.#options;
    return Buffer.concat([captured, passThrough(inner, held), endAll(inner)]);
  }

  #route(bytes: Buffer, logged: Buffer[]): void {
    const drawn = passThrough(this.#options.inner, bytes);
    if (drawn.length === 0) {
      return;
    }
    if (this.#isCapturing) {
      this.#keep(drawn);
    } else {
      logged.push(drawn);
    }
  }

  #keep(bytes: Buffer): void {
    const isOver = this.#captured.length + bytes.length > this.#options.maxBytes;
    const before = isOver ? this.#captured.subarray(bytes.length) : this.#captured;
    this.#captured = Buffer.concat([before, bytes]);
  }

  #toggle(): void {
    this.#isCapturing = !this.#isCapturing;
    if (!this.#isCapturing) {
      const captured = this.#captured;
      this.#captured = Buffer.alloc(0);
      this.#options.onCaptured(captured);
    }
  }
}

/** How many bytes at the end could be the beginning of the tag. */
function lengthOfTagPrefix(bytes: Buffer, tag: Buffer): number {
  for (let length = Math.min(bytes.length, tag.length - 1); length > 0; length -= 1) {
    if (bytes.subarray(bytes.length - length).equals(tag.subarray(0, length))) {
      return length;
    }
  }
  return 0;
}
