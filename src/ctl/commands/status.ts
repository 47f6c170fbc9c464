/**
 * `status`: the state of every process.
 *
 * @module
 */

import { STATE_CODES, STOPPED_STATES } from '../../process/machine/states.ts';
import { lines } from '../description.ts';
import { EXIT } from '../exit-codes.ts';
import { splitName } from '../names/names.ts';
import { expandPatterns } from '../names/patterns.ts';
import type { Session } from '../session.ts';
import { type ProcessInfo, readProcesses, type VersionAndProcesses } from '../wire/supervisor-api.ts';
import { FaultError } from '../wire/trouble.ts';
import { command } from './command.ts';
import { hintAtName } from './hints.ts';
import { JSON_OPTION, toJson } from './json.ts';
import { formatStatuses } from './status-lines.ts';
import { isUp } from './upcheck.ts';

const STOPPED_CODES: ReadonlySet<number> = new Set([...STOPPED_STATES].map((name) => STATE_CODES[name]));

export const status = command({
  name: 'status',
  arguments: [{ name: 'name', kind: 'process', isOptional: true, isRepeated: true }],
  options: { json: JSON_OPTION },
  summary: 'Prints the state of processes, one per line.',
  help: lines(
    'status <name>\t\tGet status for a single process',
    'status <gname>:*\tGet status for all processes in a group',
    'status <name> <name>\tGet status for multiple named processes',
    'status\t\t\tGet all process status info',
  ),
  details: [
    'A line has the name, the state and a description: pid and uptime of a process that runs, the reason of a failure, ' +
      'or the time of the last stop.',
    'The exit codes are those of LSB for status, so that scripts can test a program.',
  ],
  exits: {
    statusNotRunning: 'A listed process is STOPPED, EXITED, FATAL or UNKNOWN.',
    statusUnknown: 'A name is unknown, or the server did not answer.',
  },
  isForFleet: true,
  isStock: true,
  since: '0.1.0',
  run: (session, { words, options }) => showStatus(session, words, options.json),
});

/** Prints the states of the named processes, or of all; `open` ends with it too. */
export async function showStatus(session: Session, given: readonly string[], isJson = false): Promise<void> {
  const infos = await readInfos(session);
  if (infos === null) {
    session.exitStatus = EXIT.statusUnknown;
    return;
  }
  const names = session.hasPatterns ? expandPatterns(given, infos) : given;
  const { chosen, missing } = chooseProcesses(infos, names);
  for (const { name, line } of missing) {
    if (isJson) session.out.error(line);
    else session.print(line);
    session.exitStatus = EXIT.statusUnknown;
    await hintAtName(session, name);
  }
  if (isJson) session.print(toJson(chosen));
  else for (const line of formatStatuses(chosen, session.hasColour)) session.print(line);
  if (chosen.some(isDown)) session.exitStatus = EXIT.statusNotRunning;
}

/** True for a process whose state makes `status` end with exit code 3. */
export function isDown({ state }: Pick<ProcessInfo, 'state'>): boolean {
  return STOPPED_CODES.has(state);
}

/** Version and processes in one request: the round trip is half of a short command. Null where no server answers. */
async function readInfos(session: Session): Promise<readonly ProcessInfo[] | null> {
  let both: VersionAndProcesses | null = null;
  const getVersion = async (): Promise<unknown> => {
    try {
      both = await session.supervisor.getVersionAndProcesses();
    } catch (error) {
      // A server need not have multicall.
      if (error instanceof FaultError) return session.supervisor.getVersion();
      throw error;
    }
    const { version } = both;
    if (version instanceof FaultError) throw version;
    return version;
  };
  if (!(await isUp(session, getVersion))) return null;
  const answer = both as VersionAndProcesses | null;
  return answer === null ? session.supervisor.getAllProcessInfo() : readProcesses(answer.infos);
}

export interface Choice {
  readonly chosen: readonly ProcessInfo[];
  /** Unknown names, each with its error line. */
  readonly missing: readonly { readonly name: string; readonly line: string }[];
}

/** The processes that the names mean, in the order of the names; all without a name. */
export function chooseProcesses(infos: readonly ProcessInfo[], names: readonly string[]): Choice {
  if (names.length === 0 || names.includes('all')) return { chosen: infos, missing: [] };
  const missing: Choice['missing'][number][] = [];
  const chosen = names.flatMap((name) => {
    const { group, process } = splitName(name);
    const found = infos.filter((info) => info.group === group && (process === null || info.name === process));
    if (found.length === 0) {
      const line = process === null ? `${group}: ERROR (no such group)` : `${name}: ERROR (no such process)`;
      missing.push({ name, line });
    }
    return found;
  });
  return { chosen, missing };
}
