// The commands that a script runs: a signal for the script is passed on to them, and nothing is started after it.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './native.mjs';

/** The script of vitest: a signal for `npx` would not reach it. */
export const VITEST = join(root, 'node_modules', 'vitest', 'vitest.mjs');

const running = new Set();
let isSignalled = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    isSignalled = true;
    for (const child of running) child.kill(signal);
  });
}

/** Not executed after a signal. */
const NOT_STARTED = 1;

/**
 * @param stdio of the command, as `spawn` takes it
 * @returns the process, null after a signal; and its exit code when it has ended and all of its output has been read
 */
export function start(command, args, stdio, env = process.env) {
  if (isSignalled) return { child: null, ended: Promise.resolve(NOT_STARTED) };
  const child = spawn(command, args, { cwd: root, stdio, env });
  running.add(child);
  const ended = new Promise((resolve) => {
    child.on('error', (error) => {
      process.stderr.write(`${command}: ${error.message}\n`);
      resolve(127);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
  return { child, ended: ended.finally(() => running.delete(child)) };
}
