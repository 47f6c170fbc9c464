/**
 * Draws the list of processes: lines of exactly the terminal's width, as many as it has.
 *
 * @module
 */
import { paint, paintState } from '../terminal/colour.ts';
import { fitText, printable, textWidth, wrapText } from '../terminal/text-width.ts';
import { COLUMNS, type Column } from './columns.ts';
import { firstShown } from './list.ts';
import { isFalling, type Order } from './order.ts';
import { type Row, reasonAndLastLine } from './rows.ts';
import type { Size } from './terminal.ts';

export interface View {
  readonly title: string;
  /** True where the rows are those of a daemon that does not answer any more. */
  readonly isStale: boolean;
  readonly rows: readonly Row[];
  /** Index of the row that keys act on. */
  readonly selected: number;
  readonly marked: ReadonlySet<string>;
  readonly order: Order;
  /** The first row that the person has seen last. */
  readonly top: number;
  /** A question, a result, or null for the keys. */
  readonly message: string | null;
  /** The most important first; those that do not fit are left out. */
  readonly keys: readonly string[];
  /** False leaves the columns of processor time and memory out. */
  readonly hasUsage: boolean;
  readonly hasColour: boolean;
}

/** How the lines of a terminal are used. */
export interface Plan {
  readonly hasTitle: boolean;
  readonly hasHeading: boolean;
  /** How many rows of processes fit. */
  readonly height: number;
  /** The reason of the selected row has a line. */
  readonly hasDetail: boolean;
  readonly footer: readonly string[];
}

const REVERSE = '7';
const BOLD = '1';
const DIM = '2';
const MARK = '*';
const WIDEST_NAME = 40;
/** Cells for names before a column is added, and that of the mark. */
const NARROWEST_NAME = 10;
/** With the arrow of the order. */
const NARROWEST_HEADING = 'NAME '.length;
const NARROWEST_NOTE = 12;
const LEAST_ROWS_WITH_DETAIL = 8;
const LEAST_ROWS_WITH_HEADING = 4;
const MOST_MESSAGE_LINES = 4;

/** A list of one row remains in every terminal, and a question stays readable before anything else. */
export function planScreen(message: string | null, keys: readonly string[], { columns, rows }: Size): Plan {
  const most = Math.max(1, Math.min(MOST_MESSAGE_LINES, Math.floor(rows / 3)));
  const lines = message === null ? [joinKeys(keys, columns)] : wrapText(printable(message), columns, most);
  const footer = rows === 1 && message === null ? [] : lines;
  let left = rows - footer.length;
  const take = (isWanted: boolean): boolean => {
    if (!isWanted || left < 2) return false;
    left -= 1;
    return true;
  };
  const hasTitle = take(true);
  const hasHeading = take(rows >= LEAST_ROWS_WITH_HEADING);
  const hasDetail = take(rows >= LEAST_ROWS_WITH_DETAIL);
  return { hasTitle, hasHeading, hasDetail, height: left, footer };
}

/** The whole screen. */
export function drawScreen(view: View, size: Size): string[] {
  const { columns, rows } = size;
  const plan = planScreen(view.message, view.keys, size);
  const layout = layOut(view, columns);
  const top = firstShown(view.selected, view.top, plan.height, view.rows.length);
  const shown = view.rows.slice(top, top + plan.height);
  const list = shown.map((row, index) => drawRow(row, layout, view, top + index === view.selected));
  const blank = ' '.repeat(columns);
  return [
    ...(plan.hasTitle ? [emphasise(fitText(printable(view.title), columns), BOLD, view.hasColour)] : []),
    ...(plan.hasHeading ? [emphasise(drawHeading(layout, view.order), REVERSE, true)] : []),
    ...list,
    ...Array.from({ length: plan.height - list.length }, () => blank),
    ...(plan.hasDetail ? [drawDetail(view, columns)] : []),
    ...plan.footer.map((line) => fitText(line, columns)),
  ].slice(0, rows);
}

