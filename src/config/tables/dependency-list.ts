/**
 * The value of `depends_on=` and `part_of=`: names of programs or processes, each with a condition.
 *
 * @module
 */
import { strip } from '../../python/text.ts';
import { ConfigError } from '../config-error.ts';
import type { ValueType } from './option.ts';

/** What must be true of a dependency before its dependent starts. */
export const CONDITIONS = ['started', 'running', 'healthy', 'exited', 'completed'] as const;

export type Condition = (typeof CONDITIONS)[number];

/** One entry of `depends_on=`. */
export interface DependencyEntry {
  /** A program, a group, `group:process` or `group:*`, as it is written. */
  readonly target: string;
  /** Null where the entry has none: `running`, or `completed` for a program with `type=oneshot`. */
  readonly condition: Condition | null;
}

/**
 * Reads `db, cache:started, group:process:completed`. A last part that is a condition is the condition.
 *
 * @throws ConfigError for an empty name or too many parts
 */
export function parseDependencyList(text: string): readonly DependencyEntry[] {
  return text
    .split(/[,\n]/)
    .map(strip)
    .filter((entry) => entry !== '')
    .map(parseEntry);
}

/** The text that `parseDependencyList` reads back to the same entries. */
export function formatDependencyList(entries: readonly DependencyEntry[]): string {
  return entries
    .map(({ target, condition }) => (condition === null ? target : `${target}:${condition}`))
    .join(',');
}

/** Names with conditions, with commas between. */
export const dependencies: ValueType<readonly DependencyEntry[]> = {
  name: 'dependencies',
  parse: (value) => (value === '' ? NONE : parseDependencyList(value)),
  format: formatDependencyList,
  schema: { type: 'string' },
};

/** The same for all programs without dependencies. */
const NONE: readonly DependencyEntry[] = [];

function parseEntry(entry: string): DependencyEntry {
  const parts = entry.split(':').map(strip);
  const last = parts.at(-1) ?? '';
  const condition = parts.length > 1 && isCondition(last) ? last : null;
  const name = condition === null ? parts : parts.slice(0, -1);
  if (name.length > 2 || name.some((part) => part === '')) {
    throw new ConfigError(
      `'${entry}' is not a dependency: write program[:condition] or group:process[:condition], ` +
        `with a condition of ${CONDITIONS.join(', ')}`,
    );
  }
  return { target: name.join(':'), condition };
}

function isCondition(word: string): word is Condition {
  return (CONDITIONS as readonly string[]).includes(word);
}
