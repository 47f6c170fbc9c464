/**
 * `graph`, `why`, `critical-chain`: what waits for what, and what the start waited for.
 *
 * @module
 */
import { FAULT_CODES } from '../../rpc/faults.ts';
import { lines, switchOption } from '../description.ts';
import { EXIT } from '../exit-codes.ts';
import { padText, splitName } from '../names/names.ts';
import type { Session } from '../session.ts';
import { reasonsOf, shortName } from '../wait-reasons.ts';
import { reasonOf } from '../watch/reason.ts';
import { FaultError } from '../wire/trouble.ts';
import { type DependencyGraph, type GraphProcess, getGraph } from '../wire/visord-api.ts';
import { type Command, command } from './command.ts';
import { JSON_OPTION, toJson } from './json.ts';
import { failWithHelp, refuseArguments } from './refuse-arguments.ts';
import { isUp, SERVER_EXITS } from './upcheck.ts';

const EXITS = {
  ...SERVER_EXITS,
  unimplemented: 'The server has no visord namespace: it is a stock supervisord.',
} as const;

export const graph: Command = command({
  name: 'graph',
  arguments: [],
  options: {
    dot: switchOption('--dot', 'Print the graph in the language of Graphviz.', '0.2.0'),
    json: JSON_OPTION,
  },
  summary: 'Shows which processes depend on which.',
  help: lines('graph\t\t\tShow the dependencies of all processes', 'graph --dot\t\tThe same for Graphviz'),
  details: [
    'Prints a line for each process, sorted by level: processes of level 0 depend on nothing. The line ends with its ' +
      'dependencies and their conditions; a dependency that is not met yet is marked with `!`.',
  ],
  exits: { ...EXITS, generic: 'The command has an argument.' },
  isStock: false,
  since: '0.2.0',
  run: async (session, { words, options }) => {
    if (refuseArguments(session, graph, words.join(' '))) return;
    const found = await askForGraph(session);
    if (found === null) return;
    if (options.json) session.print(toJson(found));
    else if (options.dot) session.print(dot(found));
    else for (const line of table(found.processes)) session.print(line);
  },
});

export const why: Command = command({
  name: 'why',
  arguments: [{ name: 'name', kind: 'process', isRepeated: true }],
  options: { json: JSON_OPTION },
  summary: 'Shows what a process waits for, and since when.',
  help: lines(
    'why <name>\t\tShow what a process waits for',
    'why <name> <name>\tThe same for multiple processes',
  ),
  details: [
    'If a dependency waits too, the next lines show what it waits for. A process that does not wait for a dependency is ' +
      'shown with its state and the reason: a failure, a pause before the next start, the last result of its checks.',
  ],
  exits: { ...EXITS, generic: 'A name is unknown.', invalidArguments: 'No name is given.' },
  isStock: false,
  since: '0.2.0',
  run: async (session, { words, options }) => {
    if (words.length === 0) {
      failWithHelp(session, why, 'Error: why requires a process name', EXIT.invalidArguments);
      return;
    }
    const found = await askForGraph(session);
    if (found === null) return;
    const byName = new Map(found.processes.map((process) => [process.name, process]));
    const infos = options.json ? [] : await session.supervisor.getAllProcessInfo();
    const reasons = new Map(infos.map((info) => [`${info.group}:${info.name}`, reasonOf(info)]));
    for (const word of words) {
      const process = byName.get(idOf(word));
      if (process === undefined) session.fail(`${word}: ERROR (no such process)`, EXIT.generic);
      else if (options.json) session.print(toJson(process));
      else for (const line of reasonsOf(process, byName, reasons)) session.print(line);
    }
  },
});

export const criticalChain: Command = command({
  name: 'critical-chain',
  arguments: [{ name: 'name', kind: 'process', isOptional: true }],
  options: { json: JSON_OPTION },
  summary: 'Shows the processes that decided how long the start took.',
  help: lines(
    'critical-chain\t\tShow what the process that was ready last waited for',
    'critical-chain <name>\tThe same for one process',
  ),
  details: [
    'The first line has the named process, or the process that was ready last. Each further line has one dependency of ' +
      'the process above it: the one that was ready last. `@` is the time between the first start of any process and ' +
      'the start of this one, `+` the time until it was ready.',
    'Starts are recorded if at least one program has depends_on. Starts of adopted processes are not recorded.',
  ],
  exits: { ...EXITS, generic: 'The name is unknown.' },
  isStock: false,
  since: '0.2.0',
  run: async (session, { words, options }) => {
    const found = await askForGraph(session, words[0]);
    if (found === null) return;
    if (options.json) session.print(toJson(found.critical_chain));
    else if (found.critical_chain.length === 0)
      session.print(
        'no start is recorded: those of adopted processes are not, and others only if a program has depends_on',
      );
    else {
      for (const [
        depth,
        { name, started_after_ms: after, took_ms: took },
      ] of found.critical_chain.entries()) {
        const end = took < 0 ? 'not ready' : `+${seconds(took)}`;
        session.print(`${'  '.repeat(depth)}${shortName(name)} @${seconds(after)} ${end}`);
      }
    }
  },
});

/** Null where there is none; the reason is printed then. */
async function askForGraph(session: Session, last?: string): Promise<DependencyGraph | null> {
  if (!(await isUp(session))) return null;
  try {
    return await getGraph(session.connection, last);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    if (error.code === FAULT_CODES.UNKNOWN_METHOD) {
      session.fail(
        'ERROR: this server has no method visord.getGraph; it is not a visord daemon',
        EXIT.unimplemented,
      );
      return null;
    }
    if (error.code === FAULT_CODES.BAD_NAME) {
      session.fail(`${last}: ERROR (no such process)`, EXIT.generic);
      return null;
    }
    throw error;
  }
}

function table(processes: readonly GraphProcess[]): string[] {
  const width = Math.max(0, ...processes.map(({ name }) => shortName(name).length)) + 2;
  return processes.map(({ name, statename, dependencies }) => {
    const needs = dependencies.map(
      (dependency) => `${dependency.met ? '' : '!'}${shortName(dependency.name)} (${dependency.condition})`,
    );
    const behind = needs.length === 0 ? '' : `<- ${needs.join(', ')}`;
    return `${padText(shortName(name), width)}${padText(statename, 10)}${behind}`.trimEnd();
  });
}

function dot({ processes }: DependencyGraph): string {
  const edges = processes.flatMap(({ name, dependencies }) =>
    dependencies.map(
      (to) => `  ${quoted(name)} -> ${quoted(to.name)} [label=${JSON.stringify(to.condition)}];`,
    ),
  );
  const nodes = processes.map(
    ({ name, statename }) => `  ${quoted(name)} [tooltip=${JSON.stringify(statename)}];`,
  );
  return ['digraph visord {', '  rankdir=RL;', ...nodes, ...edges, '}'].join('\n');
}

function quoted(name: string): string {
  return JSON.stringify(shortName(name));
}

function idOf(word: string): string {
  const { group, process } = splitName(word);
  return `${group}:${process ?? ''}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)}s`;
}
