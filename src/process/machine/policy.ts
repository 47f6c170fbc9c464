/**
 * What the machine does beyond the reference's behaviour, as a configuration asks for it. A program without such keys
 * has no policy.
 *
 * @module
 */

/** Commands that run at a moment of a run of a process; `stop_command` takes the place of the stop signal. */
export const HOOKS = ['pre_start', 'post_start', 'pre_stop', 'stop_command', 'post_stop'] as const;

export type HookName = (typeof HOOKS)[number];

/** How fast a process is restarted after it ended by itself, or failed to start. */
export interface Pace {
  /** Milliseconds between an end and the next start, at least (`restartpause`). */
  readonly pauseMs: number;
  /** 1: the reference's 1, 2, 3 seconds in BACKOFF, and no growth after RUNNING; above 1 each pause is longer by it. */
  readonly factor: number;
  /** Longest pause in milliseconds, and how long a process must be RUNNING for its failures to be forgotten; 0 is none. */
  readonly limitMs: number;
  /** Part of a pause that is left to chance, 0 to 1. */
  readonly jitter: number;
  /** More automatic restarts than this within the interval: FATAL. 0: no limit. */
  readonly restartLimit: number;
  readonly restartLimitIntervalMs: number;
}

/** What differs from a plain program. */
export interface LifecyclePolicy {
  readonly pace: Pace | null;
  /** An expected exit is a success, also before startsecs. */
  readonly isOneshot: boolean;
  /** Null without a readiness check; 0 waits for ever. */
  readonly readinessTimeoutMs: number | null;
  /** Null without dependencies; 0 waits for ever. */
  readonly dependsTimeoutMs: number | null;
  /** Hooks that are configured. */
  readonly hooks: ReadonlySet<HookName>;
}
