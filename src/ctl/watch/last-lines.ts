/**
 * The last line that each of several programs has written, in one call.
 *
 * @module
 */
import { type Connection, callMethod } from '../wire/rpc-client.ts';

const TAIL_BYTES = 400;

/** By name; programs without a log, or with nothing in it, are not in the answer. */
export async function readLastLines(
  connection: Connection,
  names: readonly string[],
): Promise<Map<string, string>> {
  const lines = new Map<string, string>();
  if (names.length === 0) return lines;
  const calls = names.map((name) => ({
    methodName: 'supervisor.readProcessStdoutLog',
    params: [name, -TAIL_BYTES, 0],
  }));
  const answers = await callMethod(connection, 'system.multicall', [calls], true);
  if (!Array.isArray(answers)) return lines;
  for (const [index, name] of names.entries()) {
    const answer: unknown = answers[index];
    const text = Array.isArray(answer) ? answer[0] : answer;
    const line = typeof text === 'string' ? lastLine(text) : undefined;
    if (line !== undefined) lines.set(name, line);
  }
  return lines;
}

function lastLine(text: string): string | undefined {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .at(-1);
}
