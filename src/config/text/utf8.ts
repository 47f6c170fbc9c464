/**
 * A decoder of UTF-8 that reports the place of an error, as Python does.
 *
 * @module
 */
import { ConfigError } from '../config-error.ts';

/** Decodes a file; a byte order mark is dropped. @throws ConfigError that names the first wrong byte and its position */
export function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ConfigError(describeFirstError(bytes));
  }
}

function describeFirstError(bytes: Buffer): string {
  let at = 0;
  while (at < bytes.length) {
    const sequence = readSequence(bytes, at);
    if (sequence.problem !== null) return describe(bytes, at, sequence.length, sequence.problem);
    at += sequence.length;
  }
  return 'invalid UTF-8';
}

function describe(bytes: Buffer, at: number, length: number, problem: string): string {
  const what =
    length === 1
      ? `byte 0x${(bytes[at] ?? 0).toString(16).padStart(2, '0')} in position ${at}`
      : `bytes in position ${at}-${at + length - 1}`;
  return `'utf-8' codec can't decode ${what}: ${problem}`;
}

/** One character, or the part of one that is broken. */
function readSequence(bytes: Buffer, at: number): { length: number; problem: string | null } {
  const first = bytes[at] ?? 0;
  const wanted =
    first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (wanted === 0) return { length: 1, problem: 'invalid start byte' };
  for (let length = 1; length < wanted; length += 1) {
    const next = bytes[at + length];
    if (next === undefined) return { length, problem: 'unexpected end of data' };
    if (!continues(first, next, length)) return { length, problem: 'invalid continuation byte' };
  }
  return { length: wanted, problem: null };
}

/** The second byte's range depends on the first: no overlong forms, no surrogates, nothing past U+10FFFF. */
function continues(first: number, next: number, index: number): boolean {
  const low = index > 1 ? 0x80 : first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = index > 1 ? 0xbf : first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  return next >= low && next <= high;
}
