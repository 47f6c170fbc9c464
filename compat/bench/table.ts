/**
 * The table for people, on a terminal and in the documentation.
 *
 * @module
 */
import { PEERS, type Unit } from './figure.ts';
import { formatRatio, formatValue, formatVerdicts } from './format.ts';
import type { MeasuredCurve, Row } from './report.ts';

/** Lines of a table whose columns are aligned; the ratios stand first. */
export function plainTable(rows: readonly Row[]): string[] {
  return plain(rowCells(rows), isTextOfRow);
}

/** The same table in Markdown. */
export function markdownTable(rows: readonly Row[]): string[] {
  return markdown(rowCells(rows), isTextOfRow);
}

/** The points of the curves, a line for each subject of each curve; empty where there is none. */
export function plainCurveTable(curves: readonly MeasuredCurve[]): string[] {
  return curves.length === 0 ? [] : ['', ...plain(curveCells(curves), isTextOfCurve)];
}

/** The same in Markdown. */
export function markdownCurveTable(curves: readonly MeasuredCurve[]): string[] {
  return markdown(curveCells(curves), isTextOfCurve);
}

function plain(cells: readonly string[][], isText: (column: number) => boolean): string[] {
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

function markdown(cells: readonly string[][], isText: (column: number) => boolean): string[] {
  const [head = [], ...body] = cells;
  const line = (parts: readonly string[]) => `| ${parts.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (isText(column) ? '---' : '---:'))), ...body.map(line)];
}

function curveCells(curves: readonly MeasuredCurve[]): string[][] {
  const counts = [...new Set(curves.flatMap((curve) => curve.counts))].sort((a, b) => a - b);
  return [
    ['programs', 'of', ...counts.map((count) => count.toLocaleString('en-US'))],
    ...curves.flatMap(({ title, unit, lines }) =>
      lines.map(({ subject, points }) => [
        title,
        subject,
        ...counts.map((count) => formatValue(points.find((point) => point.count === count)?.value, unit)),
      ]),
    ),
  ];
}

/** The column of the peers is missing where none was measured. */
function rowCells(rows: readonly Row[]): string[][] {
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
function isTextOfRow(column: number): boolean {
  return column === 1 || column >= 5;
}

function isTextOfCurve(column: number): boolean {
  return column < 2;
}
