/**
 * Runs a command on the nodes of a fleet.
 *
 * @module
 */
import { words as wordsOf } from '../../python/text.ts';
import type { Command, Outcome } from '../commands/command.ts';
import { describeUnknown, readOptions } from '../commands/given.ts';
import { failWithHelp } from '../commands/refuse-arguments.ts';
import { openView, readSeconds } from '../commands/watch.ts';
import { EXIT } from '../exit-codes.ts';
import type { FleetNode } from '../wire/fleet.ts';
import { type ProcessInfo, supervisorAt } from '../wire/supervisor-api.ts';
import { askAll, type Reply } from './ask.ts';
import type { FleetCall, FleetRun } from './call.ts';
import { completeNames } from './complete.ts';
import { runEverywhere } from './everywhere.ts';
import { followFleet, followOne } from './follow.ts';
import { kindOfNames, needsName, splitWords } from './names.ts';
import { restartFleet } from './rolling.ts';
import { showFleet } from './status.ts';
import { chooseNodes, planTargets, readTarget, type Target, type TargetPlan } from './targets.ts';

/** Commands about the client itself, also with `--fleet`. */
const LOCAL: ReadonlySet<string> = new Set(['help', 'exit', 'quit']);

export async function runOnFleet(call: FleetCall): Promise<Outcome> {
  const { session, command, argument, catalogue } = call;
  const isScript = command.name === 'completion' && !/^(?:processes|groups)$/.test(argument);
  if (LOCAL.has(command.name) || isScript) return command.run(session, argument, catalogue);
  if (command.isForFleet !== true) {
    session.fail(`Error: ${command.name} cannot be used with --fleet`, EXIT.invalidArguments);
  } else if (command.name === 'completion') {
    await completeNames(session, call.fleet, argument);
  } else if (command.name === 'watch') {
    const seconds = readSeconds(session, wordsOf(argument));
    if (seconds !== null) await watchFleet(call, seconds);
  } else {
    const run = await prepare(call);
    if (run !== null) await runPrepared(run);
  }
  return undefined;
}

function runPrepared(run: FleetRun): Promise<void> {
  const { command, options, given } = run;
  if (command.name === 'status') return showFleet(run);
  if (command.name === 'logs') return followFleet(run);
  if (command.name === 'tail' && given.before[0] === '-f') return followOne(run);
  if (command.name === 'restart' && options.rolling === true) return restartFleet(run);
  return runEverywhere(run);
}

/** The hosts as one list; each is polled by itself. */
function watchFleet({ session, fleet }: FleetCall, seconds: number): Promise<void> {
  const hosts = fleet.nodes.map(({ name, connection }) => ({
    prefix: `${name}/`,
    connection,
    limitMs: fleet.limitMs,
  }));
  return openView(session, { intervalMs: seconds * 1000, title: fleet.name, hosts });
}

/** Null where the words are wrong; the error is printed then. */
async function prepare(call: FleetCall): Promise<FleetRun | null> {
  const { session, fleet, command, argument } = call;
  const reading = readOptions(command, wordsOf(argument));
  const problem = typeof reading === 'string' ? reading : findProblem(command, reading);
  if (problem !== null || typeof reading === 'string') {
    session.fail(`Error: ${problem}`, EXIT.invalidArguments);
    return null;
  }
  const given = splitWords(command, reading.words);
  if (given.names.length === 0 && needsName(command)) {
    failWithHelp(session, command, `Error: ${command.name} requires a name`, EXIT.invalidArguments);
    return null;
  }
  const targets = given.names.map(readTarget);
  const { nodes, unknown } = chooseNodes(
    targets,
    fleet.nodes.map(({ name }) => name),
  );
  for (const { word } of unknown) reportUnknown(call, reading.options, word, 'no such node');
  if (nodes.length === 0) return null;
  const asked = fleet.nodes.filter(({ name }) => nodes.includes(name));
  const isByProcess = kindOfNames(command) === 'process';
  const replies = await askAll(asked, fleet.limitMs, isByProcess ? processesOf : isThere);
  const known = targets.filter((target) => !unknown.includes(target));
  const { names, missing } = isByProcess
    ? namesByProcess(known, replies, reading.options)
    : { names: namesAsGiven(known, replies), missing: [] };
  for (const { word } of missing) reportUnknown(call, reading.options, word, 'no such process');
  // As on one host, an unknown name ends a rolling restart before it begins.
  if (reading.options.rolling === true && unknown.length + missing.length > 0) return null;
  return { ...call, options: reading.options, given, replies, names };
}

function findProblem(
  command: Command,
  {
    options,
    words,
  }: { readonly options: Readonly<Record<string, unknown>>; readonly words: readonly string[] },
): string | null {
  const { names } = splitWords(command, words);
  const dashed = names.find((word) => word.startsWith('-'));
  if (dashed !== undefined) return describeUnknown(command, dashed);
  if (options.maxUnavailable != null && options.rolling !== true) {
    return '--max-unavailable of restart requires --rolling';
  }
  const isNodeAlone = (word: string): boolean => word.indexOf('/') === word.length - 1;
  return kindOfNames(command) === 'node' && !names.every(isNodeAlone)
    ? `${command.name} accepts no arguments but NODE/`
    : null;
}

function namesByProcess(
  targets: readonly Target[],
  replies: readonly Reply<readonly ProcessInfo[]>[],
  options: Readonly<Record<string, unknown>>,
): TargetPlan {
  const processes = new Map(
    replies.flatMap((reply) => (reply.isSilent ? [] : [[reply.node.name, reply.value] as const])),
  );
  if (targets.length === 0) {
    return { names: new Map([...processes.keys()].map((node) => [node, []])), missing: [] };
  }
  const silent = replies.filter(({ isSilent }) => isSilent).map(({ node }) => node.name);
  return planTargets(targets, processes, { takesGroups: options.rolling === true, silent });
}

/** Groups that a changed file adds have no names yet: each node reports the ones that it does not have. */
function namesAsGiven(
  targets: readonly Target[],
  replies: readonly Reply<readonly ProcessInfo[]>[],
): FleetRun['names'] {
  return new Map(
    replies.flatMap(({ node, isSilent }) => {
      const meant = targets.filter((target) => chooseNodes([target], [node.name]).nodes.length > 0);
      return isSilent ? [] : [[node.name, meant.map(({ name }) => name)] as const];
    }),
  );
}

function reportUnknown(
  { session, command }: FleetCall,
  options: Readonly<Record<string, unknown>>,
  word: string,
  reason: string,
): void {
  const line = `${word}: ERROR (${reason})`;
  const exitStatus = command.name === 'status' ? EXIT.statusUnknown : EXIT.generic;
  if (options.json === true) session.out.error(line);
  else session.print(line);
  session.exitStatus = Math.max(session.exitStatus, exitStatus);
}

function processesOf({ connection }: FleetNode): Promise<readonly ProcessInfo[]> {
  return supervisorAt(connection).getAllProcessInfo();
}

async function isThere({ connection }: FleetNode): Promise<readonly ProcessInfo[]> {
  await supervisorAt(connection).getVersion();
  return [];
}
