/**
 * `reread`, `add`, `remove`, `update`: from the files to what runs.
 *
 * @module
 */
import { words } from '../../python/text.ts';
import { FAULT_CODES } from '../../rpc/faults.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import type { ConfigChanges } from '../wire/supervisor-api.ts';
import { FaultError } from '../wire/trouble.ts';
import { type Command, lines } from './command.ts';
import { refuseArguments } from './refuse-arguments.ts';

export const reread: Command = {
  name: 'reread',
  help: "reread \t\t\tReload the daemon's configuration files without add/remove",
  run: async (session, argument) => {
    if (refuseArguments(session, reread, argument)) return undefined;
    try {
      sayChanges(session, await session.supervisor.reloadConfig());
    } catch (error) {
      const code = faultCode(error);
      if (code === FAULT_CODES.SHUTDOWN_STATE) session.fail('ERROR: supervisor shutting down', EXIT.generic);
      else if (code === FAULT_CODES.CANT_REREAD)
        session.fail(`ERROR: ${(error as Error).message}`, EXIT.generic);
      else throw error;
    }
    return undefined;
  },
};

export const add: Command = {
  name: 'add',
  help: 'add <name> [...]\tActivates any updates in config for process/group',
  completes: 'groups',
  run: async (session, argument) => {
    for (const name of words(argument)) {
      try {
        await session.supervisor.addProcessGroup(name);
        session.say(`${name}: added process group`);
      } catch (error) {
        const code = faultCode(error);
        if (code === FAULT_CODES.SHUTDOWN_STATE) session.fail('ERROR: shutting down', EXIT.generic);
        else if (code === FAULT_CODES.ALREADY_ADDED) session.say('ERROR: process group already active');
        else if (code === FAULT_CODES.BAD_NAME) {
          session.fail(`ERROR: no such process/group: ${name}`, EXIT.generic);
        } else throw error;
      }
    }
    return undefined;
  },
};

export const remove: Command = {
  name: 'remove',
  help: 'remove <name> [...]\tRemoves process/group from active config',
  completes: 'groups',
  run: async (session, argument) => {
    for (const name of words(argument)) {
      try {
        await session.supervisor.removeProcessGroup(name);
        session.say(`${name}: removed process group`);
      } catch (error) {
        const code = faultCode(error);
        if (code === FAULT_CODES.STILL_RUNNING) {
          session.fail(`ERROR: process/group still running: ${name}`, EXIT.generic);
        } else if (code === FAULT_CODES.BAD_NAME) {
          session.fail(`ERROR: no such process/group: ${name}`, EXIT.generic);
        } else throw error;
      }
    }
    return undefined;
  },
};

export const update: Command = {
  name: 'update',
  help: lines(
    'update\t\t\tReload config and add/remove as necessary, and will restart affected programs',
    'update all\t\tReload config and add/remove as necessary, and will restart affected programs',
    'update <gname> [...]\tUpdate specific groups',
  ),
  completes: 'groups',
  run: async (session, argument) => {
    let changes: ConfigChanges;
    try {
      changes = await session.supervisor.reloadConfig();
    } catch (error) {
      if (faultCode(error) !== FAULT_CODES.SHUTDOWN_STATE) throw error;
      session.fail('ERROR: already shutting down', EXIT.generic);
      return undefined;
    }
    const names = new Set(words(argument));
    if (names.has('all')) names.clear();
    if (names.size > 0) await sayUnknownGroups(session, names, changes);
    const isMeant = (group: string): boolean => names.size === 0 || names.has(group);
    for (const group of changes.removed.filter(isMeant)) await removeGroup(session, group);
    for (const group of changes.changed.filter(isMeant)) await replaceGroup(session, group);
    for (const group of changes.added.filter(isMeant)) {
      await session.supervisor.addProcessGroup(group);
      session.say(`${group}: added process group`);
    }
    return undefined;
  },
};

async function sayUnknownGroups(
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
  session.say(`${group}: stopped`);
  if (results.some(({ status }) => status === FAULT_CODES.FAILED)) {
    session.fail(`${group}: has problems; not removing`, EXIT.generic);
    return;
  }
  await session.supervisor.removeProcessGroup(group);
  session.say(`${group}: removed process group`);
}

async function replaceGroup(session: Session, group: string): Promise<void> {
  await session.supervisor.stopProcessGroup(group);
  session.say(`${group}: stopped`);
  await session.supervisor.removeProcessGroup(group);
  await session.supervisor.addProcessGroup(group);
  session.say(`${group}: updated process group`);
}

function sayChanges(session: Session, { added, changed, removed }: ConfigChanges): void {
  const words = new Map<string, string>();
  for (const name of added) words.set(name, 'available');
  for (const name of changed) words.set(name, 'changed');
  for (const name of removed) words.set(name, 'disappeared');
  if (words.size === 0) session.say('No config updates to processes');
  for (const name of [...words.keys()].sort()) session.say(`${name}: ${words.get(name)}`);
}

function faultCode(error: unknown): number | null {
  return error instanceof FaultError ? error.code : null;
}
