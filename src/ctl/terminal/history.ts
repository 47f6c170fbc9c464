/**
 * The history file of the shell, one line a command, the oldest first.
 *
 * @module
 */
import { readFileSync, writeFileSync } from '../../io/files.ts';

const PRIVATE = 0o600;

/** The lines that were typed before; none where the file cannot be read. */
export function readHistory(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}

/** Keeps what was typed. The reason is returned where that is impossible; it is no reason to fail. */
export function writeHistory(file: string, lines: readonly string[]): string | null {
  try {
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''), { mode: PRIVATE });
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
