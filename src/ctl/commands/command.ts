/**
 * What a command of the client is.
 *
 * @module
 */
import type { Session } from '../session.ts';

export interface Command {
  readonly name: string;
  /** What `help NAME` prints, without the last line end. */
  readonly help: string;
  /** A command that the stock client has not; `help` tells of it only on a terminal. */
  readonly isOurs?: true;
  /** What the names behind it are, for completion. */
  readonly completes?: 'processes' | 'groups' | 'actions';
  /** Runs with everything behind the command's name; `stop` ends an interactive session. */
  run(session: Session, argument: string): Promise<'stop' | undefined>;
}

/** Several lines of help. */
export function lines(...parts: readonly string[]): string {
  return parts.join('\n');
}
