/**
 * The help screen of the live view.
 *
 * @module
 */
import { textWidth, wrapText } from '../terminal/text-width.ts';
import { type Binding, LIST_KEYS, LOG_KEYS } from './bindings.ts';
import { openPager, type Page } from './pager.ts';

export function openHelp(hasColour: boolean): Page {
  return openPager({ title: 'Keys of watch', hasColour, lines: helpLines });
}

/** For a terminal of a width. */
export function helpLines(columns: number): string[] {
  return [
    ...tableOf(LIST_KEYS, columns),
    '',
    'In the view of a log:',
    ...tableOf(LOG_KEYS, columns),
    '',
    'STATE is the state of the process. UPTIME is the time since its start. CPU% is its part of one processor, MEM its ' +
      'resident memory, both with all that it has started. RST counts restarts. The last column has what a process waits ' +
      'for, why it failed or what it reports, then the last line of its log; i shows all of it.',
  ];
}

/** Keys and what they do side by side; in a narrow terminal one below the other. */
function tableOf(bindings: readonly Binding[], columns: number): string[] {
  const width = Math.max(...bindings.map(({ keys }) => textWidth(keys))) + 2;
  const isNarrow = columns < 2 * width;
  const indent = isNarrow ? 2 : width;
  return bindings.flatMap(({ keys, does }) => {
    const [first = '', ...others] = wrapText(does, Math.max(1, columns - indent), 20);
    const rest = others.map((line) => ' '.repeat(indent) + line);
    return isNarrow
      ? [keys, `  ${first}`, ...rest]
      : [keys + ' '.repeat(width - textWidth(keys)) + first, ...rest];
  });
}
