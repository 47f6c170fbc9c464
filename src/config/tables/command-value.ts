/**
 * The values of keys with a command beside that of the program: hooks, the stop command, checks and their actions.
 *
 * @module
 */
import { pythonRepr } from '../../python/repr.ts';
import { splitCommand } from '../../python/shlex.ts';
import { ConfigError } from '../config-error.ts';
import type { ValueType } from './option.ts';

/** Arguments are split as in a POSIX shell. */
export const commandText: ValueType<string> = {
  name: 'command',
  about: 'A command with its arguments; quotes and backslashes as in a POSIX shell.',
  parse: (value) => {
    checkCommand(value);
    return value;
  },
  format: (value) => value,
};

/** As `commandText`, with a `-` in front where a failure is to be ignored. */
export const hookCommand: ValueType<string> = {
  ...commandText,
  parse: (value) => {
    checkCommand(value.startsWith('-') ? value.slice(1) : value);
    return value;
  },
};

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
