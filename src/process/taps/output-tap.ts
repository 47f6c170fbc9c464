/**
 * The stages that output passes through between a channel and its log.
 *
 * @module
 */

export type OutputName = 'stdout' | 'stderr';

const NOTHING = Buffer.alloc(0);

/** Changes or copies output on its way to the log; a channel with a tap is read through JavaScript. */
export interface OutputTap {
  /** Returns the bytes that go on; they are consumed before the next call. */
  take(bytes: Buffer): Buffer;
  /** Returns what was held back; called once, at the end of the channel. */
  end(): Buffer;
  /** Gives a tap that holds bytes back the way to pass them on between two calls; only for the last tap. */
  emitLater?(emit: (bytes: Buffer) => void): void;
  /** True for a tap that passes all bytes on as they are, at once: they may be logged before it sees them. */
  readonly isObserver?: boolean;
  /** True when the tap can be removed; left out, it stays until the end of the channel. */
  readonly isOver?: boolean;
}

/** Takes bytes through one tap after the other; returns what comes out at the end. */
export function passThrough(taps: readonly OutputTap[], bytes: Buffer): Buffer {
  let rest = bytes;
  for (const tap of taps) {
    if (rest.length === 0) {
      return rest;
    }
    rest = tap.take(rest);
  }
  return rest;
}

/** Ends one tap after the other; what each held back still passes those behind it. */
export function endAll(taps: readonly OutputTap[]): Buffer {
  if (taps.length === 0) return NOTHING;
  return Buffer.concat(taps.map((tap, index) => passThrough(taps.slice(index + 1), tap.end())));
}
