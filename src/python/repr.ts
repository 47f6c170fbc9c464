/**
 * Python's `repr`, which the reference's error texts and log lines are full of.
 *
 * @module
 */

const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const UNPRINTABLE = /[\\\p{C}\p{Z}]/gu;

/** A value as `%r` prints it: text, numbers, booleans, null (`None`), arrays (lists) and records (dicts). */
export function pythonRepr(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'string') return reprText(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  if (value instanceof Map) return reprItems([...value]);
  if (typeof value === 'object') return reprItems(Object.entries(value));
  return String(value);
}

/** Python's `ascii`: as `repr`, with everything beyond ASCII escaped. */
export function pythonAscii(value: unknown): string {
  return pythonRepr(value).replace(/[^ -~]/gu, escapeCharacter);
}

/** Text on one line: control characters, line ends too, are escaped as in `repr`. */
export function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, escapeCharacter);
}

function reprText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(UNPRINTABLE, (character) =>
    character === ' ' ? ' ' : escapeCharacter(character),
  );
  return quote + (quote === "'" ? body.replaceAll("'", "\\'") : body) + quote;
}

function reprItems(items: readonly (readonly [unknown, unknown])[]): string {
  return `{${items.map(([key, item]) => `${pythonRepr(key)}: ${pythonRepr(item)}`).join(', ')}}`;
}

function escapeCharacter(character: string): string {
  const short = ESCAPED[character];
  if (short !== undefined) return short;
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, '0')}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
