/**
 * docs/reference/commands.md: every command of the package, with its flags, actions and exit codes.
 *
 * @module
 */
import { DAEMON_EXITS } from '../../src/bin/daemon-exits.ts';
import { DAEMON_FLAGS } from '../../src/bin/supervisord-flags.ts';
import type { VisordCommand } from '../../src/bin/visord/command.ts';
import { VISORD_COMMANDS } from '../../src/bin/visord/table.ts';
import type { FlagRow } from '../../src/config/tables/flag.ts';
import { COMMANDS } from '../../src/ctl/commands/table.ts';
import { type CommandDescription, readForms, usageOf } from '../../src/ctl/description.ts';
import { EXIT_CODES } from '../../src/ctl/exit-codes.ts';
import { CLIENT_FLAGS } from '../../src/ctl/flags.ts';
import { PLACES, PLACES_NOTE } from './configuration-places.ts';
import { DAEMON_SIGNALS } from './daemon-signals.ts';
import { ownExits, SERVER_NOTE } from './exit-codes.ts';
import { code, GENERATED, markdownTable, paragraphs } from './markdown.ts';

export function commandsPage(): string {
  return paragraphs(
    '# Commands',
    GENERATED,
    'A flag or a command that stock Supervisor does not have is marked with the version of visord that brought it.',
    '## supervisord',
    code('supervisord [options]'),
    flagTable(DAEMON_FLAGS),
    `${PLACES_NOTE} ${PLACES.map(code).join(', ')}.`,
    markdownTable(
      ['signal', ''],
      DAEMON_SIGNALS.map(({ names, meaning }) => [names, meaning]),
    ),
    exitTable(Object.values(DAEMON_EXITS).map((exit) => [exit.code, exit.meaning])),
    '## supervisorctl',
    code('supervisorctl [options] [action [arguments]]'),
    flagTable(CLIENT_FLAGS),
    'Without an action a session starts. Several names are separated by blanks. `GROUP:*` means all processes of a ' +
      'group, `all` means every process. A name that begins with a dash is an error, unless a process or a group has ' +
      'that name.',
    SERVER_NOTE,
    exitTable(Object.values(EXIT_CODES).map((exit) => [exit.code, exit.meaning])),
    ...COMMANDS.flatMap(commandSection),
    '## visord',
    code('visord [options] [command]'),
    '`visord --version` prints the version of visord, `visord --help` the list of commands.',
    ...VISORD_COMMANDS.flatMap(visordSection),
  );
}

/** The section of an action of supervisorctl. */
export function commandSection(row: CommandDescription): string[] {
  const { forms, notes } = readForms(row);
  const options = Object.values(row.options);
  const exits = ownExits(row);
  return [
    `### ${row.name}`,
    `${code(usageOf(row))}${row.isStock ? '' : ` ${mark(row.since)}`}`,
    row.summary,
    markdownTable(
      ['form', ''],
      forms.map(({ usage, meaning }) => [code(usage), meaning]),
    ),
    ...notes,
    ...(options.length === 0
      ? []
      : [
          markdownTable(
            ['option', ''],
            options.map(({ flag, value, help, since }) => [
              `${code(value === null ? flag : `${flag} ${value}`)} ${mark(since)}`,
              help,
            ]),
          ),
        ]),
    ...row.details,
    ...(exits.length === 0 ? [] : [exitTable(exits)]),
  ];
}

function visordSection({ name, options, summary, details, exits, since, ...row }: VisordCommand): string[] {
  const taken = [...(options.length > 0 ? ['[options]'] : []), ...row.arguments.map(({ usage }) => usage)];
  const rows = [
    ...row.arguments.map(({ usage, help }) => [code(usage), help]),
    ...options.map((option) => [`${code(option.usage)} ${mark(option.since)}`, option.help]),
  ];
  return [
    `### visord ${name}`,
    `${code(['visord', name, ...taken].join(' '))} ${mark(since)}`,
    summary,
    ...(rows.length === 0 ? [] : [markdownTable(['option', ''], rows)]),
    ...details,
    ...(Object.keys(exits).length === 0
      ? []
      : [exitTable(Object.entries(exits).map(([exitCode, meaning]) => [Number(exitCode), meaning]))]),
  ];
}

function flagTable(flags: readonly FlagRow[]): string {
  return markdownTable(
    ['option', ''],
    flags.map(({ short, long, value, help, isStock, since }) => {
      const names = short === null ? [`--${long}`] : [`-${short}`, `--${long}`];
      const shown = names.map((name) => code(value === null ? name : `${name} ${value}`)).join(', ');
      return [isStock ? shown : `${shown} ${mark(since)}`, help];
    }),
  );
}

function exitTable(exits: readonly (readonly [code: number, meaning: string])[]): string {
  return markdownTable(
    ['exit code', ''],
    exits.map(([exitCode, meaning]) => [String(exitCode), meaning]),
  );
}

function mark(since: string): string {
  return `(visord ${since})`;
}
