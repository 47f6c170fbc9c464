/**
 * `supervisord -v` and `supervisord -h`. They do not load the daemon, because they need only a small part of its code.
 *
 * @module
 */
import { writeSync } from 'node:fs';
import { calledAs, inheritedArguments } from '../io/inherited.ts';
import { DAEMON_EXITS } from './daemon-exits.ts';
import { parseSupervisordFlags } from './flags.ts';

const STDOUT = 1;
const STDERR = 2;

try {
  const parsed = parseSupervisordFlags(inheritedArguments(), calledAs());
  if (parsed.kind !== 'print') throw new Error(`not a flag that prints: ${inheritedArguments().join(' ')}`);
  writeSync(STDOUT, parsed.text);
  process.exit(0);
} catch (error) {
  writeSync(STDERR, `${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(DAEMON_EXITS.failure.code);
}
