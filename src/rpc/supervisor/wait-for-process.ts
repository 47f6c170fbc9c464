/**
 * Answers that wait for a process to reach a state. Nothing polls: a change of state decides.
 *
 * @module
 */
import type { ManagedProcess } from '../../process/managed-process.ts';
import type { CallScope } from '../call-scope.ts';

/** How often a waiting stop is told in the main log; a little over the two seconds that the process allows. */
const STOP_REPORT_MS = 2050;

/**
 * Asks `decide` now and after every change of state, until it says true or throws.
 * When the client goes away, the wait is dropped and the promise is left as it is.
 *
 * @param decide true when the answer is there, false to go on waiting; what it throws is the answer
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

/** Waits for a stop, and reports it in the main log as long as somebody waits. */
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
