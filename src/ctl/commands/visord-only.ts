/**
 * Commands whose methods a stock supervisord does not have.
 *
 * @module
 */
import { FAULT_CODES } from '../../rpc/faults.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import { FaultError } from '../wire/trouble.ts';
import { isUp, SERVER_EXITS } from './upcheck.ts';

export const VISORD_EXITS = {
  ...SERVER_EXITS,
  unimplemented: 'The server has no visord namespace: it is a stock supervisord.',
} as const;

/** Runs the command; a server that does not have its methods is reported. */
export async function withVisord(session: Session, run: () => Promise<void>): Promise<void> {
  if (!(await isUp(session))) return;
  try {
    await run();
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    if (error.code === FAULT_CODES.UNKNOWN_METHOD) {
      session.fail(
        'ERROR: the server does not have this method; it is not a visord daemon',
        EXIT.unimplemented,
      );
    } else if (error.code === FAULT_CODES.FAILED) {
      session.fail(`ERROR (${detailOf(error)})`, EXIT.generic);
    } else {
      throw error;
    }
  }
}

/** The text of a fault without its name. */
export function detailOf({ message }: { readonly message: string }): string {
  return message.replace(/^[A-Z_]+: /, '');
}
