/**
 * The table for people, on a terminal and in the documentation.
 *
 * @module
 */
import { PEERS, type Unit } from './figure.ts';
import { formatRatio, formatValue, formatVerdicts } from './format.ts';
import type { Row } from './report.ts';

/** Lines of a table whose columns are aligned; the ratios stand first. */
export function plainTable(rows: readonly Row[]): string[] {
  const cells = tableCells(rows);
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((line) => line[column]?.length ?? 0)),
  );
  return cells.map((line) =>
    line
      .map((cell, column) =>
        isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

/** The same table in Markdown. */
export function markdownTable(rows: readonly Row[]): string[] {
  const [head = [], ...body] = tableCells(rows);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (isText(column) ? '---' : '---:'))), ...body.map(line)];
}

/** The column of the peers is missing where none was measured. */
function tableCells(rows: readonly Row[]): string[][] {
  const cells = [
    ['ours is better', 'what', 'ours', 'reference', 'floor', 'target', 'others'],
    ...rows.map(({ title, unit, values, timesBetter, verdicts }) => [
      formatRatio(timesBetter),
      title,
      formatValue(values.ours, unit),
      formatValue(values.reference, unit),
      formatValue(values.floor, unit),
      formatVerdicts(verdicts, unit),
      formatPeers(values, unit),
    ]),
  ];
  const hasPeers = cells.slice(1).some((line) => line[6] !== '');
  return hasPeers ? cells : cells.map((line) => line.slice(0, 6));
}

function formatPeers(values: Row['values'], unit: Unit): string {
  return PEERS.filter((name) => values[name] !== undefined)
    .map((name) => `${name} ${formatValue(values[name], unit)}`)
    .join(', ');
}

/** The columns of words stand left, those of numbers right. */
function isText(column: number): boolean {
  return column === 1 || column >= 5;
}
