/**
 * The program text behind a command: a script file, or what stands behind `sh -c`.
 *
 * @module
 */
import { basename, resolve } from 'node:path';
import type { ProcessConfig } from '../../config/types.ts';
import { readFileSync, statSync } from '../../io/files.ts';
import { CommandError, resolveCommand, searchPath } from '../../process/spawn/command.ts';
import { splitCommand } from '../../python/shlex.ts';

export interface Script {
  /** Path of the file; null for the argument of `-c`. */
  readonly path: string | null;
  readonly text: string;
}

const MAX_BYTES = 256 * 1024;
const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'ksh', 'zsh']);
/** Programs in front of the one that does the work. */
const INTERPRETER =
  /^(?:env|sudo|exec|nice|(?:ba|da|a|k|z)?sh|python[\d.]*|perl|ruby|node|php[\d.]*|uv|poetry)$/;

/** The script of a command; null where it is not text, or cannot be read. */
export function scriptOf(
  { command, directory, environment }: Pick<ProcessConfig, 'command' | 'directory' | 'environment'>,
  inheritedPath: string | undefined,
): Script | null {
  const argv = wordsOf(command);
  const inline = inlineScript(argv);
  if (inline !== null) {
    return { path: null, text: inline };
  }
  for (const [index, word] of argv.entries()) {
    // An interpreter may be a script itself, as those of pyenv.
    if (!word.startsWith('-') && !INTERPRETER.test(basename(word))) {
      const path =
        index === 0
          ? fileOfCommand(command, searchPath(environment, inheritedPath))
          : resolve(directory ?? '.', word);
      const text = path === null ? null : textOf(path);
      return path === null || text === null ? null : { path, text };
    }
  }
  return null;
}

/** The text behind `-c` of a shell; null for other commands. */
export function inlineScript(argv: readonly string[]): string | null {
  const shell = argv.findIndex((word) => SHELLS.has(basename(word)));
  if (shell < 0 || shell > 2) {
    return null;
  }
  const flag = argv.findIndex((word, index) => index > shell && /^-[a-z]*c$/.test(word));
  return flag < 0 ? null : (argv[flag + 1] ?? null);
}

/** The words of a command; none where it cannot be split. */
export function wordsOf(command: string): readonly string[] {
  try {
    return splitCommand(command);
  } catch {
    return [];
  }
}

function fileOfCommand(command: string, path: string | undefined): string | null {
  try {
    return resolve(resolveCommand(command, path).file);
  } catch (error) {
    if (error instanceof CommandError) {
      return null;
    }
    throw error;
  }
}

/** Null for what is not a short text. */
function textOf(path: string): string | null {
  try {
    const stats = statSync(path);
    if (!stats.isFile() || stats.size > MAX_BYTES) {
      return null;
    }
    const bytes = readFileSync(path);
    return bytes.includes(0) ? null : bytes.toString('utf8');
  } catch {
    return null;
  }
}
