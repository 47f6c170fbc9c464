// Has the compiled code of the commands written (src/bin/compiled), by the Node.js that executes this.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './native.mjs';

/** Without the code the commands work as well, and start more slowly: a failure is reported by the script, and is none. */
export function writeCompiled(folder = root, node = process.execPath) {
  const script = join(folder, 'dist', 'commands', 'write-compiled.cjs');
  if (existsSync(script)) spawnSync(node, [script], { stdio: ['ignore', 'ignore', 'inherit'] });
}
