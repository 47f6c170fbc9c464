/**
 * Commands that take no arguments, or not without one.
 *
 * @module
 */

import type { CommandDescription } from '../description.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';

/** True where a command that takes no arguments has some; the error and the command's help are printed then. */
export function refuseArguments(session: Session, row: CommandDescription, argument: string): boolean {
  if (argument === '') return false;
  failWithHelp(session, row, `Error: ${row.name} accepts no arguments`, EXIT.generic);
  return true;
}

/** Prints an error and the command's help. */
export function failWithHelp(
  session: Session,
  { help }: CommandDescription,
  line: string,
  exitCode: number,
): void {
  session.fail(line, exitCode);
  session.print(help);
}
