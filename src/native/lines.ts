/**
 * Lines with something in front of and behind each.
 *
 * @module
 */
import { addon } from './addon.ts';

/** Enough for a full read of a channel, also with short lines; pages that are never written take no memory. */
let scratch: Buffer | null = null;
const SCRATCH_BYTES = 4 << 20;

/**
 * Puts `head` before each line and `tail` in place of each line end; a last line without one gets them too. With
 * `isJson` a line is escaped for a JSON string, and bytes that are not UTF-8 become U+FFFD.
 *
 * The result is valid until the next call.
 *
 * @param kept the result begins with these bytes, which are the former result or the beginning of it
 */
export function formatLines(
  lines: Buffer,
  head: Buffer,
  tail: Buffer,
  isJson: boolean,
  kept: Buffer = NOTHING,
): Buffer {
  scratch ??= Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  const room = kept.length === 0 ? scratch : Buffer.from(kept.buffer, kept.byteOffset);
  const length = addon.formatLines(isJson, head, tail, lines, room.subarray(kept.length));
  const end = kept.length + length;
  if (end <= room.length) {
    return room.subarray(0, end);
  }
  const larger = Buffer.allocUnsafeSlow(end);
  larger.set(kept);
  addon.formatLines(isJson, head, tail, lines, larger.subarray(kept.length));
  return larger;
}

const NOTHING = Buffer.alloc(0);
