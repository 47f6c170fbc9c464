/**
 * `reread`, `add`, `remove`: the configuration files and the groups that the daemon has.
 *
 * @module
 */
import { FAULT_CODES } from '../../rpc/faults.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import type { ConfigChanges } from '../wire/supervisor-api.ts';
import { FaultError } from '../wire/trouble.ts';
import { type Command, command } from './command.ts';
import { refuseArguments } from './refuse-arguments.ts';

export const reread: Command = command({
  name: 'reread',
  arguments: [],
  options: {},
  summary: 'Reads the configuration files again and prints which groups differ; nothing starts or stops.',
  help: "reread \t\t\tReload the daemon's configuration files without add/remove",
  details: [
    'A group is "available" where only the files have it, "changed" where files and daemon differ, and "disappeared" ' +
      'where only the daemon has it. add, remove and update apply the changes.',
  ],
  exits: { generic: 'The files have an error, the daemon shuts down, or the server did not answer.' },
  isForFleet: true,
  isStock: true,
  since: '0.1.0',
  run: async (session, { argument }) => {
    if (refuseArguments(session, reread, argument)) return;
    try {
      printChanges(session, await session.supervisor.reloadConfig());
    } catch (error) {
      const code = faultCode(error);
      if (code === FAULT_CODES.SHUTDOWN_STATE) session.fail('ERROR: supervisor shutting down', EXIT.generic);
      else if (code === FAULT_CODES.CANT_REREAD)
        session.fail(`ERROR: ${(error as Error).message}`, EXIT.generic);
      else throw error;
    }
  },
});

export const add = command({
  name: 'add',
  arguments: [{ name: 'group', kind: 'group', isRepeated: true }],
  options: {},
  summary: 'Adds groups that the last reread found, and starts their programs with autostart.',
  help: 'add <name> [...]\tActivates any updates in config for process/group',
  details: ['A program without a [group:x] is a group with the name of the program.'],
  exits: { generic: 'A group is unknown, the daemon shuts down, or the server did not answer.' },
  isStock: true,
  since: '0.1.0',
  run: async (session, { words }) => {
    for (const name of words) {
      try {
        await session.supervisor.addProcessGroup(name);
        session.print(`${name}: added process group`);
      } catch (error) {
        const code = faultCode(error);
        if (code === FAULT_CODES.SHUTDOWN_STATE) session.fail('ERROR: shutting down', EXIT.generic);
        else if (code === FAULT_CODES.ALREADY_ADDED) session.print('ERROR: process group already active');
        else if (code === FAULT_CODES.BAD_NAME) {
          session.fail(`ERROR: no such process/group: ${name}`, EXIT.generic);
        } else throw error;
      }
    }
  },
});

export const remove = command({
  name: 'remove',
  arguments: [{ name: 'group', kind: 'group', isRepeated: true }],
  options: {},
  summary: 'Removes groups from the daemon. Their processes must be stopped.',
  help: 'remove <name> [...]\tRemoves process/group from active config',
  details: ['The files stay as they are: after the next start the group is back.'],
  exits: { generic: 'A group is unknown or still runs, or the server did not answer.' },
  isStock: true,
  since: '0.1.0',
  run: async (session, { words }) => {
    for (const name of words) {
      try {
        await session.supervisor.removeProcessGroup(name);
        session.print(`${name}: removed process group`);
      } catch (error) {
        const code = faultCode(error);
        if (code === FAULT_CODES.STILL_RUNNING) {
          session.fail(`ERROR: process/group still running: ${name}`, EXIT.generic);
        } else if (code === FAULT_CODES.BAD_NAME) {
          session.fail(`ERROR: no such process/group: ${name}`, EXIT.generic);
        } else throw error;
      }
    }
  },
});

function printChanges(session: Session, { added, changed, removed }: ConfigChanges): void {
  const news = new Map<string, string>();
  for (const name of added) news.set(name, 'available');
  for (const name of changed) news.set(name, 'changed');
  for (const name of removed) news.set(name, 'disappeared');
  if (news.size === 0) session.print('No config updates to processes');
  for (const name of [...news.keys()].sort()) session.print(`${name}: ${news.get(name)}`);
}

function faultCode(error: unknown): number | null {
  return error instanceof FaultError ? error.code : null;
}
