/** Finds command lines of the package in texts, and what the tables of the commands do not have. */
import { DAEMON_FLAGS } from '../../src/bin/supervisord-flags.ts';
import { VISORD_COMMANDS } from '../../src/bin/visord/table.ts';
import type { FlagRow } from '../../src/config/tables/flag.ts';
import { COMMANDS } from '../../src/ctl/commands/table.ts';
import { CLIENT_FLAGS } from '../../src/ctl/flags.ts';
import { quickCommands } from '../../src/ctl/plugins/quick.ts';
import { wildcardCommands } from '../../src/ctl/plugins/wildcards.ts';

const NAMES = ['supervisord', 'supervisorctl', 'visord', 'pidproxy', 'echo_supervisord_conf'] as const;
type Name = (typeof NAMES)[number];

const SECTION = { name: 'x', options: {}, factory: '' };
const ACTIONS = [...COMMANDS, ...quickCommands(SECTION), ...wildcardCommands(SECTION)];

/** A command at the start of a line, or behind what separates commands of a shell. */
const CALL = new RegExp(
  String.raw`(?:^|[;&|]|[$<]\(|\$ |\bdo |\bexec )\s*"?(?:[\w./$-]*/)?(${NAMES.join('|')})(?=[\s)"]|$)((?:"[^"\n]*"|'[^'\n]*'|[^;&|()#\n"'])*)`,
  'gm',
);

/** What is wrong with the command lines in a text of a shell. */
export function wrongCalls(text: string): string[] {
  return [...text.matchAll(CALL)].flatMap(([, name = '', rest = '']) => {
    const words = (rest.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []).filter(
      (word) => !/^\d?[<>]/.test(word),
    );
    const wrong = wrongWord(name as Name, words);
    return wrong === null ? [] : [`${name} ${words.join(' ')}: ${wrong}`];
  });
}

function wrongWord(name: Name, words: readonly string[]): string | null {
  switch (name) {
    case 'supervisord':
      return skipFlags(DAEMON_FLAGS, words).wrong;
    case 'supervisorctl':
      return wrongAction(words);
    case 'visord':
      return wrongVisordCommand(words);
    default:
      return null;
  }
}

/** The words behind the flags in front, and the first flag that is unknown. */
function skipFlags(
  rows: readonly FlagRow[],
  words: readonly string[],
): { readonly wrong: string | null; readonly rest: readonly string[] } {
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (!word.startsWith('-') || word === '-') return { wrong: null, rest: words.slice(index) };
    const [long = ''] = word.slice(2).split('=');
    const row = rows.find((each) =>
      word.startsWith('--') ? each.long === long : each.short !== null && each.short === word[1],
    );
    if (row === undefined) return { wrong: `no flag ${word}`, rest: [] };
    const isJoined = word.startsWith('--') ? word.includes('=') : word.length > 2;
    if (row.value !== null && !isJoined) index += 1;
  }
  return { wrong: null, rest: [] };
}

function wrongAction(words: readonly string[]): string | null {
  const { wrong, rest } = skipFlags(CLIENT_FLAGS, words);
  const [action, ...more] = rest;
  if (wrong !== null || action === undefined || isPlaceholder(action)) return wrong;
  const row = ACTIONS.find(({ name }) => name === action);
  if (row === undefined) return `no action ${action}`;
  const options: readonly string[] = Object.values(row.options).map(({ flag }) => flag);
  const unknown = more.find((word) => word.startsWith('--') && !options.includes(word));
  return unknown === undefined ? null : `no option ${unknown}`;
}

function wrongVisordCommand([command, ...more]: readonly string[]): string | null {
  if (command === undefined || ['--version', '--help'].includes(command) || isPlaceholder(command))
    return null;
  const row = VISORD_COMMANDS.find(({ name }) => name === command);
  if (row === undefined) return `no command ${command}`;
  const options = row.options.map(({ usage }) => usage.split(/[ ,]/)[0]);
  // Behind -- is another command.
  const own = more.includes('--') ? more.slice(0, more.indexOf('--')) : more;
  const unknown = own.find((word) => word.startsWith('-') && !options.includes(word));
  return unknown === undefined ? null : `no option ${unknown}`;
}

/** `[options]`, `ACTION`, `…`: a word that stands for others. */
function isPlaceholder(word: string): boolean {
  return /^[[<…"]|^[A-Z]+$|^\.\.\.$/.test(word);
}