/** The keys that fit, the last one always. */
function joinKeys(keys: readonly string[], columns: number): string {
  const last = keys.at(-1) ?? '';
  let line = '';
  for (const key of keys.slice(0, -1)) {
    if (textWidth(line) + textWidth(key) + textWidth(last) + 2 > columns) break;
    line += `${key}  `;
  }
  return line + last;
}

/** The whole reason of the selected row, which its column may have cut. */
function drawDetail({ rows, selected, hasColour }: View, columns: number): string {
  const row = rows[selected];
  const note = row === undefined ? '' : printable(reasonAndLastLine(row));
  const text = fitText(row === undefined || note === '' ? '' : `${printable(row.name)}: ${note}`, columns);
  return emphasise(text, DIM, hasColour);
}

interface Layout {
  /** That of the terminal. */
  readonly width: number;
  readonly nameWidth: number;
  readonly columns: readonly Column[];
  /** 0 where reasons and last lines have no room. */
  readonly noteWidth: number;
}

function layOut({ rows, hasUsage }: View, width: number): Layout {
  const possible = hasUsage ? COLUMNS : COLUMNS.filter(({ isUsage }) => isUsage !== true);
  const widest = rows.reduce((most, { name }) => Math.max(most, textWidth(name) + 1), NARROWEST_HEADING);
  const wanted = Math.min(widest, WIDEST_NAME);
  const least = Math.min(wanted, NARROWEST_NAME);
  const chosen: Column[] = [];
  let left = width - least;
  for (const column of possible) {
    if (left < column.width + 1) break;
    chosen.push(column);
    left -= column.width + 1;
  }
  const nameWidth = Math.max(0, Math.min(wanted, least + left));
  const rest = left - (nameWidth - least) - 1;
  const hasNote = chosen.length === possible.length && rest >= NARROWEST_NOTE;
  return { width, nameWidth, columns: chosen, noteWidth: hasNote ? rest : 0 };
}

function drawHeading({ width, nameWidth, columns, noteWidth }: Layout, order: Order): string {
  const arrow = (sorting: Order['by']): string => {
    if (order.by !== sorting) return '';
    return isFalling(order) ? '↓' : '↑';
  };
  const cells = columns.map(({ heading, sorting, width: each, isRight }) =>
    align(heading + arrow(sorting), each, isRight === true),
  );
  const note = noteWidth > 0 ? [fitText('REASON OR LAST LINE', noteWidth)] : [];
  return fitText([fitText(`NAME${arrow('name')}`, nameWidth), ...cells, ...note].join(' '), width);
}

function drawRow(
  row: Row,
  { width, nameWidth, columns, noteWidth }: Layout,
  view: View,
  isSelected: boolean,
): string {
  const isPainted = view.hasColour && !isSelected && !view.isStale;
  const isMarked = view.marked.has(row.name);
  const cells = columns.map(({ heading, width: each, isRight, cell }) => {
    const text = align(cell(row), each, isRight === true);
    return isPainted && heading === 'STATE' ? paintState(row.state, text) : text;
  });
  const note = noteWidth > 0 ? [fitText(printable(reasonAndLastLine(row)), noteWidth)] : [];
  const name = fitText(printable(row.name), Math.max(0, nameWidth - 1));
  const marked = nameWidth === 0 ? '' : name + (isMarked ? MARK : ' ');
  const line = [isMarked && isPainted ? paint(BOLD, marked) : marked, ...cells, ...note].join(' ');
  const used = columns.reduce(
    (sum, column) => sum + column.width + 1,
    nameWidth + (noteWidth > 0 ? noteWidth + 1 : 0),
  );
  const filled = line + ' '.repeat(Math.max(0, width - used));
  if (isSelected) return emphasise(filled, REVERSE, true);
  return emphasise(filled, DIM, view.isStale && view.hasColour);
}

function align(text: string, width: number, isRight: boolean): string {
  return isRight ? fitText(text, width).trimEnd().padStart(width) : fitText(text, width);
}

function emphasise(text: string, code: string, isOn: boolean): string {
  return isOn ? paint(code, text) : text;
}
