/**
 * The value of `environment=`: `KEY="value",KEY2=value2`.
 *
 * @module
 */
import { splitWordsAndPunctuation } from '../../python/shlex.ts';
import { ConfigError } from '../config-error.ts';

/** Characters that a value may have without quotes, beside letters, digits and `_`. */
const UNQUOTED = '/.+-():';

/** Reads the list; a repeated key takes the last value. @throws ConfigError */
export function parseEnvironment(text: string): Record<string, string> {
  if (text === '') return {};
  const tokens = splitTokens(text);
  const variables = new Map<string, string>();
  for (let at = 0; at < tokens.length; at += 4) {
    const [key, equals, value] = tokens.slice(at, at + 3);
    if (key === undefined || equals !== '=' || value === undefined) {
      throw new ConfigError(`Unexpected end of key/value pairs in value '${text}'`);
    }
    variables.set(key, value);
  }
  return Object.fromEntries(variables);
}

/** Writes a list that `parseEnvironment` reads back. */
export function formatEnvironment(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([key, value]) => `${/^\w+$/.test(key) ? key : quote(key)}=${quote(value)}`)
    .join(',');
}

function splitTokens(text: string): string[] {
  try {
    return splitWordsAndPunctuation(text, UNQUOTED);
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error));
  }
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
