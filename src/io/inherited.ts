/**
 * The arguments and the environment of this process, byte for byte: Node puts U+FFFD in the place of bytes that are
 * not UTF-8. What the kernel has is read only where it did.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { COMMAND_MARK, givenName, hiddenVariables, launchRecord } from '../native/launch.ts';
import { fsdecode } from '../python/fs-encoding.ts';

const REPLACEMENT = '\ufffd';

/**
 * The environment as it is now, with the changes that this process has made to it and with what the launcher hides from
 * Node.js; a copy.
 */
export function inheritedEnvironment(): Record<string, string> {
  const environment: Record<string, string> = {};
  let isExact = true;
  for (const [name, value] of Object.entries({ ...process.env, ...hiddenVariables })) {
    // Node has no value for a name that is not UTF-8.
    if (value !== undefined) environment[name] = value;
    if (name.includes(REPLACEMENT) || value?.includes(REPLACEMENT)) isExact = false;
  }
  if (isExact) return environment;
  for (const bytes of listOf('environ')) {
    const equals = bytes.indexOf('=');
    if (equals <= 0) continue;
    const name = nameGiven(fsdecode(bytes.subarray(0, equals)));
    if (name === null) continue;
    const value = bytes.subarray(equals + 1);
    if (!name.isWellFormed() || environment[name] === value.toString()) environment[name] = fsdecode(value);
  }
  return environment;
}

function nameGiven(name: string): string | null {
  return launchRecord === null ? name : givenName(name, launchRecord);
}

/** How the command was called, as its help and its errors print it. */
export function calledAs(): string {
  if (launchRecord === null) return process.argv[1] ?? '';
  const { command } = launchRecord;
  if (!command.includes(REPLACEMENT)) return command;
  const mark = Buffer.from(`${COMMAND_MARK}=`);
  const exact = listOf('environ').find((bytes) => bytes.subarray(0, mark.length).equals(mark));
  return exact === undefined ? command : fsdecode(exact.subarray(mark.length));
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
