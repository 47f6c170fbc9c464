/**
 * The stock supervisorctl, run and observed.
 *
 * @module
 */
import type { Json, Side } from '../../scenario.ts';

export interface ControlOptions {
  /** What the observation's name starts with. */
  readonly title?: string;
  readonly stdin?: string;
  /** Sorts the lines: simultaneous changes of several processes are printed in any order. */
  readonly sorted?: boolean;
}

/** Runs one command line and observes output and exit code. */
export async function observeControl(side: Side, line: string, options: ControlOptions = {}): Promise<void> {
  await observeControls(side, [line], options);
}

/** Several command lines, one after the other. */
export async function observeControls(
  side: Side,
  lines: readonly string[],
  options: ControlOptions = {},
): Promise<void> {
  const { title, stdin, sorted = false } = options;
  const input = stdin === undefined ? {} : { stdin };
  const results = await side.ctlMany(lines.map((line) => ({ args: splitWords(line), ...input })));
  for (const [index, { stdout, stderr, code }] of results.entries()) {
    const output = tidy(side.normalise(stdout));
    const shown: Json = { code, stdout: sorted ? output.split('\n').sort().join('\n') : output, stderr };
    const line = side.normalise(lines[index] ?? '');
    side.observe(`${title === undefined ? '' : `${title}: `}supervisorctl ${line}`, shown);
  }
}

/** A line that holds nothing but a number is a pid (`pid`); the client's own lines in a traceback are not ours. */
function tidy(output: string): string {
  return output.replace(/^[1-9]\d*$/gm, '$PID');
}

function splitWords(line: string): string[] {
  return line === '' ? [] : line.split(' ');
}
