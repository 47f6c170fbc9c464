/**
 * `help` and `help COMMAND`.
 *
 * @module
 */

import { type CommandDescription, lines } from '../description.ts';
import { nearestName } from '../names/suggest.ts';
import type { Session } from '../session.ts';
import { allCommands, type Catalogue, findCommand } from './catalogue.ts';
import { columns } from './columns.ts';
import { command } from './command.ts';

const WIDTH = 79;
const STOCK_HEADER = 'default commands (type help <topic>):';
const OUR_HEADER = 'more commands (type help <topic>):';

export const help = command({
  name: 'help',
  arguments: [{ name: 'action', kind: 'command', isOptional: true }],
  options: {},
  summary: 'Lists the commands, or prints the help of one.',
  help: lines('help\t\tPrint a list of available actions', 'help <action>\tPrint help for <action>'),
  details: [
    'On a terminal, commands that the stock client does not have are listed under a separate heading.',
  ],
  exits: {},
  isStock: true,
  since: '0.1.0',
  isListed: false,
  run: (session, { argument, catalogue }) => {
    if (argument === '') showTopics(session, catalogue);
    else showTopic(session, catalogue, argument);
    return Promise.resolve();
  },
});

/** On a terminal, and for commands that only we have, the options follow the words of the stock client. */
function showTopic(session: Session, catalogue: Catalogue, topic: string): void {
  const found = findCommand(catalogue, topic);
  session.print(found?.help ?? `*** No help on ${topic}`);
  const nearest =
    found === undefined
      ? nearestName(
          topic,
          allCommands(catalogue).map(({ name }) => name),
        )
      : null;
  if (nearest !== null) session.hint(`Did you mean ${nearest}?`);
  if (found === undefined || (found.isStock && !session.isTerminal)) return;
  for (const { flag, value, help: meaning } of Object.values(found.options)) {
    session.print(`${value === null ? flag : `${flag} ${value}`}\t\t${meaning}`);
  }
}

function showTopics(session: Session, { own, plugins }: Catalogue): void {
  session.print('');
  showColumns(session, STOCK_HEADER, namesOf(own.filter(({ isStock }) => isStock)));
  for (const { name, commands } of plugins) {
    session.print('');
    showColumns(session, `${name} commands (type help <topic>):`, namesOf(commands));
  }
  const ours = namesOf(own.filter(({ isStock }) => !isStock));
  if (session.isTerminal && ours.length > 0) showColumns(session, OUR_HEADER, ours);
}

function namesOf(commands: readonly CommandDescription[]): string[] {
  return commands
    .filter(({ isListed }) => isListed !== false)
    .map(({ name }) => name)
    .sort();
}

function showColumns(session: Session, header: string, names: readonly string[]): void {
  session.print(header);
  session.print('='.repeat(header.length));
  for (const line of columns(names, WIDTH)) session.print(line);
  session.print('');
}
