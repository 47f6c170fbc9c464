/**
 * Commands and folders of programs that do not exist: their starts fail.
 *
 * @module
 */
import { statSync } from '../../io/files.ts';
import { CommandError, resolveCommand, searchPath } from '../../process/spawn/command.ts';
import type { FindingKind, Found } from '../finding.ts';
import { programsOf, type Subject } from '../subject.ts';

const DOCS = 'reference/configuration.md';

export const MISSING_FILES: readonly FindingKind[] = [
  {
    id: 'missing-command',
    severity: 'warning',
    looksFor: 'A command that is not found in the PATH of this shell, or cannot be executed.',
    docs: DOCS,
    find: missingCommands,
  },
  {
    id: 'missing-directory',
    severity: 'warning',
    looksFor: 'A `directory` of a program that does not exist.',
    docs: DOCS,
    find: missingDirectories,
  },
  {
    id: 'special-include',
    severity: 'warning',
    looksFor: 'A folder or a socket that `[include]` names: it is ignored.',
    docs: DOCS,
    find: ({ specialFiles }) =>
      specialFiles.map((path) => ({
        section: 'include',
        key: 'files',
        message: `${path} is not a file; it is passed over.`,
      })),
  },
];

function* missingCommands(subject: Subject): Iterable<Found> {
  const errors = new Map<string, string | null>();
  for (const { section, processes } of programsOf(subject)) {
    const messages = new Set<string>();
    for (const { command, environment } of processes) {
      const path = searchPath(environment, subject.environment.PATH);
      // The processes of a program differ in their arguments at most.
      const key = JSON.stringify([command, path]);
      const message = errors.get(key) ?? (errors.has(key) ? null : commandError(command, path));
      errors.set(key, message);
      if (message !== null) {
        messages.add(message);
      }
    }
    for (const message of messages) {
      yield { section, key: 'command', message };
    }
  }
}

function commandError(command: string, path: string | undefined): string | null {
  try {
    resolveCommand(command, path);
    return null;
  } catch (error) {
    if (error instanceof CommandError) {
      return error.message;
    }
    throw error;
  }
}

function* missingDirectories(subject: Subject): Iterable<Found> {
  for (const { section, processes } of programsOf(subject)) {
    const folders = new Set(processes.flatMap(({ directory }) => (directory === null ? [] : [directory])));
    for (const folder of folders) {
      if (!isFolder(folder)) {
        yield { section, key: 'directory', message: `${folder} is not an existing folder.` };
      }
    }
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
