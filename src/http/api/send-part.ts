/**
 * Sends a part of a file as the client takes it.
 *
 * @module
 */
import { closeSync, readSync } from 'node:fs';
import type { Response } from '../messages/response.ts';

const CHUNK_BYTES = 64 * 1024;
/** A client that reads quickly gets at most this much before others have their turn. */
const TURN_BYTES = 1024 * 1024;

/**
 * Sends the bytes from `start` to `end` on a response that has begun, and ends it; where the file has become
 * shorter, the answer is cut off, as its length was announced. The descriptor is closed.
 */
export function sendPart(response: Response, descriptor: number, start: number, end: number): void {
  let position = start;
  let isOpen = true;
  let turn: NodeJS.Immediate | null = null;
  const close = (): void => {
    if (turn !== null) clearImmediate(turn);
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };
  /** False where nothing is left, or the client is behind. */
  const sendChunk = (): boolean => {
    const length = Math.min(CHUNK_BYTES, end - position);
    const chunk = Buffer.allocUnsafe(length);
    const count = length === 0 ? 0 : readSync(descriptor, chunk, 0, length, position);
    if (count === 0) {
      close();
      if (length === 0) response.end();
      else response.abort();
      return false;
    }
    position += count;
    return response.write(chunk.subarray(0, count));
  };
  const sendOn = (): void => {
    turn = null;
    const turnEnd = position + TURN_BYTES;
    try {
      while (isOpen && sendChunk()) {
        if (position < turnEnd) continue;
        turn = setImmediate(sendOn);
        return;
      }
    } catch {
      // The client sees that the answer is cut off.
      close();
      response.abort();
    }
  };
  response.onGone(close);
  response.onDrain(sendOn);
  sendOn();
}
