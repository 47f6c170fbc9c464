/**
 * Names for completion in a fleet.
 *
 * @module
 */
import { EXIT } from '../exit-codes.ts';
import { joinName } from '../names/names.ts';
import type { Session } from '../session.ts';
import type { Fleet } from '../wire/fleet.ts';
import { type ProcessInfo, supervisorAt } from '../wire/supervisor-api.ts';
import { askAll, type Reply } from './ask.ts';

/** Prints `NODE/` and the names of the nodes that answer; the others are not reported. */
export async function completeNames(session: Session, fleet: Fleet, what: string): Promise<void> {
  for (const reply of await askForProcesses(fleet)) {
    if (reply.isSilent) {
      session.exitStatus = EXIT.generic;
      continue;
    }
    const names = new Set(['']);
    for (const { group, name } of reply.value) {
      if (what === 'groups') names.add(group);
      else {
        names.add(joinName(group, name));
        if (group !== name) names.add(`${group}:*`);
      }
    }
    for (const name of names) session.print(`${reply.node.name}/${name}`);
  }
}

/** The processes of all nodes that answer. */
export async function processesOfFleet(fleet: Fleet): Promise<readonly ProcessInfo[]> {
  const replies = await askForProcesses(fleet);
  return replies.flatMap((reply) => (reply.isSilent ? [] : reply.value));
}

function askForProcesses({ nodes, limitMs }: Fleet): Promise<Reply<readonly ProcessInfo[]>[]> {
  return askAll(nodes, limitMs, ({ connection }) => supervisorAt(connection).getAllProcessInfo());
}
