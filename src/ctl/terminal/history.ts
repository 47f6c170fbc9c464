/**
 * The history file of sessions, one line for each command, the oldest first.
 *
 * @module
 */
import { readFileSync, writeFileSync } from '../../io/files.ts';

const PRIVATE = 0o600;

/** The lines of earlier sessions; none where the file cannot be read. */
export function readHistory(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}

/** Writes the lines that were typed. A failed write is not an error of the client: its reason is returned. */
export function writeHistory(file: string, lines: readonly string[]): string | null {
  try {
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''), { mode: PRIVATE });
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
