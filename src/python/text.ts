/**
 * What Python takes for white space, numbers and order in text, where JavaScript differs.
 * Real files were written for the reference, so its rules decide.
 *
 * @module
 */

import { pythonRepr } from './repr.ts';

const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const BETWEEN = new RegExp(`[${SPACE}]+`);
const ONE = new RegExp(`^[${SPACE}]$`);

/** True for one character that Python's `str.isspace` accepts. */
export function isSpace(character: string): boolean {
  return ONE.test(character);
}

/** `str.strip()`. */
export function strip(text: string): string {
  return isTight(text) ? text : stripEnd(stripStart(text));
}

/** `str.rstrip()`. */
export function stripEnd(text: string): string {
  // A pattern that ends in `$` is tried at every blank of the text: a long run of them takes hours.
  let end = text.length;
  while (end > 0 && isSpace(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** `str.rstrip(character)`. */
export function withoutEnd(text: string, character: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === character) end -= 1;
  return text.slice(0, end);
}

/** `str.lstrip()`. */
export function stripStart(text: string): string {
  let start = 0;
  while (start < text.length && isSpace(text.charAt(start))) start += 1;
  return text.slice(start);
}

/** `str.split()`: the words between white space. */
export function words(text: string): string[] {
  const inner = strip(text);
  return inner === '' ? [] : inner.split(BETWEEN);
}

/** Cheap test that saves most values the regular expressions: both ends are printable ASCII. */
function isTight(text: string): boolean {
  if (text === '') return true;
  return isVisibleAscii(text.charCodeAt(0)) && isVisibleAscii(text.charCodeAt(text.length - 1));
}

function isVisibleAscii(code: number): boolean {
  return code > 0x20 && code < 0x7f;
}

const DECIMAL = /^[+-]?\d+(?:_\d+)*$/;
/** Python refuses longer numbers (`sys.set_int_max_str_digits`). */
const MAX_DIGITS = 4300;
const OCTAL = /^[+-]?(?:0[oO]_?)?[0-7]+(?:_[0-7]+)*$/;

/** `int(text)`, or null where Python raises ValueError. Numbers that lose digits are kept at the edge of what is exact. */
export function decimalInteger(text: string): number | null {
  const value = exactInteger(text);
  if (typeof value === 'bigint') return value < 0 ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER;
  return value;
}

/** `int(text)`, or null where Python raises ValueError; a bigint where a number would lose digits. */
export function exactInteger(text: string): number | bigint | null {
  const digits = strip(text);
  if (!DECIMAL.test(digits) || countDigits(digits) > MAX_DIGITS) return null;
  const plain = digits.replaceAll('_', '');
  const value = Number(plain) + 0;
  return Number.isSafeInteger(value) ? value : BigInt(plain.replace('+', ''));
}

/** The message of the ValueError of `int(text)`. */
export function integerError(text: string): string {
  const digits = strip(text);
  if (DECIMAL.test(digits)) {
    return (
      `Exceeds the limit (${MAX_DIGITS} digits) for integer string conversion: value has ${countDigits(digits)} digits; ` +
      'use sys.set_int_max_str_digits() to increase the limit'
    );
  }
  const shown = [...pythonRepr(text)].slice(0, SHOWN_CHARACTERS).join('');
  return `invalid literal for int() with base 10: ${shown}`;
}

const SHOWN_CHARACTERS = 200;

function countDigits(text: string): number {
  return text.length <= MAX_DIGITS ? text.length : text.replace(/\D/g, '').length;
}

/** `int(text, 8)`, or null where Python raises ValueError. */
export function octalInteger(text: string): number | null {
  const digits = strip(text);
  if (!OCTAL.test(digits)) return null;
  const value = Number.parseInt(digits.replace(/[oO_+-]/g, ''), 8);
  return digits.startsWith('-') ? 0 - value : value;
}
