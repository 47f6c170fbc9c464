/**
 * Lines with something in front of and behind each.
 *
 * @module
 */
import { addon } from './addon.ts';

/** Enough for a full read of a channel with lines of ordinary length; pages that are never written take no memory. */
let scratch: Buffer | null = null;
const SCRATCH_BYTES = 1 << 20;

/**
 * Puts `head` before each line and `tail` in place of each line end; a last line without one gets them too. With
 * `isJson` a line is escaped for a JSON string, and bytes that are not UTF-8 become U+FFFD.
 *
 * The result is valid until the next call.
 */
export function formatLines(lines: Buffer, head: Buffer, tail: Buffer, isJson: boolean): Buffer {
  scratch ??= Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  const length = addon.formatLines(isJson, head, tail, lines, scratch);
  if (length <= scratch.length) {
    return scratch.subarray(0, length);
  }
  const larger = Buffer.allocUnsafe(length);
  addon.formatLines(isJson, head, tail, lines, larger);
  return larger;
}
