// Writes the compiled code of the commands (src/bin/compiled) with the Node.js that executes this.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './native.mjs';

/** Without the code the commands work as well, and start more slowly: the script reports a failure, and the build goes on. */
export function writeCompiled(folder = root, node = process.execPath) {
  const script = join(folder, 'dist', 'commands', 'write-compiled.cjs');
  if (existsSync(script)) spawnSync(node, [script], { stdio: ['ignore', 'ignore', 'inherit'] });
}
