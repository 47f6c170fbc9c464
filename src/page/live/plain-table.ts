/**
 * Reads the processes from the table of the plain page, which are shown before the first answer of the daemon.
 *
 * @module
 */
import type { StateName } from '../../process/machine/states.ts';
import { type Row, rowOf } from '../model/process.ts';

export function readPlainTable(): Row[] {
  return [...document.querySelectorAll('#wrapper tbody tr')].flatMap((line) => {
    const [state, description, title] = [...line.querySelectorAll('td')].map(
      (cell) => cell.textContent?.trim() ?? '',
    );
    if (state === undefined || title === undefined) return [];
    const [group = title, name = title] = title.split(/:(.*)/s);
    const [, pid = '0'] = /^pid (\d+)/.exec(description ?? '') ?? [];
    return [plainRow(group, name, state.toUpperCase() as StateName, Number(pid), description ?? '')];
  });
}

function plainRow(group: string, name: string, statename: StateName, pid: number, description: string): Row {
  const status = {
    group,
    name,
    statename,
    pid,
    description,
    start: 0,
    stop: 0,
    exitstatus: 0,
    ended_well: true,
    disabled: false,
    waiting: false,
    health: '',
    healthy: true,
    reloadable: false,
    stdout: true,
    stderr: true,
  };
  return rowOf(status, null);
}
