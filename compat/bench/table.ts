/**
 * The table for people, on a terminal and in the documentation.
 *
 * @module
 */
import { formatRatio, formatTarget, formatValue } from './format.ts';
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

function tableCells(rows: readonly Row[]): string[][] {
  return [
    ['ours is better', 'what', 'ours', 'reference', 'floor', 'target'],
    ...rows.map(({ title, unit, values, timesBetter, target, isMet }) => [
      formatRatio(timesBetter),
      title,
      formatValue(values.ours, unit),
      formatValue(values.reference, unit),
      formatValue(values.floor, unit),
      formatTarget(target, unit, isMet),
    ]),
  ];
}

/** The columns of words stand left, those of numbers right. */
function isText(column: number): boolean {
  return column === 1 || column === 5;
}
