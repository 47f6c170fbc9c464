/**
 * supervisor-wildcards 0.1.3: `mstart`, `mstop`, `mrestart` and `mstatus` for all processes whose names match,
 * all of them at the same time.
 *
 * @module
 */

import { fnmatch } from '../../python/fnmatch.ts';
import { type Command, command } from '../commands/command.ts';
import { restart, start, stop } from '../commands/control.ts';
import { status } from '../commands/status.ts';
import { lines } from '../description.ts';
import type { Session } from '../session.ts';
import type { ProcessInfo } from '../wire/supervisor-api.ts';
import { wholeNumber } from './options.ts';
import type { PluginSection } from './plugin.ts';

export const NOTHING_MATCHED = 'No process matched given expression.';

/** Commands that run at once: each has a connection, and a server limits their number. */
const AT_ONCE = 100;

/** With `match_group=1` patterns match `group:name`, and not the name alone. */
export function wildcardCommands(section: PluginSection): readonly Command[] {
  const matchesGroup = wholeNumber(section, 'match_group', 0) !== 0;
  return [start, stop, restart, status].map((each) => forMatches(each, matchesGroup));
}

function forMatches(single: Command, matchesGroup: boolean): Command {
  return command({
    name: `m${single.name}`,
    arguments: [{ name: 'pattern', kind: 'process', isRepeated: true }],
    options: {},
    summary: `The same as ${single.name} for all processes that match a pattern, all at once.`,
    help: lines(
      `The same as ${single.name}, but accepts wildcard expressions to match the process name.`,
      `m${single.name} a* - ${single.name} of all processes whose names begin with "a".`,
    ),
    details: [],
    exits: single.exits,
    isStock: false,
    since: '0.1.0',
    run: async (session, { words, catalogue }) => {
      const names = words.includes('all') ? ['*'] : words;
      const matches = await matchingNames(session, names, (info) =>
        matchesGroup ? `${info.group}:${info.name}` : info.name,
      );
      if (matches.length === 0) session.print(NOTHING_MATCHED);
      await eachAtOnce(matches, async (name) => {
        await single.run(session, name, catalogue);
      });
    },
  });
}

/** Whole names, in the server's order, of the processes that a pattern matches. */
export async function matchingNames(
  session: Session,
  patterns: readonly string[],
  shown: (info: ProcessInfo) => string,
): Promise<string[]> {
  const matchers = patterns.map(fnmatch);
  const infos = await session.supervisor.getAllProcessInfo();
  return infos
    .filter((info) => matchers.some((matches) => matches(shown(info))))
    .map(({ group, name }) => `${group}:${name}`);
}

async function eachAtOnce(names: readonly string[], run: (name: string) => Promise<void>): Promise<void> {
  const waiting = names.values();
  const work = async (): Promise<void> => {
    for (const name of waiting) await run(name);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, names.length) }, work));
}
