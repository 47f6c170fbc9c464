/**
 * Restarts of programs with a `restart_mode`, which the daemon does itself.
 *
 * @module
 */
import { FAULT_CODES } from '../rpc/faults.ts';
import { splitName } from './names/names.ts';
import type { RestartMode } from './wire/visord-api.ts';

/** @param name a process, or `group:*` */
export function hasRestartMode(name: string, modes: readonly RestartMode[]): boolean {
  const { group, process } = splitName(name);
  return modes.some((one) => one.group === group && (process === null || one.name === process));
}

/** The line for the result of one process. */
export function describeRestart(
  name: string,
  { status, description }: { readonly status: number; readonly description: string },
): string {
  if (status === FAULT_CODES.SUCCESS) return `${name}: restarted`;
  return status === FAULT_CODES.FAILED ? `${name}: ${description}` : `${name}: ERROR (${description})`;
}
