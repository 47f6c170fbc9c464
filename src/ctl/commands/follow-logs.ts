/**
 * `logs`: several programs' output as it comes, each line with its program's name in front.
 *
 * @module
 */
import { words } from '../../python/text.ts';
import { EXIT } from '../exit-codes.ts';
import { joinName, padText, splitName, textLength } from '../names/names.ts';
import type { Session } from '../session.ts';
import { PREFIX_COLOURS, paint } from '../terminal/colour.ts';
import { interruptible } from '../terminal/interrupts.ts';
import { prefixLines } from '../terminal/log-prefix.ts';
import { openLog } from '../wire/follow.ts';
import { explainTrouble, HttpStatusError, Interrupt } from '../wire/trouble.ts';
import { type Command, lines } from './command.ts';
import { isUp } from './upcheck.ts';

/** Each is two connections; a daemon has only so many descriptors. */
const MAX_PROGRAMS = 200;
const WIDEST_PREFIX = 32;

export const logs: Command = {
  name: 'logs',
  help: lines(
    'logs <name> [...]\tFollow stdout and stderr of several processes, with their names in front',
    'logs <gname>:* web-?\tThe same for groups and patterns',
    'logs\t\t\tThe same for all processes. Ctrl-C to exit.',
  ),
  isOurs: true,
  completes: 'processes',
  run: async (session, argument) => {
    if (!(await isUp(session))) return undefined;
    const names = await findProcesses(session, words(argument));
    if (names !== null) await followAll(session, names);
    return undefined;
  },
};

/** Null where a name means nothing, which has been said then. */
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
  if (found.size <= MAX_PROGRAMS) return [...found];
  session.fail(
    `ERROR: ${found.size} processes are too many to follow, ${MAX_PROGRAMS} is the limit`,
    EXIT.generic,
  );
  return null;
}

async function followAll(session: Session, names: readonly string[]): Promise<void> {
  const width = Math.min(
    WIDEST_PREFIX,
    names.reduce((widest, name) => Math.max(widest, textLength(name)), 0),
  );
  const cuts: (() => void)[] = [];
  const streams = names.flatMap((name, index) => {
    const label = padText(name, width);
    const colour = PREFIX_COLOURS[index % PREFIX_COLOURS.length] ?? '0';
    const prefix = session.hasColour ? `${paint(colour, `${label} |`)} ` : `${label} | `;
    return (['stdout', 'stderr'] as const).map((channel) => followOne(session, name, channel, prefix, cuts));
  });
  try {
    await interruptible(Promise.all(streams));
  } catch (error) {
    if (!(error instanceof Interrupt)) throw error;
    session.say('');
  } finally {
    for (const cut of cuts) cut();
  }
}

function followOne(
  session: Session,
  name: string,
  channel: 'stdout' | 'stderr',
  prefix: string,
  cuts: (() => void)[],
): Promise<void> {
  const { serverUrl } = session.connection;
  const shown = prefixLines(prefix, (line) => session.say(line));
  return new Promise((resolve) => {
    const cut = openLog(session.connection, `/logtail/${name}/${channel}`, {
      part: (bytes) => shown.push(bytes),
      end: (error) => {
        shown.end();
        // A program that keeps no log on one of its channels has nothing to show there.
        const isSilent = error === null || (error instanceof HttpStatusError && error.status === 404);
        if (!isSilent) session.out.error(`${name} ${channel}: ${explainTrouble(error, serverUrl)}`);
        resolve();
      },
    });
    cuts.push(cut);
  });
}
