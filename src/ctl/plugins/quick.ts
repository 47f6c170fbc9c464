/**
 * supervisor_quick 0.1.4: `quickstart`, `quickstop` and `quickrestart` request everything at once, then poll the states.
 *
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { StateName } from '../../process/machine/states.ts';
import { type Command, command } from '../commands/command.ts';
import { lines } from '../description.ts';
import type { Session } from '../session.ts';
import { FaultError } from '../wire/trouble.ts';
import { wholeNumber } from './options.ts';
import type { PluginSection } from './plugin.ts';
import { matchingNames, NOTHING_MATCHED } from './wildcards.ts';

const LOOK_EVERY_MS = 100;
/** Calls in one request: far below the largest body that a server reads. */
const CALLS_PER_REQUEST = 500;

interface Verb {
  readonly method: 'startProcess' | 'stopProcess';
  /** The states in between; any other is final. */
  readonly passing: ReadonlySet<string>;
}

const START: Verb = {
  method: 'startProcess',
  passing: new Set<StateName>(['STARTING', 'BACKOFF']),
};
const STOP: Verb = { method: 'stopProcess', passing: new Set<StateName>(['STOPPING']) };

/** `retries`: the number of polls, ten a second, before a state in between is reported. */
export function quickCommands(section: PluginSection): readonly Command[] {
  const retries = wholeNumber(section, 'retries', 600);
  return [
    quickCommand('quickstart', 'Start', [START], retries),
    quickCommand('quickstop', 'Stop', [STOP], retries),
    quickCommand('quickrestart', 'Restart', [STOP, START], retries),
  ];
}

function quickCommand(name: string, does: string, verbs: readonly Verb[], retries: number): Command {
  return command({
    name,
    arguments: [{ name: 'name', kind: 'process', isRepeated: true }],
    options: {},
    summary: `${does}s processes, all at once.`,
    help: lines(
      `${name} <gname>:<name>\t${does} a process without waiting for it in turn`,
      `${name} <gname>:\t\t${does} all processes in a group, all at once`,
      `${name} <pattern>\t${does} the processes whose <gname>:<name> match`,
      `${name} all\t\t${does} all processes, all at once`,
    ),
    details: [],
    exits: {},
    isStock: false,
    since: '0.1.0',
    run: async (session, { words }) => {
      const patterns = words.map((word) => (word.endsWith(':') ? `${word}*` : word));
      const given = patterns.includes('all') ? ['*'] : patterns;
      for (const verb of verbs) await quicklyDo(session, verb, given, retries);
    },
  });
}

async function quicklyDo(
  session: Session,
  verb: Verb,
  patterns: readonly string[],
  retries: number,
): Promise<void> {
  if (patterns.length === 0) {
    session.print(NOTHING_MATCHED);
    return;
  }
  const names = await matchingNames(session, patterns, ({ group, name }) => `${group}:${name}`);
  const asked = new Set<string>();
  for (let first = 0; first < names.length; first += CALLS_PER_REQUEST) {
    const some = names.slice(first, first + CALLS_PER_REQUEST);
    const answers = await session.supervisor.withoutWaiting(verb.method, some);
    for (const [index, name] of some.entries()) {
      const answer = answers[index];
      if (answer instanceof FaultError) session.print(`${name} ERROR(${answer.message.split(':')[0]})`);
      else asked.add(name);
    }
  }
  await printStates(session, asked, verb.passing, retries);
}

/** Prints each state as soon as it is final. */
async function printStates(
  session: Session,
  names: ReadonlySet<string>,
  passing: ReadonlySet<string>,
  retries: number,
): Promise<void> {
  let open = names;
  for (let look = 0; open.size > 0; look += 1) {
    if (look > 0) await sleep(LOOK_EVERY_MS);
    const still = new Set<string>();
    for (const { group, name, statename } of await session.supervisor.getAllProcessInfo()) {
      const whole = `${group}:${name}`;
      if (!open.has(whole)) continue;
      if (passing.has(statename) && look < retries) still.add(whole);
      else session.print(`${whole}: ${statename}`);
    }
    open = still;
  }
}
