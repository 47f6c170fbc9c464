/**
 * The table of the keys of the live view. The help screen, the reference and docs/supervisorctl.md are made from it or
 * compared with it.
 *
 * @module
 */

export interface Binding {
  /** As they are shown, separated by blanks. */
  readonly keys: string;
  readonly does: string;
}

/** In the list of processes. */
export const LIST_KEYS: readonly Binding[] = [
  { keys: '↑ ↓ j k PgUp PgDn Home End', does: 'move the selection' },
  {
    keys: 's x r',
    does: 'start, stop, restart the selected process, or the marked ones; stop and restart ask first',
  },
  {
    keys: 'S X R',
    does: 'start, stop, restart the whole group of the selected process; stop and restart ask first',
  },
  { keys: 'Space', does: 'mark or unmark the selected process, and go to the next one' },
  { keys: 'g', does: 'mark or unmark the group of the selected process' },
  { keys: 'a', does: 'mark all processes that are shown, or unmark all' },
  { keys: 't Enter', does: 'follow the output of the selected process' },
  { keys: 'i', does: 'show what the selected process waits for, why it failed, and its last state changes' },
  { keys: '/', does: 'show only processes whose name, state or reason contains all words of a text' },
  { keys: 'o O', does: 'sort by the next column; reverse the order' },
  { keys: 'N P M', does: 'sort by name, processor time, memory' },
  { keys: 'Esc', does: 'unmark all; then show all processes again' },
  { keys: 'Ctrl-L', does: 'draw the whole screen again' },
  { keys: 'Ctrl-Z', does: 'suspend; fg of the shell returns' },
  { keys: '? h', does: 'show this help' },
  { keys: 'q Ctrl-C', does: 'leave' },
];

/** In the view of a log. */
export const LOG_KEYS: readonly Binding[] = [
  { keys: '↑ ↓ PgUp PgDn Home', does: 'scroll; the view stays where it is while lines arrive' },
  { keys: 'End f', does: 'follow the end again' },
  { keys: 'p Space', does: 'pause, or follow the end again' },
  { keys: 'Tab', does: 'show stdout and stderr, stdout alone, or stderr alone' },
  { keys: '/', does: 'search for a text' },
  { keys: 'n N', does: 'the match before; the match after' },
  { keys: 'w', does: 'wrap long lines, or cut them' },
  { keys: 'q t Esc Enter', does: 'return to the list' },
];

/** Of the last line of the list: the most important first; the last one is always shown. */
export const KEY_HINTS: readonly string[] = [
  '↑↓ select',
  's start',
  'x stop',
  'r restart',
  't log',
  'i why',
  '/ filter',
  'Space mark',
  'o sort',
  'S X R group',
  'q quit  ? help',
];
