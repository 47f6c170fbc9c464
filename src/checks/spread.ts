/**
 * When the checks of a process are due: programs that start together are not checked together.
 *
 * @module
 */

/** A number from 0 up to 1 that is always the same for the same name (FNV-1a). */
export function shareOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(name)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (mixed(hash) >>> 0) / 2 ** 32;
}

/** Names that differ in the last character only, as web_1 and web_2, are apart too (the last step of MurmurHash3). */
function mixed(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

export interface LivenessPace {
  /** Monotonic moment of the process's start, in milliseconds. */
  readonly startedAtMs: number;
  readonly delayMs: number;
  readonly periodMs: number;
  /** From `shareOf`. */
  readonly share: number;
}

/** The time of the first liveness check. If it has passed already, it is the next one within a period. */
export function firstLivenessCheckMs(
  { startedAtMs, delayMs, periodMs, share }: LivenessPace,
  nowMs: number,
): number {
  return Math.max(startedAtMs + delayMs, nowMs) + share * periodMs;
}

/**
 * The moment of the next liveness check: a whole number of periods after the first. So the checks of many programs that a
 * stop of the daemon has delayed do not stay together.
 */
export function nextLivenessCheckMs(firstAtMs: number, periodMs: number, nowMs: number): number {
  // A timer may fire up to a millisecond early.
  const passed = Math.floor((nowMs + 1 - firstAtMs) / periodMs);
  return firstAtMs + (passed + 1) * periodMs;
}

/** A liveness check that is overdue for longer is left out, or many that are overdue would begin together. */
export function longestDelayMs(periodMs: number): number {
  return Math.min(2000, Math.max(250, periodMs / 20));
}

/** How long the first readiness checks are apart, in milliseconds; a command costs a process each time. */
const FIRST_PAUSES_MS = { command: 250, connection: 50 } as const;

/** Of the time since the start, this part passes between two readiness checks. */
const PART_OF_WAIT = 1 / 5;

/**
 * The pause between two readiness checks: short at first, so that a program that is ready soon is RUNNING soon, and
 * never longer than the period.
 *
 * @param waitedMs milliseconds since the start of the process
 */
export function readinessPauseMs(kind: 'command' | 'connection', waitedMs: number, periodMs: number): number {
  return Math.min(periodMs, Math.max(FIRST_PAUSES_MS[kind], waitedMs * PART_OF_WAIT));
}
