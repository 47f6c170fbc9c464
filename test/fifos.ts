/** FIFOs for tests that need one outside of a program's channels. */
import { execFileSync } from 'node:child_process';

/** Makes a FIFO for this user alone. */
export function makeFifo(path: string): void {
  execFileSync('mkfifo', ['-m', '600', path]);
}
