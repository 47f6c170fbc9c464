/**
 * `restart --rolling`: one process after the other, each RUNNING again before the next one stops.
 *
 * @module
 */
import { FAULT_CODES } from '../../rpc/faults.ts';
import { EXIT } from '../exit-codes.ts';
import { joinName, splitName } from '../names/names.ts';
import { describeStart, describeStop } from '../outcomes.ts';
import type { Session } from '../session.ts';
import { FaultError } from '../wire/trouble.ts';

/** Restarts the named processes in turn; when one fails to start, the others are not touched. */
export async function restartInTurn(session: Session, given: readonly string[]): Promise<void> {
  if (given.length === 0) {
    session.fail('Error: restart --rolling requires a group or process name', EXIT.invalidArguments);
    return;
  }
  const targets = await findTargets(session, given);
  if (targets === null) return;
  for (const [index, name] of targets.entries()) {
    if (await restartOne(session, name)) continue;
    const left = targets.length - index - 1;
    if (left > 0) session.print(`stopped rolling: ${left} not restarted`);
    return;
  }
}

/** Whole names in the server's order; null where a name is unknown; the error is printed then. */
async function findTargets(session: Session, given: readonly string[]): Promise<string[] | null> {
  const infos = await session.supervisor.getAllProcessInfo();
  const names = await session.expandNames(given, true);
  const targets = new Set<string>();
  for (const name of names) {
    const { group, process } = splitName(name);
    // Here a name without a colon means the group.
    const found = infos.filter(
      (info) =>
        name === 'all' ||
        (info.group === group && (process === null || info.name === process || !name.includes(':'))),
    );
    if (found.length === 0) {
      session.fail(`${name}: ERROR (no such process or group)`, EXIT.invalidArguments);
      return null;
    }
    for (const info of found) targets.add(joinName(info.group, info.name));
  }
  return [...targets];
}

async function restartOne(session: Session, name: string): Promise<boolean> {
  const stopped = await outcome(() => session.supervisor.stopProcess(name));
  if (stopped.code !== FAULT_CODES.NOT_RUNNING) session.print(describeStop({ name, ...stopped }));
  if (stopped.code !== FAULT_CODES.SUCCESS && stopped.code !== FAULT_CODES.NOT_RUNNING) {
    session.noteResult(stopped.code);
    return false;
  }
  const started = await outcome(() => session.supervisor.startProcess(name));
  session.print(describeStart({ name, ...started }));
  session.noteResult(started.code);
  return started.code === FAULT_CODES.SUCCESS;
}

async function outcome(call: () => Promise<unknown>): Promise<{ code: number; text: string }> {
  try {
    await call();
    return { code: FAULT_CODES.SUCCESS, text: '' };
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return { code: error.code, text: error.message };
  }
}
