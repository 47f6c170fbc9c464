/**
 * What commands say that stand alone.
 *
 * @module
 */
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import type { Command } from './command.ts';

/** True when there are arguments, which has been said then, with the command's help. */
export function refuseArguments(session: Session, { name, help }: Command, argument: string): boolean {
  if (argument === '') return false;
  session.fail(`Error: ${name} accepts no arguments`, EXIT.generic);
  session.say(help);
  return true;
}
