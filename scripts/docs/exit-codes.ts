/**
 * The exit codes of a command of supervisorctl, as the pages list them.
 *
 * @module
 */
import { SERVER_EXITS } from '../../src/ctl/commands/upcheck.ts';
import type { CommandDescription } from '../../src/ctl/description.ts';
import { EXIT_CODES, type ExitName } from '../../src/ctl/exit-codes.ts';

/** Stands once, in place of a line for each command. */
export const SERVER_NOTE =
  'Most commands check the server first, and exit with 3, 4, 5 or 7 if the check fails. These codes are not repeated at each ' +
  'command.';

/** By code, without those of the check of the server. */
export function ownExits({ exits }: CommandDescription): (readonly [code: number, meaning: string])[] {
  const ofCheck: ReadonlySet<string> = new Set(Object.values(SERVER_EXITS));
  return Object.entries(exits)
    .filter(([, meaning]) => !ofCheck.has(meaning))
    .map(([name, meaning]) => [EXIT_CODES[name as ExitName].code, meaning] as const)
    .sort(([one], [other]) => one - other);
}
