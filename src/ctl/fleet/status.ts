/**
 * `status` of a fleet: the processes of all nodes as one list.
 *
 * @module
 */
import { toJson } from '../commands/json.ts';
import { chooseProcesses, isDown } from '../commands/status.ts';
import { formatStatuses } from '../commands/status-lines.ts';
import { EXIT } from '../exit-codes.ts';
import type { ProcessInfo } from '../wire/supervisor-api.ts';
import { asJson, exitOf, linesOf, type NodeAnswer, nodeColumn, silentAnswer } from './answers.ts';
import type { FleetRun } from './call.ts';
import { driftLine } from './drift.ts';

interface NodeStatus {
  readonly node: string;
  readonly chosen: readonly ProcessInfo[];
  readonly missing: readonly string[];
  readonly trouble: string | null;
}

/** Prints the states; the columns of all nodes have the same width. */
export async function showFleet({ session, fleet, replies, names, options, given }: FleetRun): Promise<void> {
  const statuses = replies.flatMap((reply): NodeStatus[] => {
    const node = reply.node.name;
    if (reply.isSilent) return [{ node, chosen: [], missing: [], trouble: reply.trouble }];
    const wanted = names.get(node);
    if (wanted === undefined) return [];
    const { chosen, missing } = chooseProcesses(reply.value, wanted);
    return [{ node, chosen, missing: missing.map(({ line }) => line), trouble: null }];
  });
  const isJson = options.json === true;
  const all = formatStatuses(
    statuses.flatMap(({ chosen }) => chosen),
    session.hasColour,
  );
  const answers = statuses.map(({ node, chosen, missing, trouble }): NodeAnswer => {
    const lines = all.splice(0, chosen.length);
    if (trouble !== null) return silentAnswer(node, trouble);
    return {
      node,
      lines: isJson ? [toJson(chosen)] : [...missing, ...lines],
      errors: isJson ? missing : [],
      exitStatus: exitOfStatus(chosen, missing),
      trouble: null,
    };
  });
  if (isJson) session.print(toJson(asJson(fleet.name, answers)));
  const inColumns = nodeColumn(answers.map(({ node }) => node));
  for (const answer of answers) {
    for (const line of answer.errors) session.out.error(inColumns(answer.node, line));
    for (const line of isJson ? [] : linesOf(answer)) session.print(inColumns(answer.node, line));
  }
  session.exitStatus = Math.max(session.exitStatus, exitOf(answers));
  if (isJson || given.names.length > 0) return;
  const there = replies.flatMap(({ node, isSilent }) => (isSilent ? [] : [node]));
  const line = await driftLine(fleet, there);
  if (line !== null) session.print(line);
}

function exitOfStatus(chosen: readonly ProcessInfo[], missing: readonly string[]): number {
  if (missing.length > 0) return EXIT.statusUnknown;
  return chosen.some(isDown) ? EXIT.statusNotRunning : EXIT.success;
}
