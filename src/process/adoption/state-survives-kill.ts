/**
 * Which states without a process outlive a kill of the daemon.
 *
 * @module
 */
import type { Machine } from '../machine/machine.ts';
import type { LifecyclePolicy } from '../machine/policy.ts';

/**
 * Whether a program goes on in its state: it waits for a dependency, for its next start or for a hook, or it is a oneshot
 * that has done its work. Any other one that does not run is started as at any start.
 *
 * @param policy null for a program that behaves as in the reference
 */
export function stateSurvivesKill(
  { state, history: { exitStatus } }: Machine,
  policy: LifecyclePolicy | null,
  exitCodes: readonly number[],
): boolean {
  if (policy === null) {
    return false;
  }
  switch (state.name) {
    case 'STOPPED':
      return state.waiting !== undefined;
    case 'BACKOFF':
      return true;
    case 'EXITED':
      return (
        state.restartAtMs !== null ||
        (policy.isOneshot && exitStatus !== null && exitCodes.includes(exitStatus))
      );
    case 'STARTING':
    case 'STOPPING':
      return state.pid === null && state.hook !== undefined;
    default:
      return false;
  }
}
