/**
 * Which lifecycle policy the configuration of a program asks for.
 *
 * @module
 */
import type { ProcessConfig } from '../config/types.ts';
import { HOOKS, type HookName, type LifecyclePolicy, type Pace } from './machine/policy.ts';

/** The policy of a program, or null for one that behaves as in the reference. */
export function lifecyclePolicy(config: ProcessConfig): LifecyclePolicy | null {
  const pace = paceOf(config);
  const hooks = hooksOf(config);
  const isOneshot = config.type === 'oneshot';
  const { timeoutSeconds } = config.dependencies;
  const isPlain =
    pace === null &&
    !isOneshot &&
    hooks.size === 0 &&
    !hasDependencies(config) &&
    !hasChecks(config) &&
    !isPlaced(config);
  if (isPlain) {
    return null;
  }
  return {
    pace,
    isOneshot,
    readinessTimeoutMs: config.readiness.target === null ? null : config.readiness.timeoutSeconds * 1000,
    dependsTimeoutMs: hasDependencies(config) ? timeoutSeconds * 1000 : null,
    hooks,
  };
}

/** Whether the daemon has more to do for a program than its process does. */
export function needsLifecycle(config: ProcessConfig): boolean {
  return (
    hooksOf(config).size > 0 ||
    hasDependencies(config) ||
    hasChecks(config) ||
    config.exitOn !== 'never' ||
    config.resources.memoryRestart !== null ||
    config.schedule.cron !== null ||
    isPlaced(config) ||
    isWatched(config)
  );
}

/** Whether the program runs on some of the nodes of a fleet only. */
export function isPlaced({ placement }: ProcessConfig): boolean {
  return placement.count > 0;
}

/** Whether changes of files restart the program. */
export function isWatched({ watch }: ProcessConfig): boolean {
  return watch.binary || watch.folder !== null;
}

/** Whether processes of the program are checked. */
export function hasChecks(config: ProcessConfig): boolean {
  return config.readiness.target !== null || config.liveness.target !== null || hasNotifySocket(config);
}

/** Whether processes of the program report to the daemon by NOTIFY_SOCKET. */
export function hasNotifySocket({ readiness, watchdogSeconds }: ProcessConfig): boolean {
  return readiness.target?.kind === 'notify' || watchdogSeconds > 0;
}

/** A program that is a part of another one waits for it as for a dependency. */
function hasDependencies({ dependencies: { on, partOf } }: ProcessConfig): boolean {
  return on.length > 0 || partOf.length > 0;
}

const NO_HOOKS: ReadonlySet<HookName> = new Set();

function hooksOf({ hooks }: ProcessConfig): ReadonlySet<HookName> {
  const configured = HOOKS.filter((hook) => hooks[hook] !== null);
  return configured.length === 0 ? NO_HOOKS : new Set(configured);
}

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
