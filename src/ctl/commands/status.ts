/**
 * `status`: what every process is doing.
 *
 * @module
 */

import { STATE_CODES, STOPPED_STATES } from '../../process/machine/states.ts';
import { words } from '../../python/text.ts';
import { STATUS_EXIT } from '../exit-codes.ts';
import { splitName } from '../names/names.ts';
import { expandPatterns } from '../names/patterns.ts';
import type { Session } from '../session.ts';
import { type ProcessInfo, readProcesses, type VersionAndProcesses } from '../wire/supervisor-api.ts';
import { FaultError } from '../wire/trouble.ts';
import { type Command, lines } from './command.ts';
import { hintAtName } from './hints.ts';
import { takeJson, toJson } from './json.ts';
import { formatStatuses } from './status-lines.ts';
import { isUp } from './upcheck.ts';

const STOPPED_CODES: ReadonlySet<number> = new Set([...STOPPED_STATES].map((name) => STATE_CODES[name]));

export const status: Command = {
  name: 'status',
  help: lines(
    'status <name>\t\tGet status for a single process',
    'status <gname>:*\tGet status for all processes in a group',
    'status <name> <name>\tGet status for multiple named processes',
    'status\t\t\tGet all process status info',
  ),
  completes: 'processes',
  run: async (session, argument) => {
    await showStatus(session, argument);
    return undefined;
  },
};

/** Prints the statuses of the named processes, or of all; `open` ends with it too. */
export async function showStatus(session: Session, argument: string): Promise<void> {
  const infos = await askProcesses(session);
  if (infos === null) {
    session.exitStatus = STATUS_EXIT.unknown;
    return;
  }
  const { isJson, names: given } = takeJson(words(argument));
  const names = session.hasPatterns ? expandPatterns(given, infos) : given;
  const { chosen, missing } = choose(infos, names);
  for (const { name, line } of missing) {
    if (isJson) session.out.error(line);
    else session.say(line);
    session.exitStatus = STATUS_EXIT.unknown;
    await hintAtName(session, name);
  }
  if (isJson) session.say(toJson(chosen));
  else for (const line of formatStatuses(chosen, session.hasColour)) session.say(line);
  if (chosen.some(({ state }) => STOPPED_CODES.has(state))) session.exitStatus = STATUS_EXIT.notRunning;
}

/** Version and processes in one request: waiting for answers is half of a short command. Null where nothing is up. */
async function askProcesses(session: Session): Promise<readonly ProcessInfo[] | null> {
  let both: VersionAndProcesses | null = null;
  const getVersion = async (): Promise<unknown> => {
    try {
      both = await session.supervisor.getVersionAndProcesses();
    } catch (error) {
      // A server may do without multicall.
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

interface Choice {
  readonly chosen: readonly ProcessInfo[];
  /** Names that nothing has, and what is said about each. */
  readonly missing: readonly { readonly name: string; readonly line: string }[];
}

function choose(infos: readonly ProcessInfo[], names: readonly string[]): Choice {
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
