/**
 * Our supervisorctl and the stock one, each on each daemon: the same words and the same exit codes.
 *
 * @module
 */
import type { Json, Scenario } from '../scenario.ts';
import { clientCommandLines } from './client/command-lines.ts';
import { clientInteractive } from './client/interactive.ts';
import { clientMistypedOptions } from './client/mistyped-options.ts';
import { throughBothClients } from './client/two-clients.ts';
import { ctlCommands, ctlSession } from './supervisorctl/commands.ts';
import { ctlConfiguration } from './supervisorctl/configuration.ts';
import { ctlFollowing } from './supervisorctl/following.ts';

const isCommand = (what: string): boolean => what.includes('supervisorctl');

/** After `fg` the stock client hangs in the threads that read the logs, until it is killed. */
function withoutLateEnd(what: string, value: Json): Json {
  if (!/^fg/.test(what) || value === null || typeof value !== 'object' || !('seen' in value)) return value;
  return value.seen;
}

/** The longest first. */
export const clientScenarios: readonly Scenario[] = [
  throughBothClients(ctlCommands, isCommand),
  throughBothClients(ctlConfiguration, isCommand),
  throughBothClients(ctlSession, isCommand),
  throughBothClients(ctlFollowing, () => true, withoutLateEnd),
  clientCommandLines,
  clientInteractive,
  clientMistypedOptions,
];
