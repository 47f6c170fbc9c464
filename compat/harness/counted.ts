/**
 * Lets commands report what they have run of their code before they are killed; only for `npm run coverage`.
 *
 * @module
 */
import { readFileSync } from 'node:fs';

/** A command that does not report within this time is killed without. */
const LIMIT_MS = 10_000;

const asked = new Map<number, number>();

/** Whether the process is a command that still may report; it ends by itself afterwards. */
export function mayReport(pid: number): boolean {
  if (process.env.COVERAGE_REPORTS === undefined || !isCommand(pid)) return false;
  const since = asked.get(pid);
  if (since !== undefined) return Date.now() - since < LIMIT_MS;
  asked.set(pid, Date.now());
  // It ends a command that does not report: the caller would have killed it. Torture sends the daemon other signals.
  process.kill(pid, 'SIGIO');
  return true;
}

function isCommand(pid: number): boolean {
  return /\/dist\/bin\/\w+\.cjs\0/.test(readFileSync(`/proc/${pid}/cmdline`, 'latin1'));
}
