/**
 * Why a process is in its state, in the words of the server: what it waits for, why it failed, what its checks report.
 *
 * @module
 */
import type { ProcessInfo } from '../wire/supervisor-api.ts';

/** `pid 12, uptime 1 day, 2:03:04`, which has columns of its own; the rest is what the process or its checks report. */
const RUNS = /^pid \d+, uptime (?:\d+ days?, )?\d+:\d\d:\d\d(?:, )?/;

/** Empty for a process that runs and reports nothing, and for one that was not started. */
export function reasonOf(info: ProcessInfo): string {
  const { statename, description, exitstatus, spawnerr } = info;
  if (statename === 'EXITED') {
    const status = exitstatus === undefined || exitstatus < 0 ? '' : `exit status ${exitstatus}, `;
    return status + description + (spawnerr === '' || description.includes(spawnerr) ? '' : `, ${spawnerr}`);
  }
  if (statename === 'STOPPED') return description === 'Not started' ? '' : description;
  return description.replace(RUNS, '');
}
