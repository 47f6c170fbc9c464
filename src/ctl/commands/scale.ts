/**
 * `scale`: how many processes programs have.
 *
 * @module
 */
import { FAULT_CODES } from '../../rpc/faults.ts';
import { lines, switchOption } from '../description.ts';
import { EXIT } from '../exit-codes.ts';
import { joinName, padText, textLength } from '../names/names.ts';
import type { Session } from '../session.ts';
import { FaultError } from '../wire/trouble.ts';
import { getScales, type ProgramScale, scaleProgram } from '../wire/visord-api.ts';
import { type Command, command } from './command.ts';
import { detailOf, VISORD_EXITS, withVisord } from './visord-only.ts';

export const scale: Command = command({
  name: 'scale',
  arguments: [{ name: 'program=number', kind: 'group', isOptional: true, isRepeated: true }],
  options: {
    noWait: switchOption('--no-wait', 'Do not wait until surplus processes have stopped.', '0.2.0'),
  },
  summary: 'Changes how many processes programs have, or lists the numbers.',
  help: lines(
    'scale <name>=<n>\t\tGive a program n processes',
    'scale <name>=+<n>\t\tAdd n processes',
    'scale <name>=-<n>\t\tStop n processes, the highest number first',
    'scale <name>=file\t\tUse numprocs of the configuration again',
    'scale <name>=<n> <name>=<n>\tThe same for multiple programs',
    'scale\t\t\tList the programs that can be scaled',
  ),
  details: [
    'The name is that of the program, or group:program. The number holds over restarts of the daemon and changes of ' +
      'numprocs, until `scale NAME=file`; the daemon needs `statedir` in `[supervisord]`. A program can be scaled where its ' +
      'process_name has `%(process_num)d`.',
    'The command waits until surplus processes have stopped: each gets its stopsignal, and SIGKILL after stopwaitsecs.',
  ],
  exits: {
    ...VISORD_EXITS,
    generic: 'A name is unknown, the number is refused, or a process could not be added or removed.',
    invalidArguments: 'An argument is not a name and a number.',
  },
  isStock: false,
  since: '0.2.0',
  run: (session, { words, options }) =>
    withVisord(session, () =>
      words.length === 0 ? list(session) : scaleAll(session, words, !options.noWait),
    ),
});

const FORM = /^([^=]+)=(file|[+-]?\d{1,9})$/;

async function scaleAll(session: Session, words: readonly string[], wait: boolean): Promise<void> {
  const wanted = words.map((word) => FORM.exec(word));
  const wrong = wanted.indexOf(null);
  if (wrong >= 0) {
    session.fail(
      `Error: scale requires <name>=<number> or <name>=file, not ${words[wrong]}`,
      EXIT.invalidArguments,
    );
    return;
  }
  for (const [, name = '', number = ''] of wanted.flatMap((match) => (match === null ? [] : [match]))) {
    await scaleOne(session, name, number, wait);
  }
}

async function scaleOne(session: Session, name: string, number: string, wait: boolean): Promise<void> {
  try {
    const { numprocs, before, changes } = await scaleProgram(session.connection, name, number, wait);
    for (const { group, name: process, action, status, description } of changes) {
      const isDone = status === FAULT_CODES.SUCCESS;
      session.print(`${joinName(group, process)}: ${isDone ? DONE[action] : `ERROR (${description})`}`);
      if (!isDone) session.exitStatus = EXIT.generic;
    }
    const change = before === numprocs ? '' : `, ${before} before`;
    session.print(`${name}: ${numprocs} ${numprocs === 1 ? 'process' : 'processes'}${change}`);
  } catch (error) {
    if (!(error instanceof FaultError) || error.code === FAULT_CODES.UNKNOWN_METHOD) throw error;
    const reason = error.code === FAULT_CODES.BAD_NAME ? 'no such program' : detailOf(error);
    session.fail(`${name}: ERROR (${reason})`, EXIT.generic);
  }
}

const DONE = {
  add: 'added',
  remove: 'removed',
  replace: 'restarted',
  restart: 'restarted',
  live: 'updated',
} as const;

async function list(session: Session): Promise<void> {
  const programs = await getScales(session.connection);
  const width = Math.max(0, ...programs.map((program) => textLength(nameOf(program))));
  for (const program of programs) {
    const { numprocs, configured, set, min, max } = program;
    const file = set ? `, scaled; numprocs=${configured}` : '';
    session.print(`${padText(nameOf(program), width)}  ${numprocs} (${min} to ${max}${file})`);
  }
}

function nameOf({ group, name }: ProgramScale): string {
  return joinName(group, name);
}
