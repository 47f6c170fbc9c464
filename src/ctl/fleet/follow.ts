/**
 * `logs` and `tail -f` of a fleet.
 *
 * @module
 */
import { followAll, type LogSource } from '../commands/follow-logs.ts';
import { chooseProcesses } from '../commands/status.ts';
import { EXIT } from '../exit-codes.ts';
import { joinName } from '../names/names.ts';
import { Session } from '../session.ts';
import { nodeColumn } from './answers.ts';
import { explainNode } from './ask.ts';
import type { FleetRun } from './call.ts';
import { isSilence } from './node-session.ts';

/** Follows the processes of all nodes, each line with `NODE/NAME` in front. */
export async function followFleet(run: FleetRun): Promise<void> {
  const { session } = run;
  reportSilent(run);
  const sources = sourcesOf(run);
  if (sources.length === 0) return;
  await followAll(session, sources);
}

/** `tail -f`: one process of one node, as it is written. */
export async function followOne(run: FleetRun): Promise<void> {
  const { session, command, catalogue, given, replies } = run;
  reportSilent(run);
  const sources = sourcesOf(run);
  const [source, other] = sources;
  if (source === undefined) return;
  if (other !== undefined) {
    session.fail('Error: tail -f follows one process; logs follows several', EXIT.invalidArguments);
    return;
  }
  const own = new Session({ ...session, connection: { ...source.connection }, fleet: null });
  const argument = [...given.before, source.name, ...given.after].join(' ');
  try {
    await command.run(own, argument, catalogue);
    session.exitStatus = Math.max(session.exitStatus, own.exitStatus);
  } catch (error) {
    const node = replies.find(({ node: each }) => each.connection === source.connection)?.node;
    if (node === undefined) throw error;
    session.fail(
      `${source.label}: ERROR (${explainNode(node, error)})`,
      isSilence(error) ? EXIT.statusUnknown : EXIT.generic,
    );
  }
}

/** Where a name is unknown, the line is printed, and the others are followed. */
function sourcesOf({ session, replies, names }: FleetRun): LogSource[] {
  return replies.flatMap((reply) => {
    const wanted = names.get(reply.node.name);
    if (reply.isSilent || wanted === undefined) return [];
    const { chosen, missing } = chooseProcesses(reply.value, wanted);
    for (const { line } of missing) session.fail(`${reply.node.name}  ${line}`, EXIT.generic);
    return chosen.map(({ group, name }) => {
      const full = joinName(group, name);
      return { connection: reply.node.connection, name: full, label: `${reply.node.name}/${full}` };
    });
  });
}

function reportSilent({ session, replies }: FleetRun): void {
  const inColumns = nodeColumn(replies.map(({ node }) => node.name));
  for (const reply of replies) {
    if (!reply.isSilent) continue;
    session.out.error(inColumns(reply.node.name, `ERROR (${reply.trouble})`));
    session.exitStatus = EXIT.statusUnknown;
  }
}
