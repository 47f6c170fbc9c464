/**
 * A command of the client: its description and its function.
 *
 * @module
 */
import { words } from '../../python/text.ts';
import type { CommandDescription, CommandOption, OptionTable } from '../description.ts';
import type { Session } from '../session.ts';
import type { Catalogue } from './catalogue.ts';
import { type Given, readGiven } from './given.ts';

/** `stop` ends an interactive session. */
export type Outcome = 'stop' | undefined;

/** A row of the table of commands. */
export interface Command extends CommandDescription {
  /**
   * Runs the command.
   *
   * @param argument everything behind the command's name
   * @param catalogue the commands of this run of the client
   */
  run(session: Session, argument: string, catalogue: Catalogue): Promise<Outcome>;
}

/** The values of options: null, or false for a switch, where an option is not given. */
export type OptionValues<O extends OptionTable> = {
  readonly [K in keyof O]: O[K] extends CommandOption<infer V> ? (V extends boolean ? V : V | null) : never;
};

/** What a command is called with. */
export interface CommandCall<O extends OptionTable> extends Given<OptionValues<O>> {
  /** Everything behind the command's name, as it was typed. */
  readonly argument: string;
  readonly catalogue: Catalogue;
}

interface Row<O extends OptionTable> extends CommandDescription {
  readonly options: O;
  run(session: Session, call: CommandCall<O>): Promise<Outcome> | Promise<void>;
}

/** A command from its row: the options are read by the row before its function runs. */
export function command<const O extends OptionTable>(row: Row<O>): Command {
  return {
    ...row,
    run: async (session, argument, catalogue) => {
      const given = await readGiven<OptionValues<O>>(session, row, words(argument));
      if (given === null) return undefined;
      const outcome = await row.run(session, { ...given, argument, catalogue });
      return outcome === 'stop' ? outcome : undefined;
    },
  };
}
