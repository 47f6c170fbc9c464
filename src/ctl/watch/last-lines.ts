/**
 * The last line that each of several programs has written, in one call.
 *
 * @module
 */
import { type Connection, callMethod } from '../wire/rpc-client.ts';

const TAIL_BYTES = 400;
const METHODS = ['supervisor.readProcessStdoutLog', 'supervisor.readProcessStderrLog'] as const;

/** By name: of stdout, or of stderr where stdout is empty. Programs without logs are not in the answer. */
export async function readLastLines(
  connection: Connection,
  names: readonly string[],
): Promise<Map<string, string>> {
  const lines = new Map<string, string>();
  if (names.length === 0) return lines;
  const calls = names.flatMap((name) =>
    METHODS.map((methodName) => ({ methodName, params: [name, -TAIL_BYTES, 0] })),
  );
  const answers = await callMethod(connection, 'system.multicall', [calls], true);
  if (!Array.isArray(answers)) return lines;
  for (const [index, name] of names.entries()) {
    const line = METHODS.map((_unused, at) => lastLine(answers[index * METHODS.length + at])).find(
      (text) => text !== undefined,
    );
    if (line !== undefined) lines.set(name, line);
  }
  return lines;
}

/** In a multicall a fault is a struct, and a result may be in a list of its own. */
function lastLine(answer: unknown): string | undefined {
  const text: unknown = Array.isArray(answer) ? answer[0] : answer;
  if (typeof text !== 'string') return undefined;
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .at(-1);
}
