/**
 * Which changes of files count, and which processes they restart.
 *
 * @module
 */
import type { HostedProcess } from '../../process/host.ts';
import { fnmatch, type Matcher } from '../../python/fnmatch.ts';

/** Folders that version control and Python write to without a change of the program. */
const LEFT_OUT_FOLDERS: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', '__pycache__']);

/** Temporary files of editors; 4913 is Vim's test whether it can write. */
const LEFT_OUT_FILES = ['*~', '.*.sw?', '.#*', '#*#', '4913'].map(fnmatch);

export function isFolderLeftOut(name: string): boolean {
  return LEFT_OUT_FOLDERS.has(name);
}

/** @param patterns of `restart_file_pattern`. Returns whether a file counts, by its path from the watched folder on. */
export function fileFilter(patterns: readonly string[]): Matcher {
  const matchers = patterns.map((pattern) => {
    const matches = fnmatch(pattern);
    return pattern.includes('/') ? matches : (path: string) => matches(baseOf(path));
  });
  return (path) => {
    const base = baseOf(path);
    return !LEFT_OUT_FILES.some((matches) => matches(base)) && matchers.some((matches) => matches(path));
  };
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * What a change does with a process: `restart` one that runs, or is tried again, or was given up. One that was stopped, or
 * has ended and is not to be started again, is left as it is; so is one that was started after the change.
 */
export function effectOn(process: HostedProcess, changedAtMs: number): 'restart' | 'nothing' {
  const { state, pid, config, willRestart, isDisabled, runId } = process;
  if (config.schedule.cron !== null || runId > changedAtMs) return 'nothing';
  switch (state) {
    case 'STARTING':
    case 'RUNNING':
      return pid > 0 ? 'restart' : 'nothing';
    case 'BACKOFF':
      return 'restart';
    case 'FATAL':
      return isDisabled ? 'nothing' : 'restart';
    case 'EXITED':
      return willRestart ? 'restart' : 'nothing';
    default:
      return 'nothing';
  }
}
