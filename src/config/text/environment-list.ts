/**
 * The value of `environment=`: `KEY="value",KEY2=value2`.
 *
 * @module
 */
import { splitKeepingQuotes, splitWordsAndPunctuation } from '../../python/shlex.ts';
import { ConfigError } from '../config-error.ts';

/**
 * How quotes are read. `stock`: as released versions of the reference do, without escapes, and quotes are dropped at the
 * ends of a value only. `posix`: as in a shell.
 */
export const QUOTINGS = ['stock', 'posix'] as const;

export type Quoting = (typeof QUOTINGS)[number];

type Variables = Readonly<Record<string, string>>;

/** Characters that a value may have without quotes, beside letters, digits and `_`. */
const UNQUOTED = '/.+-():';

/** Reads the list; a repeated key takes the last value. @throws ConfigError */
export function parseEnvironment(text: string, quoting: Quoting = 'stock'): Record<string, string> {
  if (text === '') return {};
  const tokens = splitTokens(text, quoting);
  const variables = new Map<string, string>();
  for (let at = 0; at < tokens.length; at += 4) {
    const [key, equals, value] = tokens.slice(at, at + 3);
    if (key === undefined || equals !== '=' || value === undefined) {
      throw new ConfigError(`Unexpected end of key/value pairs in value '${text}'`);
    }
    variables.set(key, quoting === 'stock' ? withoutQuotes(value) : value);
  }
  return Object.fromEntries(variables);
}

/**
 * Writes a list that `parseEnvironment` reads back with the same quoting.
 *
 * @throws RangeError for a value with both kinds of quotes that stock quoting cannot write; no list reads as one
 */
export function formatEnvironment(environment: Variables, quoting: Quoting = 'stock'): string {
  const format = quoting === 'stock' ? stockPair : posixPair;
  return Object.entries(environment)
    .map(([key, value]) => format(key, value))
    .join(',');
}

/** Whether the two quotings read another list, or only one of them reads one at all. */
export function dependsOnQuoting(text: string): boolean {
  return readingOf(text, 'stock') !== readingOf(text, 'posix');
}

function readingOf(text: string, quoting: Quoting): string {
  try {
    return JSON.stringify(Object.entries(parseEnvironment(text, quoting)));
  } catch (error) {
    if (error instanceof ConfigError) return 'none';
    throw error;
  }
}

function splitTokens(text: string, quoting: Quoting): string[] {
  try {
    return quoting === 'stock'
      ? splitKeepingQuotes(text, UNQUOTED)
      : splitWordsAndPunctuation(text, UNQUOTED);
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error));
  }
}

/** `str.strip('\'"')` */
function withoutQuotes(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isQuote(text[start])) start += 1;
  while (end > start && isQuote(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function isQuote(character: string | undefined): boolean {
  return character === '"' || character === "'";
}

/** A key is written as it was read, with the quotes that belong to it. */
function stockPair(key: string, value: string): string {
  if (!value.includes('"')) return `${key}="${value}"`;
  if (!value.includes("'")) return `${key}='${value}'`;
  if (splitKeepingQuotes(value, UNQUOTED)[0] !== value || value.includes('#')) {
    throw new RangeError(`no environment list has the value ${value}`);
  }
  return `${key}=${value}`;
}

function posixPair(key: string, value: string): string {
  return `${/^\w+$/.test(key) ? key : posixQuote(key)}=${posixQuote(value)}`;
}

function posixQuote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
