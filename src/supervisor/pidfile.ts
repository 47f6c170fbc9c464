/**
 * The file with the daemon's pid, for other programs.
 *
 * @module
 */
import { unlinkSync, writeFileSync } from '../io/files.ts';
import type { MainLog } from '../logs/main-log.ts';

/** Writes the pidfile; true if it is ours to remove. A failed write is logged and ignored. */
export function writePidfile(path: string, log: MainLog): boolean {
  try {
    writeFileSync(path, `${process.pid}\n`);
  } catch {
    log.critical(`could not write pidfile ${path}`);
    return false;
  }
  log.info(`supervisord started with pid ${process.pid}`);
  return true;
}

export function removePidfile(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is gone already, which is what was wanted.
  }
}
