/**
 * What a command of `visord` is: a row of its table.
 *
 * @module
 */

export interface VisordArgument {
  /** As commander reads it: `<file>`, `[file]`, `<name...>`. */
  readonly usage: string;
  readonly help: string;
}

export interface VisordOption {
  /** As commander reads it: `--json`, `-c, --configuration <file>`. */
  readonly usage: string;
  readonly help: string;
  /** The first version with the option. */
  readonly since: string;
}

/** What a command is called with. */
export interface VisordCall {
  readonly words: readonly string[];
  /** By the long name in camel case; true for an option without a value. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface VisordCommand {
  readonly name: string;
  readonly arguments: readonly VisordArgument[];
  readonly options: readonly VisordOption[];
  /** One sentence. */
  readonly summary: string;
  /** More about the command, one paragraph an item. */
  readonly details: readonly string[];
  /** The exit codes of the command beside 0, and 2 for a wrong command line. */
  readonly exits: Readonly<Record<number, string>>;
  readonly since: string;
  /** Runs the command; the result is the exit code. What it needs is loaded here. */
  run(call: VisordCall): Promise<number>;
}
