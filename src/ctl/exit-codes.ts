/**
 * The exit codes of the client, as in the reference: those of LSB init scripts, with two of their own for `status`.
 *
 * @module
 */
import { FAULT_CODES } from '../rpc/faults.ts';

interface ExitCode {
  readonly code: number;
  /** What the code means in general; a command's row has its meaning there. */
  readonly meaning: string;
}

/** Every exit code by its name. */
export const EXIT_CODES = {
  success: { code: 0, meaning: 'The command succeeded.' },
  generic: { code: 1, meaning: 'The command failed; the output gives the reason.' },
  invalidArguments: { code: 2, meaning: 'The command line, an option or an argument is wrong.' },
  unimplemented: { code: 3, meaning: 'The server does not have the supervisor namespace of methods.' },
  statusNotRunning: { code: 3, meaning: 'With status: a process is STOPPED, EXITED, FATAL or UNKNOWN.' },
  insufficientPrivileges: { code: 4, meaning: 'The server refused the connection.' },
  statusUnknown: { code: 4, meaning: 'With status: a name is unknown, or the server did not answer.' },
  notInstalled: { code: 5, meaning: 'The server has another version of the API.' },
  notRunning: { code: 7, meaning: 'A process did not start or does not run, or the socket does not exist.' },
} as const satisfies Readonly<Record<string, ExitCode>>;

export type ExitName = keyof typeof EXIT_CODES;

/** The codes alone. */
export const EXIT = Object.fromEntries(
  Object.entries(EXIT_CODES).map(([name, { code }]) => [name, code]),
) as Readonly<Record<ExitName, number>>;

const DEAD_PROGRAM: ReadonlySet<number> = new Set([
  FAULT_CODES.SPAWN_ERROR,
  FAULT_CODES.ABNORMAL_TERMINATION,
  FAULT_CODES.NOT_RUNNING,
]);

/** The exit code of a command with this result; null where the result does not change it. */
export function exitForFault(code: number, ignored?: number): number | null {
  if (code === FAULT_CODES.SUCCESS || code === ignored) return null;
  return DEAD_PROGRAM.has(code) ? EXIT.notRunning : EXIT.generic;
}
