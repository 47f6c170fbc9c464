/**
 * The states of a process: their codes on the wire, and what is allowed in them.
 *
 * @module
 */

/** State names and their codes, those of the reference. */
export const STATE_CODES = {
  STOPPED: 0,
  STARTING: 10,
  RUNNING: 20,
  BACKOFF: 30,
  STOPPING: 40,
  EXITED: 100,
  FATAL: 200,
  UNKNOWN: 1000,
} as const;

export type StateName = keyof typeof STATE_CODES;

/** States in which a process counts as started: a start is ALREADY_STARTED, a stop is accepted. */
export const STARTED_STATES: ReadonlySet<StateName> = new Set(['RUNNING', 'BACKOFF', 'STARTING']);

/** States in which nothing is left to be stopped: a group may be removed, a shutdown goes on. */
export const STOPPED_STATES: ReadonlySet<StateName> = new Set(['STOPPED', 'EXITED', 'FATAL', 'UNKNOWN']);

/** States in which a signal can be delivered. */
export const SIGNALLABLE_STATES: ReadonlySet<StateName> = new Set(['RUNNING', 'STARTING', 'STOPPING']);
