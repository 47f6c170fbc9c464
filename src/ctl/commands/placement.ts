/**
 * `move`, `drain`, `undrain`, `nodes`: where in a fleet programs with `run_on` run.
 *
 * @module
 */
import { FAULT_CODES } from '../../rpc/faults.ts';
import { lines } from '../description.ts';
import { EXIT } from '../exit-codes.ts';
import { padText, textLength } from '../names/names.ts';
import type { Session } from '../session.ts';
import { FaultError } from '../wire/trouble.ts';
import { drainNode, getFleet, moveProcess } from '../wire/visord-api.ts';
import { type Command, command } from './command.ts';
import { failWithHelp, refuseArguments } from './refuse-arguments.ts';
import { detailOf, VISORD_EXITS, withVisord } from './visord-only.ts';

const EXITS = {
  ...VISORD_EXITS,
  generic: 'A name is unknown, the engine cannot be reached, or the daemon is in no fleet with an engine.',
  invalidArguments: 'An argument is missing, or there are too many.',
} as const;

export const move: Command = command({
  name: 'move',
  arguments: [
    { name: 'name', kind: 'process' },
    { name: 'node', kind: 'word' },
  ],
  options: {},
  summary: 'Moves a process with run_on to another node.',
  help: lines('move <name> <node>\t\tStop a process where it runs, and start it on another node'),
  details: [
    'The process stops on the node on which it runs, and starts on the other one when it has ended. Any node of the fleet ' +
      'can be asked. The command waits until the other node has the slot.',
  ],
  exits: EXITS,
  isStock: false,
  since: '0.2.0',
  run: (session, { words: [name, node, ...more] }) => {
    if (name === undefined || node === undefined || more.length > 0) {
      failWithHelp(session, move, 'Error: move requires a process name and a node', EXIT.invalidArguments);
      return Promise.resolve();
    }
    return withVisord(session, () =>
      report(session, name, () => moveProcess(session.connection, name, node), `moved to ${node}`),
    );
  },
});

export const drain: Command = command({
  name: 'drain',
  arguments: [{ name: 'node', kind: 'word' }],
  options: {},
  summary: 'Moves all programs with run_on away from a node, and starts none there.',
  help: lines('drain <node>\t\tLet programs with run_on leave a node'),
  details: [
    'The other nodes start these programs. The node stays drained until `undrain`, even after restarts. Programs without ' +
      'run_on are not affected. The command waits until no program with run_on has a slot there.',
  ],
  exits: EXITS,
  isStock: false,
  since: '0.2.0',
  run: (session, { words }) => forNode(session, drain, words, true),
});

export const undrain: Command = command({
  name: 'undrain',
  arguments: [{ name: 'node', kind: 'word' }],
  options: {},
  summary: 'Lets programs with run_on run on a drained node again.',
  help: lines('undrain <node>\t\tLet programs with run_on run on a node again'),
  details: ['No program moves back automatically: `move` moves one back.'],
  exits: EXITS,
  isStock: false,
  since: '0.2.0',
  run: (session, { words }) => forNode(session, undrain, words, false),
});

export const nodes: Command = command({
  name: 'nodes',
  arguments: [],
  options: {},
  summary: 'Lists the nodes of the fleet, and the programs with run_on that each of them has.',
  help: lines('nodes\t\t\tList the nodes of the fleet that have the same engine'),
  details: [
    'Prints a line for each node: its name, the digest of its configuration, and `drained` or the processes with run_on that ' +
      'it has. Nodes with the same programs have the same digest.',
  ],
  exits: {
    ...VISORD_EXITS,
    generic:
      'The command has an argument, the engine cannot be reached, or the daemon is in no fleet with an engine.',
  },
  isStock: false,
  since: '0.2.0',
  run: async (session, { argument }) => {
    if (refuseArguments(session, nodes, argument)) return;
    await withVisord(session, () => list(session));
  },
});

function forNode(
  session: Session,
  own: Command,
  words: readonly string[],
  isDrained: boolean,
): Promise<void> {
  const [node, ...more] = words;
  if (node === undefined || more.length > 0) {
    failWithHelp(session, own, `Error: ${own.name} requires a node`, EXIT.invalidArguments);
    return Promise.resolve();
  }
  const done = isDrained ? 'drained' : 'undrained';
  return withVisord(session, () =>
    report(session, node, () => drainNode(session.connection, node, isDrained), done),
  );
}

async function report(
  session: Session,
  name: string,
  act: () => Promise<unknown>,
  done: string,
): Promise<void> {
  try {
    await act();
    session.print(`${name}: ${done}`);
  } catch (error) {
    if (!(error instanceof FaultError) || error.code === FAULT_CODES.UNKNOWN_METHOD) throw error;
    const reason = error.code === FAULT_CODES.BAD_NAME ? 'no such process' : detailOf(error);
    session.fail(`${name}: ERROR (${reason})`, EXIT.generic);
  }
}

async function list(session: Session): Promise<void> {
  const { nodes: all, slots, connected } = await getFleet(session.connection);
  if (!connected) session.fail('ERROR: the engine of the fleet cannot be reached', EXIT.generic);
  const width = Math.max(0, ...all.map(({ name }) => textLength(name)));
  for (const { name, digest, drained } of all) {
    const held = slots.filter(({ node }) => node === name).map(({ process }) => process);
    const state = drained ? 'drained' : held.sort().join(' ');
    session.print(`${padText(name, width)}  ${digest}  ${state}`.trimEnd());
  }
}
