/**
 * A command that each node runs as one host does: all at once, printed in the order of the fleet.
 *
 * @module
 */

import { toJson } from '../commands/json.ts';
import type { CommandDescription } from '../description.ts';
import { joinName } from '../names/names.ts';
import type { ProcessInfo } from '../wire/supervisor-api.ts';
import { asJson, exitOf, linesOf, type NodeAnswer, nodeColumn, silentAnswer } from './answers.ts';
import type { Reply } from './ask.ts';
import type { FleetRun } from './call.ts';
import { kindOfNames } from './names.ts';
import { runOnNode } from './node-session.ts';
import { NODES_AT_ONCE, openSlots, type Slots } from './slots.ts';
import { ALL } from './targets.ts';

/** One run of the command. */
interface Piece {
  /** Stands in front of its lines. */
  readonly label: string;
  readonly answer: Promise<NodeAnswer>;
}

/** The lines of a node are printed when it and those before it have answered. */
export async function runEverywhere(run: FleetRun): Promise<void> {
  const { session, fleet, options } = run;
  const inSlot = openSlots(NODES_AT_ONCE);
  const pieces = run.replies.flatMap((reply) => piecesOf(run, reply, inSlot));
  const inColumns = nodeColumn(pieces.map(({ label }) => label));
  const answers: NodeAnswer[] = [];
  for (const { label, answer } of pieces) {
    const got = await answer;
    answers.push(got);
    for (const line of got.errors) session.out.error(inColumns(label, line));
    for (const line of options.json === true ? [] : linesOf(got)) session.print(inColumns(label, line));
    session.out.flush();
  }
  if (options.json === true) session.print(toJson(asJson(fleet.name, answers)));
  session.exitStatus = Math.max(session.exitStatus, exitOf(answers));
}

function piecesOf(run: FleetRun, reply: Reply<readonly ProcessInfo[]>, inSlot: Slots): Piece[] {
  const { session, fleet, command, catalogue, given, names } = run;
  const node = reply.node.name;
  if (reply.isSilent) return [{ label: node, answer: Promise.resolve(silentAnswer(node, reply.trouble)) }];
  const wanted = names.get(node);
  if (wanted === undefined) return [];
  const flags = flagsOf(command, run.options);
  const start = (label: string, own: readonly string[]): Piece => ({
    label,
    answer: inSlot(() =>
      runOnNode({
        session,
        fleet,
        node: reply.node,
        command,
        argument: [...flags, ...given.before, ...own, ...given.after].join(' '),
        catalogue,
      }),
    ),
  });
  // One log a run.
  if (command.name === 'tail') {
    const each = wanted.includes(ALL) ? reply.value.map(({ group, name }) => joinName(group, name)) : wanted;
    return each.map((name) => {
      const { label, answer } = start(`${node}/${name}`, [name]);
      return { label, answer: answer.then(withoutLastEnd) };
    });
  }
  const isNodeAlone = kindOfNames(command) === 'node';
  return [start(node, isNodeAlone ? [] : wanted)];
}

/** The client ends a log with a line end, and most logs end with one already. */
function withoutLastEnd(answer: NodeAnswer): NodeAnswer {
  return answer.lines.at(-1) === '' ? { ...answer, lines: answer.lines.slice(0, -1) } : answer;
}

/** The switches that were given. */
function flagsOf(
  { options: table }: CommandDescription,
  options: Readonly<Record<string, unknown>>,
): string[] {
  return Object.entries(table)
    .filter(([key]) => options[key] === true)
    .map(([, { flag }]) => flag);
}
