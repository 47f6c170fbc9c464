/**
 * Our supervisorctl and the stock one, each on each daemon: the same words and the same exit codes.
 *
 * @module
 */
import type { Json, Scenario } from '../scenario.ts';
import { clientCommandLines } from './client/command-lines.ts';
import { clientInteractive } from './client/interactive.ts';
import { compareClients } from './client/two-clients.ts';
import { ctlCommands, ctlSession } from './supervisorctl/commands.ts';
import { ctlConfiguration } from './supervisorctl/configuration.ts';
import { ctlFollowing } from './supervisorctl/following.ts';

/** The program ends at once: the daemon may or may not have seen that when it answers. */
const IS_A_RACE = /supervisorctl start expected$/;

const isCommand = (what: string): boolean => what.includes('supervisorctl');

/** The scenarios that drive the stock client, through both clients. */
const clientCommands: Scenario = {
  name: 'client-commands',
  title: 'every command that asks for one thing and ends, through both clients',
  timeoutSeconds: 600,
  run: (side) => compareClients(side, ctlCommands, (what) => isCommand(what) && !IS_A_RACE.test(what)),
};

const clientSession: Scenario = {
  name: 'client-session',
  title: 'sessions on stdin, options, servers that are not there, through both clients',
  timeoutSeconds: 600,
  run: (side) => compareClients(side, ctlSession, isCommand),
};

const clientConfiguration: Scenario = {
  name: 'client-configuration',
  title: 'avail, reread, add, remove, update, reload, shutdown through both clients',
  timeoutSeconds: 600,
  run: (side) => compareClients(side, ctlConfiguration, isCommand),
};

const clientFollowing: Scenario = {
  name: 'client-following',
  title: 'tail -f, maintail -f and fg on a terminal, through both clients',
  needs: ['python:pexpect', 'command:supervisorctl'],
  timeoutSeconds: 600,
  run: (side) => compareClients(side, ctlFollowing, () => true, withoutLateEnd),
};

/** The stock client hangs behind `fg`, in the threads that read the logs, until it is killed. */
function withoutLateEnd(what: string, value: Json): Json {
  if (!/^fg/.test(what) || value === null || typeof value !== 'object' || !('seen' in value)) return value;
  return value.seen;
}

/** The longest first. */
export const clientScenarios: readonly Scenario[] = [
  clientCommands,
  clientConfiguration,
  clientSession,
  clientFollowing,
  clientCommandLines,
  clientInteractive,
];
