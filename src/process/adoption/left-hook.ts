/**
 * A hook that an earlier daemon has started, and that still runs. This daemon cannot wait for its exit status, as
 * it is not its child, so it kills the hook and runs it again.
 *
 * @module
 */
import { procStatIfKnown } from '../../io/proc-stat.ts';
import type { HookProcess } from './process-record.ts';

/** Kills the process group of the hook, where it still runs. Returns whether it did. */
export function endLeftHook({ pid, startTicks }: HookProcess): boolean {
  const stat = procStatIfKnown(pid);
  if (stat === null || stat.isZombie || stat.startTicks !== startTicks || stat.group !== pid) {
    return false;
  }
  try {
    process.kill(-pid, 'SIGKILL');
    return true;
  } catch {
    // It has ended meanwhile, or it belongs to another user now.
    return false;
  }
}
