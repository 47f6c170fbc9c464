/**
 * How this process was started, to start another one in the same way.
 *
 * @module
 */
import { calledAs, inheritedArguments, inheritedEnvironment } from '../../io/inherited.ts';
import { launchRecord } from '../../native/launch.ts';

export interface OwnCommand {
  /** The path to execute, perhaps relative to the working directory at the start. */
  readonly file: string;
  /** As execve takes it. */
  readonly argv: string[];
}

/** Through the launcher where this process was started by it, so that it is the version that is installed now. */
export function ownCommand(): OwnCommand {
  const words = inheritedArguments();
  if (launchRecord !== null) return { file: calledAs(), argv: [calledAs(), ...words] };
  return { file: process.execPath, argv: [process.argv0, ...process.execArgv, calledAs(), ...words] };
}

/** As execve takes it, one `NAME=value` each. @param changes variables beside our own, or in their place */
export function ownEnvironment(changes: Readonly<Record<string, string>> = {}): string[] {
  return Object.entries({ ...inheritedEnvironment(), ...changes }).map(([name, value]) => `${name}=${value}`);
}
