/**
 * `logs`: the output of several programs as it comes, each line with the name of its program in front.
 *
 * @module
 */

import { lines } from '../description.ts';
import { EXIT } from '../exit-codes.ts';
import { joinName, padText, splitName, textLength } from '../names/names.ts';
import type { Session } from '../session.ts';
import { PREFIX_COLOURS, paint } from '../terminal/colour.ts';
import { Interrupt, interruptible } from '../terminal/interrupts.ts';
import { prefixLines } from '../terminal/log-prefix.ts';
import { openLog } from '../wire/log-stream.ts';
import type { Connection } from '../wire/rpc-client.ts';
import { explainTrouble, HttpStatusError } from '../wire/trouble.ts';
import { command } from './command.ts';
import { isUp, SERVER_EXITS } from './upcheck.ts';

/** Each takes two connections, and the descriptors of a daemon are limited. */
const MAX_PROGRAMS = 200;
const WIDEST_PREFIX = 32;

export const logs = command({
  name: 'logs',
  arguments: [{ name: 'name', kind: 'process', isOptional: true, isRepeated: true }],
  options: {},
  summary: 'Follows stdout and stderr of several processes, each line with the name of its process in front.',
  help: lines(
    'logs <name> [...]\tFollow stdout and stderr of several processes, with their names in front',
    'logs <gname>:* web-?\tThe same for groups and patterns',
    'logs\t\t\tThe same for all processes. Ctrl-C to exit.',
  ),
  details: ['Names may be patterns. At most 200 processes are followed at once. Ctrl-C ends the command.'],
  exits: { ...SERVER_EXITS, generic: 'A name is unknown, or the names mean more than 200 processes.' },
  isForFleet: true,
  isStock: false,
  since: '0.1.0',
  run: async (session, { words }) => {
    if (!(await isUp(session))) return;
    const names = await findProcesses(session, words);
    if (names === null) return;
    const { connection } = session;
    await followAll(
      session,
      names.map((name) => ({ connection, name, label: name })),
    );
  },
});

/** Null where a name is unknown; the error is printed then. */
async function findProcesses(session: Session, given: readonly string[]): Promise<string[] | null> {
  const infos = await session.supervisor.getAllProcessInfo();
  const wanted = given.length === 0 ? ['all'] : await session.expandNames(given, true);
  const found = new Set<string>();
  for (const name of wanted) {
    const { group, process } = splitName(name);
    const matches = infos.filter(
      (info) => name === 'all' || (info.group === group && (process === null || info.name === process)),
    );
    if (matches.length === 0 && name !== 'all') {
      session.fail(`${name}: ERROR (no such process)`, EXIT.generic);
      return null;
    }
    for (const info of matches) found.add(joinName(info.group, info.name));
  }
  return [...found];
}

/** A process whose output is followed. */
export interface LogSource {
  readonly connection: Connection;
  readonly name: string;
  /** Stands in front of each line. */
  readonly label: string;
}

/** Shows the output of all of them until Ctrl-C, or until all have ended. */
export async function followAll(session: Session, sources: readonly LogSource[]): Promise<void> {
  if (sources.length > MAX_PROGRAMS) {
    session.fail(
      `ERROR: ${sources.length} processes are too many to follow, ${MAX_PROGRAMS} is the limit`,
      EXIT.generic,
    );
    return;
  }
  const width = Math.min(
    WIDEST_PREFIX,
    sources.reduce((widest, { label }) => Math.max(widest, textLength(label)), 0),
  );
  const cuts: (() => void)[] = [];
  const streams = sources.flatMap((source, index) => {
    const label = padText(source.label, width);
    const colour = PREFIX_COLOURS[index % PREFIX_COLOURS.length] ?? '0';
    const prefix = session.hasColour ? `${paint(colour, `${label} |`)} ` : `${label} | `;
    return (['stdout', 'stderr'] as const).map((channel) =>
      followOne(session, source, channel, prefix, cuts),
    );
  });
  try {
    await interruptible(Promise.all(streams));
  } catch (error) {
    if (!(error instanceof Interrupt)) throw error;
    session.print('');
  } finally {
    for (const cut of cuts) cut();
  }
}

function followOne(
  session: Session,
  { connection, name, label }: LogSource,
  channel: 'stdout' | 'stderr',
  prefix: string,
  cuts: (() => void)[],
): Promise<void> {
  const shown = prefixLines(prefix, (line) => session.print(line));
  return new Promise((resolve) => {
    const cut = openLog(connection, `/logtail/${name}/${channel}`, {
      part: (bytes) => shown.push(bytes),
      end: (error) => {
        shown.end();
        // A program need not have a log for each channel.
        const isSilent = error === null || (error instanceof HttpStatusError && error.status === 404);
        if (!isSilent) {
          session.out.error(`${label} ${channel}: ${explainTrouble(error, connection.serverUrl)}`);
        }
        resolve();
      },
    });
    cuts.push(cut);
  });
}
