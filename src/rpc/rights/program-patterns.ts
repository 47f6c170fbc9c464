/**
 * The patterns of `programs=`: which processes a user sees.
 *
 * @module
 */
import type { ProcessConfig } from '../../config/types.ts';
import { fnmatch, type Matcher } from '../../python/fnmatch.ts';
import { splitNamespec } from '../process-names.ts';

export interface ProgramPatterns {
  /** The patterns as they are written. */
  readonly text: string;
  /** Whether a process of a group is one of them. */
  matches(group: string, process: Pick<ProcessConfig, 'name' | 'program'>): boolean;
  /** Whether a name in a call can be that of one of them, also where there is no such process. */
  mayName(namespec: string): boolean;
}

/**
 * A pattern with a colon is for `GROUP:PROCESS`; one without is for the name of a process, or of the program that the
 * process is of.
 */
export function programPatterns(patterns: readonly string[]): ProgramPatterns {
  const compound = matcherOf(patterns.filter((pattern) => pattern.includes(':')));
  const plain = matcherOf(patterns.filter((pattern) => !pattern.includes(':')));
  return {
    text: patterns.join(', '),
    matches: (group, { name, program }) =>
      plain(name) || (program !== undefined && plain(program)) || compound(`${group}:${name}`),
    mayName: (namespec) => {
      const { group, process } = splitNamespec(namespec);
      return plain(process ?? group) || compound(`${group}:${process ?? '*'}`);
    },
  };
}

function matcherOf(patterns: readonly string[]): Matcher {
  const matchers = patterns.map(fnmatch);
  return (name) => matchers.some((matches) => matches(name));
}
