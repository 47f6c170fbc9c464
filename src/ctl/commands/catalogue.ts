/**
 * The commands of one run of the client: its own, and those that plugins add under headings of their own.
 *
 * @module
 */
import type { CommandDescription } from '../description.ts';

export interface Catalogue<C extends CommandDescription = CommandDescription> {
  readonly own: readonly C[];
  readonly plugins: readonly {
    /** The heading in `help`. */
    readonly name: string;
    readonly commands: readonly C[];
  }[];
}

/** The client's own commands first. */
export function allCommands<C extends CommandDescription>({ own, plugins }: Catalogue<C>): readonly C[] {
  return plugins.length === 0 ? own : [...own, ...plugins.flatMap(({ commands }) => commands)];
}

export function findCommand<C extends CommandDescription>(
  catalogue: Catalogue<C>,
  name: string,
): C | undefined {
  return allCommands(catalogue).find((each) => each.name === name);
}
