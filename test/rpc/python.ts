/** Python as a client: what its standard library makes of our bytes. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PYTHON = '/usr/bin/python3';

/** False on a machine without Python; such tests are skipped there, with a line about it. */
export const hasPython = existsSync(PYTHON);

/** Runs a script; what it prints is JSON. */
export function runPython(script: string, input: unknown): unknown {
  const run = spawnSync(PYTHON, ['-c', script], { input: JSON.stringify(input), encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`python3: ${run.stderr}`);
  return JSON.parse(run.stdout);
}
