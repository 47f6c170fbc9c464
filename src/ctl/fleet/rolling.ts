/**
 * `restart --rolling` of a fleet: a limit on how many processes of all nodes together are down.
 *
 * @module
 */
import { inTurn } from '../commands/in-turn.ts';
import { planRolling, restartStep, type Step, stoppedRolling } from '../commands/rolling.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import type { FleetNode } from '../wire/fleet.ts';
import { nodeColumn } from './answers.ts';
import { explainNode, waitWhileAnswering } from './ask.ts';
import type { FleetRun } from './call.ts';
import { type HeldLock, takeLock } from './lock.ts';
import { isSilence, sessionOf } from './node-session.ts';

/** The first of each list, then the second of each: neighbours are on different nodes. */
export function roundRobin<S>(lists: readonly (readonly S[])[]): S[] {
  const longest = lists.reduce((most, { length }) => Math.max(most, length), 0);
  return Array.from({ length: longest }, (_unused, index) =>
    lists.flatMap((list) => list.slice(index, index + 1)),
  ).flat();
}

/** How many more may be down: each node that does not answer counts as one that is down. 0 for none. */
export function budget(maxUnavailable: number, silent: number): number {
  return Math.max(0, maxUnavailable - silent);
}

interface NodeStep extends Step {
  readonly node: FleetNode;
  readonly session: Session;
}

/**
 * After a failure, on any node, no other process is restarted. Where nodes have an engine, two clients cannot restart them
 * at once.
 */
export async function restartFleet(run: FleetRun): Promise<void> {
  const { session, replies, options } = run;
  const inColumns = nodeColumn(replies.map(({ node }) => node.name));
  let silent = 0;
  for (const reply of replies) {
    if (!reply.isSilent) continue;
    silent += 1;
    session.fail(inColumns(reply.node.name, `ERROR (${reply.trouble})`), EXIT.statusUnknown);
  }
  const max = typeof options.maxUnavailable === 'number' ? options.maxUnavailable : 1;
  const width = budget(max, silent);
  if (width === 0) {
    session.print(`nothing restarted: ${silent} of the nodes not answering, and --max-unavailable is ${max}`);
    return;
  }
  const concerned = replies.flatMap(({ node, isSilent }) =>
    isSilent || !run.names.has(node.name) ? [] : [node],
  );
  const lock = await takeLock(run.fleet, concerned);
  if (typeof lock === 'string') {
    session.fail(`nothing restarted: ${lock}`, EXIT.generic);
    return;
  }
  try {
    await restartLocked(run, { width, lock, inColumns });
  } finally {
    await lock.release();
  }
}

interface Rolling {
  readonly width: number;
  readonly lock: HeldLock;
  readonly inColumns: (node: string, line: string) => string;
}

async function restartLocked(run: FleetRun, { width, lock, inColumns }: Rolling): Promise<void> {
  const { session, fleet } = run;
  const plans = await planAll(run, inColumns);
  if (plans === null) return;
  const lost: NodeStep[] = [];
  const left = await inTurn(roundRobin(plans), width, async (step) => {
    if (!lock.isHeld()) {
      if (lost.length === 0) session.fail('ERROR: the lock of the rolling restart is lost', EXIT.generic);
      lost.push(step);
      return false;
    }
    try {
      return await waitWhileAnswering(fleet, step.node, restartStep(step.session, step));
    } catch (error) {
      const line = inColumns(step.node.name, `${step.name}: ERROR (${explainNode(step.node, error)})`);
      session.fail(line, isSilence(error) ? EXIT.statusUnknown : EXIT.generic);
      return false;
    } finally {
      session.out.flush();
    }
  });
  const untouched = [...lost, ...left];
  if (untouched.length > 0) session.print(stoppedRolling(untouched));
  for (const { session: own } of plans.flat()) {
    session.exitStatus = Math.max(session.exitStatus, own.exitStatus);
  }
}

/** The steps of each node; null where one cannot be planned: nothing is restarted then. */
async function planAll(
  { session, fleet, replies, names }: FleetRun,
  inColumns: (node: string, line: string) => string,
): Promise<NodeStep[][] | null> {
  const plans = await Promise.all(
    replies.map(async ({ node }): Promise<NodeStep[] | null> => {
      const wanted = names.get(node.name);
      if (wanted === undefined) return [];
      const own = sessionOf(session, node, {
        line: (text) => session.print(inColumns(node.name, text)),
        error: (text) => session.out.error(inColumns(node.name, text)),
      });
      try {
        const steps = await waitWhileAnswering(fleet, node, planRolling(own, wanted));
        session.exitStatus = Math.max(session.exitStatus, own.exitStatus);
        return steps?.map((step) => ({ ...step, node, session: own })) ?? null;
      } catch (error) {
        session.fail(inColumns(node.name, `ERROR (${explainNode(node, error)})`), EXIT.statusUnknown);
        return null;
      }
    }),
  );
  const known = plans.filter((plan) => plan !== null);
  return known.length === plans.length ? known : null;
}
