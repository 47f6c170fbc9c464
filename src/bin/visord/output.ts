/**
 * What the commands of `visord` print.
 *
 * @module
 */
import { writeSync } from 'node:fs';
import { fsencode, showEscapes } from '../../python/fs-encoding.ts';

const STDOUT = 1;
const STDERR = 2;

/** Writes to stdout. A reader that closes the pipe early, such as `head`, is not an error. */
export function printText(text: string): void {
  const bytes = fsencode(text);
  // A pipe may take a part of the bytes at a time.
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(STDOUT, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EPIPE') return;
      throw error;
    }
  }
}

/** Writes an error, or a note, to stderr, as the other commands do. */
export function printError(message: string, kind: 'Error' | 'Note' = 'Error'): void {
  writeSync(STDERR, `${kind}: ${showEscapes(message)}\n`);
}
