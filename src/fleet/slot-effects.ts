/**
 * Stops and kills of processes whose slots are given up or lost.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MainLog } from '../logs/main-log.ts';
import type { Process } from '../process/process.ts';
import type { GuardedPrograms } from './guarded-programs.ts';

/** The daemon stops the process, which waits for a slot afterwards. */
export function stopForSlot(process: Process, id: string, reason: string, guarded: GuardedPrograms): void {
  if (process.pid > 0) {
    guarded.leave(id);
    process.advance({ type: 'restart', reason, countsAsFailure: false, waits: true });
    return;
  }
  if (process.isActive && !process.isWaiting) {
    process.stop();
    process.start();
  }
}

/** SIGKILL for the process group and the cgroup. */
export function killWithoutSlot({ config, pid, cgroup }: Process, log: MainLog): void {
  if (pid <= 1) return;
  log.critical(`killing ${config.name} (pid ${pid}): its slot is lost`);
  try {
    process.kill(-pid, 'SIGKILL');
    if (cgroup !== null) writeFileSync(join(cgroup, 'cgroup.kill'), '1', { flag: 'r+' });
  } catch {
    // It has ended, or the guards kill the processes of the cgroup one by one.
  }
}
