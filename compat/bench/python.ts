/**
 * Runs Python scripts: clients and listeners in separate processes, which measure their own costs.
 *
 * @module
 */
import { PYTHON } from '../harness/debian.ts';
import { findCommand } from '../harness/needs.ts';
import { runCommand } from '../harness/processes.ts';

/**
 * The interpreter of the reference, or the first one that is found.
 *
 * @throws Error where there is none
 */
export function pythonCommand(): string {
  const python = findCommand(PYTHON);
  if (python === null) throw new Error('this needs python3');
  return python;
}

/**
 * Runs a script that prints JSON, and returns what it printed.
 *
 * @throws Error with its stderr where it fails or takes longer than `seconds`
 */
export async function askPython(
  dir: string,
  script: string,
  args: readonly string[],
  options: { seconds: number; stdin?: string },
): Promise<unknown> {
  const { code, stdout, stderr } = await runCommand(
    [pythonCommand(), '-I', '-c', script, ...args],
    dir,
    options,
  );
  if (code !== 0) throw new Error(`a script failed: ${stderr.trim() || `exit code ${code}`}`);
  return JSON.parse(stdout);
}
