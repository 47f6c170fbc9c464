/**
 * Which lifecycle policy the configuration of a program asks for.
 *
 * @module
 */
import type { ProcessConfig } from '../config/types.ts';
import type { LifecyclePolicy, Pace } from './machine/policy.ts';

/** The policy of a program, or null for one that behaves as in the reference. */
export function lifecyclePolicy(config: ProcessConfig): LifecyclePolicy | null {
  const pace = paceOf(config);
  const isOneshot = config.type === 'oneshot';
  if (pace === null && !isOneshot) {
    return null;
  }
  return {
    pace,
    isOneshot,
    readinessTimeoutMs: null,
    dependsTimeoutMs: null,
    hooks: NO_HOOKS,
  };
}

const NO_HOOKS: LifecyclePolicy['hooks'] = new Set();

function paceOf({ pace }: ProcessConfig): Pace | null {
  const { pauseSeconds, factor, limitSeconds, jitter, restartLimit, restartLimitSeconds } = pace;
  if (pauseSeconds === 0 && factor === 1 && limitSeconds === 0 && restartLimit === 0) {
    return null;
  }
  return {
    pauseMs: pauseSeconds * 1000,
    factor,
    limitMs: limitSeconds * 1000,
    jitter,
    restartLimit,
    restartLimitIntervalMs: restartLimitSeconds * 1000,
  };
}
