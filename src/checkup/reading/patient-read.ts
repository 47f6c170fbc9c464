/**
 * Reads files of any type without waiting for ever: a FIFO may have no writer, and a device no end.
 *
 * @module
 */
import { closeSync, constants, readSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { descriptorOf } from '../../io/descriptor-path.ts';
import { openSync, readFileSync, statSync } from '../../io/files.ts';

const MAX_BYTES = 16 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
/** The time between two looks at a pipe; there is no event when a FIFO gets a writer. */
const PAUSE_MS = 20;

/** A file that is not at its end within the time or the size. The message is for the user. */
export class PatienceError extends Error {
  override readonly name = 'PatienceError';
}

/**
 * The bytes of a file, a pipe or a device.
 *
 * @param limitMs how long to wait for the end of what is not a regular file
 * @throws PatienceError, ErrnoException
 */
export async function readPatiently(path: string, limitMs: number): Promise<Buffer> {
  const stats = statSync(path);
  if (stats.isFile()) {
    return readFileSync(path);
  }
  // A FIFO without a writer yet reads as ended, too; an inherited descriptor has had its writer.
  const waitsForWriter = stats.isFIFO() && descriptorOf(path) === null;
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    return await readToEnd(descriptor, waitsForWriter, performance.now() + limitMs);
  } finally {
    closeSync(descriptor);
  }
}

async function readToEnd(descriptor: number, waitsForWriter: boolean, deadline: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    const chunk = readChunk(descriptor);
    if (chunk !== null && chunk.length === 0 && (size > 0 || !waitsForWriter)) {
      return Buffer.concat(chunks);
    }
    if (chunk !== null && chunk.length > 0) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MAX_BYTES) {
        throw new PatienceError('it has more than 16 MB');
      }
      continue;
    }
    if (performance.now() >= deadline) {
      throw new PatienceError('its end did not come in time');
    }
    await delay(PAUSE_MS);
  }
}

/** Null where there is nothing to read yet. */
function readChunk(descriptor: number): Buffer | null {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  try {
    return chunk.subarray(0, readSync(descriptor, chunk, 0, CHUNK_BYTES, null));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') {
      return null;
    }
    throw error;
  }
}
