/**
 * A line of a journal that a child of the daemon writes before it executes its program: it has room for the pid and the
 * start time, which only the child knows.
 *
 * @module
 */
import { PID_DIGITS, type SpawnNote, TICKS_DIGITS } from '../../native/posix.ts';
import { UNKNOWN_PID } from '../../process/adoption/process-record.ts';
import { type Line, textOf } from './journal-text.ts';

/** Where the pid and the start time stand in a line; in the text of a name the quotes have a backslash before them. */
const PID = `"pid":${UNKNOWN_PID}`;
const NULL = 'null';
const NO_TICKS = `"startTicks":${NULL}`;
const ROOM_FOR_TICKS = NO_TICKS.padEnd(NO_TICKS.length + TICKS_DIGITS - NULL.length);

/**
 * Null for a line without a pid.
 *
 * @param line of a process with `UNKNOWN_PID` in its state, and without a start time
 * @param descriptor of the journal
 */
export function noteOf(line: Line, descriptor: number): SpawnNote | null {
  const text = Buffer.from(textOf(line).replace(NO_TICKS, ROOM_FOR_TICKS));
  const pidAt = text.indexOf(PID);
  if (pidAt < 0) return null;
  return {
    descriptor,
    text,
    pidAt: pidAt + PID.length - PID_DIGITS,
    startTicksAt: text.indexOf(NO_TICKS, pidAt) + NO_TICKS.length - NULL.length,
  };
}
