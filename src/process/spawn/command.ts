/**
 * From the `command` of a program to the file that is executed.
 *
 * Observed on the reference.
 *
 * @module
 */
import { constants } from 'node:fs';
import { accessSync } from '../../io/files.ts';
import { isFolder, pathStatus } from '../../native/posix.ts';
import { pythonRepr } from '../../python/repr.ts';
import { splitCommand } from '../../python/shlex.ts';
import { builtInCommand } from './stand-ins.ts';

/** The command of a process cannot be run; found before anything is forked. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly reason: CommandErrorReason;

  /** @param message the reference's text, as `can't find command 'x'` */
  constructor(reason: CommandErrorReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** `not-found` becomes fault NO_FILE, the others become NOT_EXECUTABLE. */
export type CommandErrorReason = 'not-found' | 'bad-command' | 'not-executable' | 'no-permission';

/** What execve is given. A relative `file` is executed from the program's directory, as execve does. */
export interface ResolvedCommand {
  readonly file: string;
  readonly argv: readonly string[];
}

const DEFAULT_PATH = '/bin:/usr/bin:/usr/local/bin';
const ANY_EXECUTE_BIT = 0o111;

/**
 * Finds the file of a command before anything is forked, so that a mistake is an answer to the request.
 * A relative file is looked for from the daemon's working directory.
 *
 * @param path the PATH to search; an empty one, as an empty entry, is the working directory
 * @throws CommandError with the reference's text
 */
export function resolveCommand(command: string, path: string | undefined): ResolvedCommand {
  const argv = split(command);
  const program = argv[0];
  if (program === undefined) {
    throw new CommandError('bad-command', 'command is empty');
  }
  const found = find(program, path ?? DEFAULT_PATH);
  const { file, mode } = found.mode === null ? orStandIn(program, found) : found;
  checkExecutable(file, mode);
  return { file, argv };
}

/**
 * Which PATH a program's command is searched in: its own, even if empty, else the daemon's if that is not empty.
 */
export function searchPath(
  environment: Readonly<Record<string, string>>,
  inherited: string | undefined,
): string | undefined {
  return environment.PATH ?? (inherited === '' ? undefined : inherited);
}

function split(command: string): readonly string[] {
  try {
    return splitCommand(command);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError('bad-command', `can't parse command ${pythonRepr(command)}: ${why}`);
  }
}

interface Candidate {
  readonly file: string;
  /** As `st_mode` of stat(2); null for a file that is missing. */
  readonly mode: number | null;
}

/**
 * The files that a command may execute: the first one that exists is taken.
 *
 * @throws CommandError for a command that is empty or cannot be parsed
 */
export function commandPlaces(command: string, path: string | undefined): readonly string[] {
  const [program] = split(command);
  if (program === undefined) throw new CommandError('bad-command', 'command is empty');
  return placesOf(program, path ?? DEFAULT_PATH);
}

function placesOf(program: string, path: string): readonly string[] {
  return program.includes('/') ? [program] : path.split(':').map((directory) => join(directory, program));
}

/** The first entry that exists is taken, even if it cannot be executed. */
function find(program: string, path: string): Candidate {
  for (const file of placesOf(program, path)) {
    const mode = modeOf(file);
    if (mode !== null) {
      return { file, mode };
    }
  }
  return { file: program, mode: null };
}

/** The kind of failure for a path. */
function orStandIn(program: string, missing: Candidate): Candidate {
  const file = builtInCommand(program);
  const mode = file === null ? null : modeOf(file);
  return file === null || mode === null ? missing : { file, mode };
}

/** Not `path.join`: the path is shown to the user unchanged, with every `..` of the entry. */
function join(directory: string, program: string): string {
  return directory === '' || directory.endsWith('/') ? directory + program : `${directory}/${program}`;
}

/** Paths that cannot be read (a folder without permission, a file as folder, a loop) count as missing. */
function modeOf(file: string): number | null {
  try {
    return pathStatus(file, true)?.mode ?? null;
  } catch {
    return null;
  }
}

function checkExecutable(file: string, mode: number | null): void {
  if (mode === null) {
    throw new CommandError('not-found', `can't find command ${pythonRepr(file)}`);
  }
  if (isFolder(mode)) {
    throw new CommandError('not-executable', `command at ${pythonRepr(file)} is a directory`);
  }
  if ((mode & ANY_EXECUTE_BIT) === 0) {
    throw new CommandError('not-executable', `command at ${pythonRepr(file)} is not executable`);
  }
  if (!mayExecute(file)) {
    throw new CommandError('no-permission', `no permission to run command ${pythonRepr(file)}`);
  }
}

/** Whether this process may execute the file; symlinks are followed. */
export function mayExecute(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
