/**
 * How the daemon recognizes the `visord take-over` that has started it and holds the pipes of programs.
 *
 * @module
 */
import { readFileSync } from 'node:fs';

const COMMAND = /\/visord\.cjs$/;

/** Whether the process is a `visord take-over`: it holds pipes open, and reads nothing. */
export function isTakeOver(pid: number): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return words.some((word, at) => COMMAND.test(word) && words[at + 1] === 'take-over');
  } catch {
    return false;
  }
}
