/**
 * `--json`: the same answers for programs.
 *
 * @module
 */
import { switchOption } from '../description.ts';

export const JSON_OPTION = switchOption(
  '--json',
  'Print the answer of the server as JSON. Unknown names are reported on stderr.',
  '0.1.0',
);

/** The answer of the server, indented. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
