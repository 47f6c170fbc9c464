/**
 * The command `echo_supervisord_conf`: prints a sample configuration. Arguments are ignored.
 *
 * @module
 */
import { writeSync } from 'node:fs';
import { sampleConfig } from '../config/sample.ts';

const STDERR = 2;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that closes the pipe early, as `head` does, gets no error message.
  if (error.code !== 'EPIPE') {
    writeSync(STDERR, `Error: cannot write the sample: ${error.message}\n`);
  }
  process.exit(1);
});
process.stdout.write(sampleConfig());
