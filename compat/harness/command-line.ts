/**
 * What the commands of this folder have in common: options, exit codes, and their end on a signal.
 *
 * @module
 */
import { type Command, CommanderError, InvalidArgumentError } from 'commander';

const WRONG_USAGE = 2;
const INTERRUPTED = 130;

/**
 * Reads the options, runs the command and ends the process with its exit code: 2 for wrong usage, 1 for an error that
 * nothing has caught, 130 for a signal.
 *
 * @param program with `exitOverride`
 */
export function runMain<O extends object>(program: Command, main: (options: O) => Promise<number>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => process.exit(INTERRUPTED));
  }
  parseAndRun(program, main).then(
    (code) => process.exit(code),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.exit(1);
    },
  );
}

async function parseAndRun<O extends object>(
  program: Command,
  main: (options: O) => Promise<number>,
): Promise<number> {
  try {
    program.parse();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
    throw error;
  }
  return main(program.opts<O>());
}

/** Prints why the command line is wrong; returns the exit code. */
export function usage(message: string): number {
  process.stderr.write(`error: ${message}\n`);
  return WRONG_USAGE;
}

/** The items whose names begin with a name of `--only`; a name that matches none is returned as unknown. */
export function chooseByName<T extends { readonly name: string }>(
  all: readonly T[],
  only: readonly string[] = [''],
): { readonly chosen: readonly T[]; readonly unknown: readonly string[] } {
  return {
    chosen: all.filter((one) => only.some((name) => one.name.startsWith(name))),
    unknown: only.filter((name) => !all.some((one) => one.name.startsWith(name))),
  };
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** For an option that takes a number from 0. @throws InvalidArgumentError */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('a whole number is needed');
  return value;
}

/** For an option that takes a number from 1. @throws InvalidArgumentError */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('a whole number above 0 is needed');
  return value;
}
