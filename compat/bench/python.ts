/**
 * Python scripts: clients and listeners that are processes of their own, and costs that are counted where they arise.
 *
 * @module
 */
import { PYTHON } from '../harness/debian.ts';
import { findCommand } from '../harness/needs.ts';
import { runCommand } from '../harness/processes.ts';

/**
 * The interpreter that the reference runs in, else the first one there is.
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
