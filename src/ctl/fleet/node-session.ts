/**
 * The session of one node: commands of one host run on it without knowing the fleet.
 *
 * @module
 */
import { StringDecoder } from 'node:string_decoder';
import type { Catalogue } from '../commands/catalogue.ts';
import type { Command } from '../commands/command.ts';
import { EXIT } from '../exit-codes.ts';
import { Session } from '../session.ts';
import type { Output } from '../terminal/output.ts';
import type { Fleet, FleetNode } from '../wire/fleet.ts';
import { BadAnswerError, ConnectionError } from '../wire/trouble.ts';
import type { NodeAnswer } from './answers.ts';
import { explainNode, waitWhileAnswering } from './ask.ts';

/** Takes the lines that a command prints. */
export interface LineSink {
  line(text: string): void;
  error(text: string): void;
}

/** A session on the node that prints to the sink. */
export function sessionOf(session: Session, { connection }: FleetNode, sink: LineSink): Session {
  return new Session({
    connection: { ...connection },
    isInteractive: false,
    out: outputTo(sink),
    input: session.input,
    isTerminal: session.isTerminal,
    // Hints ask the server again, and are for one host.
    isWatched: false,
    hasColour: session.hasColour,
    hasPatterns: true,
  });
}

export interface NodeRun {
  readonly session: Session;
  readonly fleet: Fleet;
  readonly node: FleetNode;
  readonly command: Command;
  readonly argument: string;
  readonly catalogue: Catalogue;
}

/** Runs a command on a node, and keeps what it prints. */
export async function runOnNode(run: NodeRun): Promise<NodeAnswer> {
  const { node, fleet, command, argument, catalogue } = run;
  const lines: string[] = [];
  const errors: string[] = [];
  const own = sessionOf(run.session, node, {
    line: (text) => lines.push(text),
    error: (text) => errors.push(text),
  });
  const answer = (exitStatus: number, trouble: string | null): NodeAnswer => {
    own.out.flush();
    return { node: node.name, lines: [...lines], errors: [...errors], exitStatus, trouble };
  };
  try {
    await waitWhileAnswering(fleet, node, command.run(own, argument, catalogue));
    return answer(own.exitStatus, null);
  } catch (error) {
    const reason = explainNode(node, error);
    if (isSilence(error)) return answer(EXIT.statusUnknown, reason);
    own.print(`ERROR (${reason})`);
    return answer(EXIT.generic, null);
  }
}

/** True where the node has not answered, false where it has refused. */
export function isSilence(error: unknown): boolean {
  return error instanceof ConnectionError || error instanceof BadAnswerError;
}

/** Cuts what is written into lines. */
function outputTo(sink: LineSink): Output {
  const decoder = new StringDecoder('utf8');
  let partial = '';
  const add = (text: string): void => {
    const lines = (partial + text).split('\n');
    partial = lines.pop() ?? '';
    for (const line of lines) sink.line(line);
  };
  return {
    line: (text) => add(`${text}\n`),
    write: add,
    bytes: (bytes) => add(decoder.write(bytes)),
    error: (text) => sink.error(text),
    errorText: (text) => sink.error(text.replace(/\n$/, '')),
    terminalText: () => undefined,
    flush: () => {
      if (partial !== '') sink.line(partial);
      partial = '';
    },
  };
}
