/**
 * What libfaketime leaves behind.
 *
 * @module
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = '/dev/shm';

/** Removes the files that libfaketime made for processes that are gone: a process that is killed leaves them. */
export function sweepFaketime(): void {
  for (const name of existsSync(FOLDER) ? readdirSync(FOLDER) : []) {
    const [, pid] = /^(?:faketime_shm|sem\.faketime_sem)_(\d+)$/.exec(name) ?? [];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    try {
      rmSync(join(FOLDER, name), { force: true });
    } catch {
      // It is another user's.
    }
  }
}
