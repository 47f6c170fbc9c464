/**
 * `help` and `help COMMAND`.
 *
 * @module
 */

import type { Session } from '../session.ts';
import { COMMANDS, findCommand } from './table.ts';

const WIDTH = 79;
const HEADER = 'default commands (type help <topic>):';
const OUR_HEADER = 'more commands (type help <topic>):';
const HELP = 'help\t\tPrint a list of available actions\nhelp <action>\tPrint help for <action>';

/** Prints what there is to know about a command, or which commands there are. */
export function showHelp(session: Session, topic: string): void {
  if (topic === 'help') session.say(HELP);
  else if (topic === '') showTopics(session);
  else session.say(findCommand(topic, session.plugins)?.help ?? `*** No help on ${topic}`);
}

function showTopics(session: Session): void {
  const namesOf = (isOurs: boolean): string[] =>
    COMMANDS.filter((command) => (command.isOurs === true) === isOurs).map(({ name }) => name);
  session.say('');
  showColumns(session, HEADER, namesOf(false));
  for (const { name, commands } of session.plugins) {
    session.say('');
    const names = commands.map((command) => command.name).sort();
    showColumns(session, `${name} commands (type help <topic>):`, names);
  }
  const ours = namesOf(true);
  if (session.isTerminal && ours.length > 0) showColumns(session, OUR_HEADER, ours);
}

function showColumns(session: Session, header: string, names: readonly string[]): void {
  session.say(header);
  session.say('='.repeat(header.length));
  for (const line of columns(names, WIDTH)) session.say(line);
  session.say('');
}

/** Words in as few lines as fit, filled column by column, each column as wide as its longest word. */
export function columns(names: readonly string[], width: number): string[] {
  for (let rows = 1; rows < names.length; rows += 1) {
    const widths = columnWidths(names, rows);
    const total = widths.reduce((sum, each) => sum + each + 2, -2);
    if (total <= width) return arrange(names, rows, widths);
  }
  return [...names];
}

function columnWidths(names: readonly string[], rows: number): number[] {
  const count = Math.ceil(names.length / rows);
  return Array.from({ length: count }, (_unused, column) =>
    Math.max(0, ...names.slice(column * rows, (column + 1) * rows).map((name) => name.length)),
  );
}

function arrange(names: readonly string[], rows: number, widths: readonly number[]): string[] {
  return Array.from({ length: rows }, (_unused, row) => {
    const cells = widths.map((width, column) => names[column * rows + row]?.padEnd(width));
    return cells.filter((cell) => cell !== undefined).join('  ');
  });
}
