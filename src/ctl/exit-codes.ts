/**
 * The exit codes of the client (SURFACE, Commands): those of LSB init scripts, and for `status` those of LSB.
 *
 * @module
 */
import { FAULT_CODES } from '../rpc/faults.ts';

export const EXIT = {
  success: 0,
  generic: 1,
  invalidArguments: 2,
  unimplemented: 3,
  insufficientPrivileges: 4,
  notInstalled: 5,
  notRunning: 7,
} as const;

export const STATUS_EXIT = { notRunning: 3, unknown: 4 } as const;

const DEAD_PROGRAM: ReadonlySet<number> = new Set([
  FAULT_CODES.SPAWN_ERROR,
  FAULT_CODES.ABNORMAL_TERMINATION,
  FAULT_CODES.NOT_RUNNING,
]);

/** The exit code that a result asks for; null where it leaves things as they are. */
export function exitForFault(code: number, ignored?: number): number | null {
  if (code === FAULT_CODES.SUCCESS || code === ignored) return null;
  return DEAD_PROGRAM.has(code) ? EXIT.notRunning : EXIT.generic;
}
