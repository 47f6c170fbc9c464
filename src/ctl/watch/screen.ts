/**
 * Draws the live view: lines of exactly the terminal's width, as many as it has.
 *
 * @module
 */
import { paint, paintState } from '../terminal/colour.ts';
import { fitText, printable, textWidth } from '../terminal/text-width.ts';
import type { Row } from './rows.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface View {
  readonly title: string;
  readonly rows: readonly Row[];
  /** Index of the row that keys act on. */
  readonly selected: number;
  /** Index of the first row that is shown. */
  readonly top: number;
  /** The last line: a question, a result, or the keys. */
  readonly footer: string;
  readonly hasColour: boolean;
}

interface Column {
  readonly heading: string;
  readonly width: number;
  readonly isRight?: true;
  readonly cell: (row: Row) => string;
}

const REVERSE = '7';
const BOLD = '1';
const WIDEST_NAME = 40;
const NARROWEST_LOG = 12;
/** The last ones are left out first where they do not fit. */
const COLUMNS: readonly Column[] = [
  { heading: 'STATE', width: 8, cell: ({ state }) => state },
  { heading: 'UPTIME', width: 9, isRight: true, cell: ({ uptimeSeconds }) => formatUptime(uptimeSeconds) },
  { heading: 'PID', width: 7, isRight: true, cell: ({ pid }) => (pid > 0 ? String(pid) : '') },
  { heading: 'CPU%', width: 5, isRight: true, cell: ({ cpuPercent }) => formatPercent(cpuPercent) },
  { heading: 'MEM', width: 6, isRight: true, cell: ({ memoryBytes }) => formatBytes(memoryBytes) },
  { heading: 'RST', width: 3, isRight: true, cell: ({ restarts }) => (restarts > 0 ? String(restarts) : '') },
];
/** Cells for names before a column is added. */
const NARROWEST_NAME = 10;

/** The whole screen. */
export function drawScreen(view: View, size: Size): string[] {
  const { columns, rows } = size;
  const layout = layOut(view.rows, columns);
  const count = listHeight(size);
  const shown = view.rows.slice(view.top, view.top + count);
  const list = shown.map((row, index) => drawRow(row, layout, view, view.top + index === view.selected));
  const blank = ' '.repeat(columns);
  const lines = [
    emphasise(fitText(view.title, columns), BOLD, view.hasColour),
    emphasise(drawHeading(layout), REVERSE, true),
    ...list,
    ...Array.from({ length: count - list.length }, () => blank),
    fitText(view.footer, columns),
  ];
  return lines.slice(0, rows);
}

/** How many rows of processes fit. */
export function listHeight({ rows }: Size): number {
  return Math.max(0, rows - 3);
}

/**
 * The first row to show: `wanted`, moved as little as it takes to show the selected row, and to leave no line empty
 * while a row above is hidden.
 *
 * @param height how many rows fit
 * @param count how many rows exist
 */
export function firstShown(selected: number, wanted: number, height: number, count: number): number {
  const least = Math.max(0, selected - height + 1);
  const most = Math.max(0, Math.min(selected, count - height));
  return Math.max(Math.min(wanted, most), Math.min(least, most));
}

interface Layout {
  /** That of the terminal. */
  readonly width: number;
  readonly nameWidth: number;
  readonly columns: readonly Column[];
  /** 0 where the last line of the log has no room. */
  readonly logWidth: number;
}

function layOut(rows: readonly Row[], width: number): Layout {
  const widest = rows.reduce((most, { name }) => Math.max(most, textWidth(name)), 'NAME'.length);
  const wanted = Math.min(widest, WIDEST_NAME);
  const chosen: Column[] = [];
  let left = width - Math.min(wanted, NARROWEST_NAME);
  for (const column of COLUMNS) {
    if (left < column.width + 1) break;
    chosen.push(column);
    left -= column.width + 1;
  }
  const nameWidth = Math.min(wanted, Math.min(wanted, NARROWEST_NAME) + left);
  const rest = left - (nameWidth - Math.min(wanted, NARROWEST_NAME)) - 1;
  if (chosen.length === COLUMNS.length && rest >= NARROWEST_LOG) {
    return { width, nameWidth, columns: chosen, logWidth: rest };
  }
  return { width, nameWidth, columns: chosen, logWidth: 0 };
}

function drawHeading({ width, nameWidth, columns, logWidth }: Layout): string {
  const cells = columns.map(({ heading, width: each, isRight }) => align(heading, each, isRight === true));
  const log = logWidth > 0 ? [fitText('LAST LINE', logWidth)] : [];
  return fitText([fitText('NAME', nameWidth), ...cells, ...log].join(' '), width);
}

function drawRow(
  row: Row,
  { width, nameWidth, columns, logWidth }: Layout,
  view: View,
  isSelected: boolean,
): string {
  const isPainted = view.hasColour && !isSelected;
  const cells = columns.map(({ heading, width: each, isRight, cell }) => {
    const text = align(cell(row), each, isRight === true);
    return isPainted && heading === 'STATE' ? paintState(row.state, text) : text;
  });
  const log = logWidth > 0 ? [fitText(printable(row.lastLine || troubleOf(row)), logWidth)] : [];
  const line = [fitText(printable(row.name), nameWidth), ...cells, ...log].join(' ');
  const used = columns.reduce(
    (sum, column) => sum + column.width + 1,
    nameWidth + (logWidth > 0 ? logWidth + 1 : 0),
  );
  const filled = line + ' '.repeat(Math.max(0, width - used));
  return isSelected ? emphasise(filled, REVERSE, true) : filled;
}

function troubleOf({ state, description }: Row): string {
  return state === 'FATAL' || state === 'BACKOFF' || state === 'EXITED' ? description : '';
}

function align(text: string, width: number, isRight: boolean): string {
  return isRight ? fitText(text, width).trimEnd().padStart(width) : fitText(text, width);
}

function emphasise(text: string, code: string, isOn: boolean): string {
  return isOn ? paint(code, text) : text;
}

/** `12:34`, `1:02:03`, `4d 05:06`. */
export function formatUptime(seconds: number | null): string {
  if (seconds === null) return '';
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600) % 24;
  if (days > 0) return `${days}d ${two(hours)}:${two((seconds / 60) % 60)}`;
  return `${hours}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** `0.3`, `99.9`, `250`. */
function formatPercent(percent: number | null): string {
  if (percent === null) return '';
  return percent < 99.95 ? percent.toFixed(1) : String(Math.round(percent));
}

/** `812K`, `24.1M`, `3.2G`. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) return '';
  const units = ['K', 'M', 'G', 'T'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit > 0 && value < 99.95 ? value.toFixed(1) : Math.round(value)}${units[unit]}`;
}
