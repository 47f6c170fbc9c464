/**
 * `restart --rolling`: one process after the other, each RUNNING again before the next one stops. Programs with a
 * `restart_mode` are restarted by the daemon.
 *
 * @module
 */
import { FAULT_CODES } from '../../rpc/faults.ts';
import { EXIT } from '../exit-codes.ts';
import { joinName, splitName } from '../names/names.ts';
import { describeStart, describeStop } from '../outcomes.ts';
import type { Session } from '../session.ts';
import { FaultError } from '../wire/trouble.ts';
import { inTurn } from './in-turn.ts';
import { planRestart, restartByMode } from './restart-mode.ts';

/**
 * Restarts the named processes in turn; when one fails to start, the others are not touched.
 *
 * @param maxUnavailable how many steps may be under way at once
 */
export async function restartInTurn(
  session: Session,
  given: readonly string[],
  maxUnavailable: number,
): Promise<void> {
  if (given.length === 0) {
    session.fail('Error: restart --rolling requires a group or process name', EXIT.invalidArguments);
    return;
  }
  const steps = await planRolling(session, given);
  if (steps === null) return;
  const left = await inTurn(steps, maxUnavailable, (step) => restartStep(session, step));
  if (left.length > 0) session.print(stoppedRolling(left));
}

/** The line for what was not restarted after a failure. */
export function stoppedRolling(left: readonly Step[]): string {
  return `stopped rolling: ${left.reduce((sum, { count }) => sum + count, 0)} not restarted`;
}

/** The steps for the names, in the server's order; null where a name is unknown; the error is printed then. */
export async function planRolling(session: Session, given: readonly string[]): Promise<Step[] | null> {
  const targets = await findTargets(session, given);
  return targets === null ? null : planSteps(session, targets);
}

/** What is restarted in one call. */
export interface Step {
  /** A process, or `group:*` where the daemon restarts a whole group in turn. */
  readonly name: string;
  /** How many processes it has. */
  readonly count: number;
  /** The program has a restart_mode: the daemon restarts it. */
  readonly isByMode: boolean;
}

/** The targets in the server's order; null where a name is unknown; the error is printed then. */
async function findTargets(session: Session, given: readonly string[]): Promise<Target[] | null> {
  const infos = await session.supervisor.getAllProcessInfo();
  const names = await session.expandNames(given, true);
  const targets = new Map<string, Target>();
  for (const name of names) {
    const { group, process } = splitName(name);
    // Here a name without a colon means the group.
    const isGroup = process === null || !name.includes(':');
    const found = infos.filter(
      (info) => name === 'all' || (info.group === group && (isGroup || info.name === process)),
    );
    if (found.length === 0) {
      session.fail(`${name}: ERROR (no such process or group)`, EXIT.invalidArguments);
      return null;
    }
    for (const info of found) {
      const full = joinName(info.group, info.name);
      targets.set(full, { name: full, group: info.group, isWhole: isGroup });
    }
  }
  return [...targets.values()];
}

interface Target {
  readonly name: string;
  readonly group: string;
  /** The whole group was named. */
  readonly isWhole: boolean;
}

async function planSteps(session: Session, targets: readonly Target[]): Promise<Step[]> {
  const { byMode } = await planRestart(
    session,
    targets.map(({ name }) => name),
  );
  const hasMode = new Set(byMode);
  const groups = new Map<string, Target[]>();
  for (const target of targets) {
    groups.set(target.group, [...(groups.get(target.group) ?? []), target]);
  }
  return [...groups].flatMap(([group, members]) => {
    const isWhole = members.every(({ name, isWhole: isNamed }) => isNamed && hasMode.has(name));
    return isWhole
      ? [{ name: `${group}:*`, count: members.length, isByMode: true }]
      : members.map(({ name }) => ({ name, count: 1, isByMode: hasMode.has(name) }));
  });
}

/** False where the restart failed; what has happened is printed. */
export function restartStep(session: Session, { name, isByMode }: Step): Promise<boolean> {
  return isByMode ? restartByMode(session, [name]) : restartOne(session, name);
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
