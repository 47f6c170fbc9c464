/**
 * The arguments and the environment of this process, byte for byte: Node puts U+FFFD in the place of bytes that are
 * not UTF-8. What the kernel has is read only where it did.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { fsdecode } from '../python/fs-encoding.ts';

const REPLACEMENT = '\ufffd';

/** The environment as it is now, with the changes that this process has made to it; a copy. */
export function inheritedEnvironment(): Record<string, string> {
  const environment: Record<string, string> = {};
  let isExact = true;
  for (const [name, value] of Object.entries({ ...process.env })) {
    // Node has no value for a name that is not UTF-8.
    if (value !== undefined) environment[name] = value;
    if (name.includes(REPLACEMENT) || value?.includes(REPLACEMENT)) isExact = false;
  }
  if (isExact) return environment;
  for (const bytes of listOf('environ')) {
    const equals = bytes.indexOf('=');
    if (equals <= 0) continue;
    const name = fsdecode(bytes.subarray(0, equals));
    const value = bytes.subarray(equals + 1);
    if (!name.isWellFormed() || environment[name] === value.toString()) environment[name] = fsdecode(value);
  }
  return environment;
}

/** What follows the name of the command on the command line. */
export function inheritedArguments(): string[] {
  const given = process.argv.slice(2);
  if (!given.some((argument) => argument.includes(REPLACEMENT))) return given;
  const exact = given.length === 0 ? [] : listOf('cmdline').slice(-given.length);
  return given.map((argument, index) => {
    const bytes = exact[index];
    return bytes !== undefined && bytes.toString() === argument ? fsdecode(bytes) : argument;
  });
}

/** A list of /proc/self, whose items end with a NUL; empty without /proc. */
function listOf(name: 'environ' | 'cmdline'): Buffer[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(`/proc/self/${name}`);
  } catch {
    return [];
  }
  const items: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0, start);
    items.push(bytes.subarray(start, end < 0 ? bytes.length : end));
    start = end < 0 ? bytes.length : end + 1;
  }
  return items;
}
