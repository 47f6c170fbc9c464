/**
 * How this very program was started, for one that is to be started in the same way.
 *
 * @module
 */

import { inheritedArguments, inheritedEnvironment } from '../../io/inherited.ts';

/** As execve takes it. */
export function ownCommandLine(): string[] {
  return [process.argv0, ...process.execArgv, process.argv[1] ?? '', ...inheritedArguments()];
}

/** As execve takes it, one `NAME=value` each. @param changes variables beside our own, or in their place */
export function ownEnvironment(changes: Readonly<Record<string, string>> = {}): string[] {
  return Object.entries({ ...inheritedEnvironment(), ...changes }).map(([name, value]) => `${name}=${value}`);
}
