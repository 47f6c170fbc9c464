/**
 * The values of keys with a command beside that of the program: hooks, the stop command, checks and their actions.
 *
 * @module
 */
import { pythonRepr } from '../../python/repr.ts';
import { splitCommand } from '../../python/shlex.ts';
import { strip } from '../../python/text.ts';
import { ConfigError } from '../config-error.ts';
import type { ValueType } from './option.ts';

/** Arguments are split as in a POSIX shell. Without text there is no command, also where all programs have one by default. */
export const commandText = commandValue((value) => value);

/** As `commandText`, with a `-` in front where a failure is to be ignored. */
export const hookCommand = commandValue((value) => (value.startsWith('-') ? value.slice(1) : value));

/** @param commandOf the part of the value that is executed */
function commandValue(commandOf: (value: string) => string): ValueType<string | null> {
  return {
    name: 'command',
    about: 'A command with its arguments; quotes and backslashes as in a POSIX shell. Empty: none.',
    parse: (value) => {
      if (strip(value) === '') return null;
      checkCommand(commandOf(value));
      return value;
    },
    format: (value) => value ?? '',
  };
}

/** @throws ConfigError where the text cannot be split into a command and its arguments */
export function checkCommand(command: string): void {
  if (wordsOf(command).length === 0) throw new ConfigError(`no command in ${pythonRepr(command)}`);
}

function wordsOf(command: string): readonly string[] {
  try {
    return splitCommand(command);
  } catch (error) {
    throw new ConfigError(`not a valid command: ${pythonRepr(command)}: ${(error as Error).message}`);
  }
}
