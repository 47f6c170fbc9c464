/**
 * The answers of several nodes as one output: a column with the node, JSON, and one exit code.
 *
 * @module
 */
import { EXIT } from '../exit-codes.ts';
import { padText, textLength } from '../names/names.ts';

/** What a command printed on one node. */
export interface NodeAnswer {
  readonly node: string;
  readonly lines: readonly string[];
  /** Lines for stderr. */
  readonly errors: readonly string[];
  readonly exitStatus: number;
  /** Why the node did not answer; null where it did. */
  readonly trouble: string | null;
}

export function silentAnswer(node: string, trouble: string): NodeAnswer {
  return { node, lines: [], errors: [], exitStatus: EXIT.statusUnknown, trouble };
}

/** Puts the node in front of a line; all columns have the width of the longest name. */
export function nodeColumn(nodes: readonly string[]): (node: string, line: string) => string {
  const width = nodes.reduce((widest, name) => Math.max(widest, textLength(name)), 0) + 2;
  return (node, line) => (line === '' ? node : padText(node, width) + line);
}

/** The lines of a node; behind them the error of one that did not answer, or not to the end. */
export function linesOf({ lines, trouble }: NodeAnswer): readonly string[] {
  return trouble === null ? lines : [...lines, `ERROR (${trouble})`];
}

/** A node that was asked and did not answer decides; otherwise the highest exit code of the nodes. */
export function exitOf(answers: readonly Pick<NodeAnswer, 'exitStatus' | 'trouble'>[]): number {
  if (answers.some(({ trouble }) => trouble !== null)) return EXIT.statusUnknown;
  return answers.reduce((highest, { exitStatus }) => Math.max(highest, exitStatus), 0);
}

/** The answers of the servers, and the reason where one did not answer. */
export function asJson(fleet: string, answers: readonly NodeAnswer[]): unknown {
  return {
    fleet,
    nodes: answers.map(({ node, lines, errors, trouble }) => {
      const text = lines.join('\n');
      const answer = trouble === null ? parsed(text) : undefined;
      return answer === undefined
        ? { node, answer: null, error: trouble ?? [...lines, ...errors].join('\n') }
        : { node, answer, error: null };
    }),
  };
}

/** Undefined for what is not JSON: the command has printed an error. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
