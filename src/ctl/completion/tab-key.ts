/**
 * What the Tab key offers in a session: commands, then groups or processes, as the stock client does.
 *
 * @module
 */
import { strip, words } from '../../python/text.ts';
import type { CommandDescription } from '../description.ts';
import type { ProcessInfo } from '../wire/supervisor-api.ts';
import { commandNames } from './offers.ts';

/** Names may hold `:`, `*` and `-`; these characters end a word. */
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
  commands: readonly CommandDescription[],
): Promise<Completions> {
  const word = line.split(DELIMITERS).at(-1) ?? '';
  const offered = await offer(line, word, getInfos, commands);
  return { word, matches: offered.filter((name) => name.startsWith(word)).map((name) => `${name} `) };
}

/** The stock client looks at the command alone, and not at the place of the word. */
async function offer(
  line: string,
  word: string,
  getInfos: () => Promise<readonly ProcessInfo[]>,
  commands: readonly CommandDescription[],
): Promise<readonly string[]> {
  const [action = '', ...others] = words(line);
  if (strip(line) === '' || (others.length === 0 && !line.endsWith(' '))) return commandNames(commands);
  const found = commands.find(({ name }) => name === action);
  const kinds = new Set(found?.arguments.map(({ kind }) => kind));
  if (kinds.has('command')) return commandNames(commands);
  if (kinds.has('group')) return [...new Set((await getInfos()).map(({ group }) => group))];
  return kinds.has('process') ? processNames(await getInfos(), word) : [];
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
