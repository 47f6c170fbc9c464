/**
 * How a command is called in the list of processes.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';

/** `pgrep`, `pidof` and `killall` look for this name, which would be the interpreter's. */
export function nameProcess(name: string): void {
  try {
    writeFileSync('/proc/self/comm', name);
  } catch {
    // No /proc: the name stays the interpreter's.
  }
}
