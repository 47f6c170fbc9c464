/**
 * `update` of a stock supervisord: groups are stopped, removed and added as a whole.
 *
 * @module
 */
import { FAULT_CODES } from '../../rpc/faults.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import type { ConfigChanges } from '../wire/supervisor-api.ts';
import { FaultError } from '../wire/trouble.ts';

/** @param names of the groups to update; an empty list is all groups */
export async function updateByGroup(session: Session, names: ReadonlySet<string>): Promise<void> {
  let changes: ConfigChanges;
  try {
    changes = await session.supervisor.reloadConfig();
  } catch (error) {
    if (!(error instanceof FaultError) || error.code !== FAULT_CODES.SHUTDOWN_STATE) throw error;
    session.fail('ERROR: already shutting down', EXIT.generic);
    return;
  }
  if (names.size > 0) await printUnknownGroups(session, names, changes);
  const isMeant = (group: string): boolean => names.size === 0 || names.has(group);
  for (const group of changes.removed.filter(isMeant)) await removeGroup(session, group);
  for (const group of changes.changed.filter(isMeant)) await replaceGroup(session, group);
  for (const group of changes.added.filter(isMeant)) {
    await session.supervisor.addProcessGroup(group);
    session.print(`${group}: added process group`);
  }
}

async function printUnknownGroups(
  session: Session,
  names: ReadonlySet<string>,
  { added }: ConfigChanges,
): Promise<void> {
  const known = new Set(added);
  for (const { group } of await session.supervisor.getAllProcessInfo()) known.add(group);
  for (const name of names) {
    if (!known.has(name)) session.fail(`ERROR: no such group: ${name}`, EXIT.generic);
  }
}

async function removeGroup(session: Session, group: string): Promise<void> {
  const results = await session.supervisor.stopProcessGroup(group);
  session.print(`${group}: stopped`);
  if (results.some(({ status }) => status === FAULT_CODES.FAILED)) {
    session.fail(`${group}: has problems; not removing`, EXIT.generic);
    return;
  }
  await session.supervisor.removeProcessGroup(group);
  session.print(`${group}: removed process group`);
}

async function replaceGroup(session: Session, group: string): Promise<void> {
  await session.supervisor.stopProcessGroup(group);
  session.print(`${group}: stopped`);
  await session.supervisor.removeProcessGroup(group);
  await session.supervisor.addProcessGroup(group);
  session.print(`${group}: updated process group`);
}
