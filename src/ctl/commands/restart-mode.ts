/**
 * `restart` of programs with a `restart_mode`: the daemon restarts them, in the way that the key asks for.
 *
 * @module
 */
import { FAULT_CODES } from '../../rpc/faults.ts';
import { EXIT } from '../exit-codes.ts';
import { joinName, splitName } from '../names/names.ts';
import { describeRestart, hasRestartMode } from '../restart-modes.ts';
import type { Session } from '../session.ts';
import { FaultError } from '../wire/trouble.ts';
import { getRestartModes, restartGroup } from '../wire/visord-api.ts';
import { detailOf } from './visord-only.ts';

/** Which names are restarted as by the stock client, and which by the daemon. */
export interface RestartPlan {
  readonly plain: readonly string[];
  /** Groups, and `group:process`. */
  readonly byMode: readonly string[];
}

/** @param names as given, with patterns replaced */
export async function planRestart(session: Session, names: readonly string[]): Promise<RestartPlan> {
  const modes = await getRestartModes(session.connection);
  if (modes.length === 0) return { plain: names, byMode: [] };
  const whole = names.includes('all') ? await allGroups(session) : names;
  return {
    plain: whole.filter((name) => !hasRestartMode(name, modes)),
    byMode: whole.filter((name) => hasRestartMode(name, modes)),
  };
}

/** Restarts one name after the other; after a failure the rest is left as it is, and the answer is false. */
export async function restartByMode(session: Session, names: readonly string[]): Promise<boolean> {
  for (const [index, name] of names.entries()) {
    if (await restartOne(session, name)) continue;
    for (const other of names.slice(index + 1)) session.print(`${other}: not restarted`);
    return false;
  }
  return true;
}

async function restartOne(session: Session, name: string): Promise<boolean> {
  const { group, process } = splitName(name);
  try {
    const results = await restartGroup(session.connection, process === null ? `${group}:*` : name);
    for (const result of results) session.print(describeRestart(joinName(result.group, result.name), result));
    const isDone = results.every(({ status }) => status === FAULT_CODES.SUCCESS);
    if (!isDone) session.exitStatus = EXIT.notRunning;
    return isDone;
  } catch (error) {
    if (!(error instanceof FaultError) || error.code === FAULT_CODES.UNKNOWN_METHOD) throw error;
    session.fail(`${name}: ERROR (${detailOf(error)})`, EXIT.generic);
    return false;
  }
}

async function allGroups(session: Session): Promise<readonly string[]> {
  const infos = await session.supervisor.getAllProcessInfo();
  return [...new Set(infos.map(({ group }) => `${group}:*`))];
}
