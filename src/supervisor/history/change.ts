/**
 * The line of one state change in the file of the history.
 *
 * @module
 */
import type { Instant } from '../../io/clock.ts';
import type { HostedProcess, StateChange } from '../../process/host.ts';
import { STATE_CODES, STOPPED_STATES, type StateName } from '../../process/machine/states.ts';

/** States after a failure. */
const FAILED: ReadonlySet<StateName> = new Set(['BACKOFF', 'FATAL']);

/** States in which there is a process. */
const WITH_PROCESS: ReadonlySet<StateName> = new Set(['STARTING', 'RUNNING', 'STOPPING', 'UNKNOWN']);

/**
 * An array in JSON: group, name, wall time and monotonic time in milliseconds, codes of the states, pid, 1 where it was
 * expected, exit status and signal of a process that has exited, spawn error. Null stands for a missing value.
 */
export function changeLine(
  process: HostedProcess,
  { from, to, pid, expected }: StateChange,
  { wallMs, monotonicMs }: Instant,
): string {
  const hasFailed = FAILED.has(to);
  const isExpected = expected && !hasFailed;
  const hasExited = from === 'STOPPING' || (pid > 0 && WITH_PROCESS.has(from) && isEnd(to));
  const status = hasExited && isEnd(to) ? process.lastStatus : null;
  const line = [
    process.groupName,
    process.config.name,
    Math.round(wallMs),
    Math.round(monotonicMs),
    STATE_CODES[from],
    STATE_CODES[to],
    pid,
    isExpected ? 1 : 0,
    status?.exitStatus ?? null,
    status?.signal ?? null,
    isExpected ? '' : process.spawnError,
  ];
  return `${JSON.stringify(line)}\n`;
}

function isEnd(state: StateName): boolean {
  return STOPPED_STATES.has(state) || FAILED.has(state);
}
