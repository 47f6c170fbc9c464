/**
 * `mstart`, `mstop`, `mrestart`: the stock commands for every process whose own name matches, at the same time.
 *
 * Source: the published behaviour of the add-on supervisor-wildcards (its README, release 0.1.3).
 *
 * @module
 */
import { words } from '../../config/python-text.ts';
import { type Command, lines } from '../commands/command.ts';
import { restart, start, stop } from '../commands/control.ts';
import { globToRegExp } from '../patterns.ts';
import type { Session } from '../session.ts';
import type { ControlPlugin } from './plugin.ts';

export function wildcardsPlugin(): ControlPlugin {
  return { name: 'wildcards', commands: [restart, start, stop].map(forMatching) };
}

function forMatching(command: Command): Command {
  const name = `m${command.name}`;
  return {
    name,
    help: lines(
      `${name} <pattern> [<pattern>]\t${command.name} every process whose name matches`,
      `${name} all\t\t${command.name} all processes`,
    ),
    completes: 'processes',
    run: async (session, argument) => {
      await runOnEach(session, command, argument);
      return undefined;
    },
  };
}

async function runOnEach(session: Session, command: Command, argument: string): Promise<void> {
  const given = words(argument);
  const patterns = (given.includes('all') ? ['*'] : given).map(globToRegExp);
  const names = (await session.supervisor.getAllProcessInfo())
    .filter(({ name }) => patterns.some((pattern) => pattern.test(name)))
    .map(({ group, name }) => `${group}:${name}`);
  if (names.length === 0) session.say('No process matched given expression.');
  await Promise.all(names.map((name) => command.run(session, name)));
}
