/**
 * Whether a process is healthy, judged by its checks so far.
 *
 * @module
 */

/** How many checks in a row it takes. */
export interface Thresholds {
  readonly successes: number;
  readonly failures: number;
}

export interface Health {
  /** Null before the first verdict. */
  readonly isHealthy: boolean | null;
  /** Checks in a row that passed, and that failed; one of them is 0. */
  readonly passed: number;
  readonly failed: number;
  /** Why the last check failed, in a few words. */
  readonly reason: string;
}

export const UNCHECKED: Health = { isHealthy: null, passed: 0, failed: 0, reason: '' };

/** Takes the result of one more check. @param failure null where it passed */
export function nextHealth(health: Health, failure: string | null, thresholds: Thresholds): Health {
  if (failure === null) {
    const passed = health.passed + 1;
    return {
      isHealthy: passed >= thresholds.successes ? true : health.isHealthy,
      passed,
      failed: 0,
      reason: '',
    };
  }
  const failed = health.failed + 1;
  return {
    isHealthy: failed >= thresholds.failures ? false : health.isHealthy,
    passed: 0,
    failed,
    reason: failure,
  };
}

/** `unhealthy: 3 failures: connection refused`; null for a process that is not unhealthy. */
export function describeHealth({ isHealthy, failed, reason }: Health): string | null {
  if (isHealthy !== false) {
    return null;
  }
  return failed === 0
    ? 'unhealthy'
    : `unhealthy: ${failed} ${failed === 1 ? 'failure' : 'failures'}: ${reason}`;
}
