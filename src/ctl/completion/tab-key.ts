/**
 * What the Tab key offers in the shell: actions, then groups or processes.
 *
 * @module
 */
import { strip, words } from '../../python/text.ts';
import type { Command } from '../commands/command.ts';
import type { ProcessInfo } from '../wire/supervisor-api.ts';

/** Names may hold `:`, `*` and `-`; these end a word. */
const DELIMITERS = /[ \t\n`~!@#$%^&()=+[{\]}\\|;'",<>/?]/;

export interface Completions {
  /** Each with a blank behind it, ready to be put in place of `word`. */
  readonly matches: readonly string[];
  readonly word: string;
}

/** What can stand at the end of the line. */
export async function complete(
  line: string,
  getInfos: () => Promise<readonly ProcessInfo[]>,
  commands: readonly Command[],
): Promise<Completions> {
  const word = line.split(DELIMITERS).at(-1) ?? '';
  const offered = await offer(line, word, getInfos, commands);
  return { word, matches: offered.filter((name) => name.startsWith(word)).map((name) => `${name} `) };
}

async function offer(
  line: string,
  word: string,
  getInfos: () => Promise<readonly ProcessInfo[]>,
  commands: readonly Command[],
): Promise<readonly string[]> {
  const [action = '', ...others] = words(line);
  if (strip(line) === '' || (others.length === 0 && !line.endsWith(' '))) return actions(commands);
  if (action === 'help') return actions(commands);
  const kind = commands.find(({ name }) => name === action)?.completes;
  if (kind === 'groups') return [...new Set((await getInfos()).map(({ group }) => group))];
  return kind === 'processes' ? processNames(await getInfos(), word) : [];
}

function actions(commands: readonly Command[]): string[] {
  return [...commands.map(({ name }) => name), 'help'].sort();
}

/** The short name where process and group have the same, unless the word has a colon already. */
function processNames(infos: readonly ProcessInfo[], word: string): string[] {
  const names = new Set<string>();
  for (const { group, name } of infos) {
    if (name === group && !word.includes(':')) names.add(name);
    else names.add(`${group}:${name}`).add(`${group}:*`);
  }
  return [...names];
}
