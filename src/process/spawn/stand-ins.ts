/**
 * Commands of Python packages that come with the daemon, for machines where the package is not installed.
 *
 * @module
 */
import { basename, join } from 'node:path';
import { packageFolder } from '../../native/addon.ts';

/** The listener of the package supervisor_stdout, which many container images have beside its result handler. */
const STAND_INS: ReadonlySet<string> = new Set(['supervisor_stdout']);

/** The file to execute in place of a program that was not found, or null. */
export function builtInCommand(program: string): string | null {
  const name = basename(program);
  return STAND_INS.has(name) ? join(packageFolder, 'dist', 'bin', name) : null;
}
