/**
 * Colours on a terminal.
 *
 * @module
 */

/** The colours of the states (SGR codes): green where a process runs, red or yellow where it failed. */
const STATE_COLOURS: Readonly<Record<string, string>> = {
  RUNNING: '32',
  STARTING: '36',
  BACKOFF: '33',
  STOPPING: '36',
  STOPPED: '90',
  EXITED: '33',
  FATAL: '1;31',
  UNKNOWN: '1;31',
};

/** Colours for things that have to be distinguished, in turn. */
export const PREFIX_COLOURS: readonly string[] = ['36', '33', '32', '35', '34', '91', '96', '93', '92', '95'];

/** True on a terminal that has colours, unless NO_COLOR is set (https://no-color.org). */
export function wantsColour(
  isTerminal: boolean,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const { NO_COLOR, TERM } = environment;
  return isTerminal && (NO_COLOR === undefined || NO_COLOR === '') && TERM !== 'dumb';
}

/** The text in a colour, by its SGR code. */
export function paint(code: string, text: string): string {
  return `\u001b[${code}m${text}\u001b[0m`;
}

/** The text in the colour of a state. */
export function paintState(state: string, text: string): string {
  const code = STATE_COLOURS[state];
  return code === undefined ? text : paint(code, text);
}
