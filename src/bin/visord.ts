/**
 * The command `visord`: subcommands that the stock package does not have.
 *
 * @module
 */
import { writeSync } from 'node:fs';
import { inheritedArguments } from '../io/inherited.ts';
import { fsencode, showEscapes } from '../python/fs-encoding.ts';
import { runVisord } from './visord/program.ts';
import { VISORD_COMMANDS } from './visord/table.ts';

const STDOUT = 1;
const STDERR = 2;

runVisord(inheritedArguments(), VISORD_COMMANDS, {
  out: (text) => void writeSync(STDOUT, fsencode(text)),
  error: (text) => void writeSync(STDERR, showEscapes(text)),
}).then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    writeSync(STDERR, `${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
