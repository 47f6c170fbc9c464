/**
 * Answers that wait for a process to reach a state. Nothing polls: a change of state decides.
 *
 * @module
 */
import type { ManagedProcess } from '../../process/managed-process.ts';
import type { CallScope } from '../call-scope.ts';

/** Period of the log line of a waiting stop, in milliseconds; a little over the two seconds that the process allows. */
const STOP_REPORT_MS = 2050;

/**
 * Calls `decide` now and after every change of state, until it returns true or throws.
 * When the client disconnects, the wait ends and the promise stays pending.
 *
 * @param decide returns true when the wait is over, false to go on; what it throws is the answer
 */
export function waitFor(process: ManagedProcess, scope: CallScope, decide: () => boolean): Promise<true> {
  return new Promise((resolve, reject) => {
    let finished = false;
    const cleanUps: (() => void)[] = [];
    const finish = () => {
      finished = true;
      for (const cleanUp of cleanUps) cleanUp();
    };
    const check = () => {
      if (finished) return;
      try {
        if (!decide()) return;
        resolve(true);
      } catch (error) {
        reject(error);
      }
      finish();
    };
    check();
    if (finished || scope.isCancelled) return;
    cleanUps.push(process.onStateChange(check), scope.onCancel(finish));
  });
}

/** Waits for a stop, and reports it in the main log until the call ends. */
export function waitForStop(
  process: ManagedProcess,
  scope: CallScope,
  isStopped: () => boolean,
): Promise<true> {
  process.reportStopping();
  const reports = setInterval(() => process.reportStopping(), STOP_REPORT_MS);
  const stopReports = () => clearInterval(reports);
  const forget = scope.onCancel(stopReports);
  return waitFor(process, scope, isStopped).finally(() => {
    stopReports();
    forget();
  });
}
