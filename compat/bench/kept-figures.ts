/**
 * The figures of the page, kept as data (figures.json): a run of a few cases replaces theirs and leaves the others, and
 * each figure keeps the date and the machine of its run.
 *
 * @module
 */
import type { Case, SubjectName } from './figure.ts';
import type { Machine } from './machine.ts';
import { byPlace, type Line, type MeasuredCurve, type Report, type Row, rowOf } from './report.ts';

export interface KeptRun {
  readonly machine: Machine;
  readonly rounds: number;
  readonly troubles: readonly string[];
}

export interface KeptFigures {
  /** By their dates, as `2026-11-25 05:54`. */
  readonly runs: Readonly<Record<string, KeptRun>>;
  readonly rows: readonly KeptRow[];
  readonly curves: readonly KeptCurve[];
}

export interface KeptRow {
  readonly case: string;
  readonly name: string;
  readonly values: Readonly<Partial<Record<SubjectName, number>>>;
  /** The date of its run. */
  readonly run: string;
}

export interface KeptCurve {
  readonly name: string;
  readonly lines: readonly Line[];
  readonly run: string;
}

/** The kept figures with those of a report in place of older ones. @param date of the run */
export function withReport(kept: KeptFigures, report: Report, date: string): KeptFigures {
  const rows = report.rows.map((row) => ({ case: row.case, name: row.name, values: row.values, run: date }));
  const curves = report.curves.map(({ name, lines }) => ({ name, lines, run: date }));
  const isNew = (row: KeptRow) => rows.some(({ case: of, name }) => of === row.case && name === row.name);
  const all = {
    rows: [...kept.rows.filter((row) => !isNew(row)), ...rows],
    curves: [...kept.curves.filter(({ name }) => !curves.some((curve) => curve.name === name)), ...curves],
  };
  const used = new Set([...all.rows, ...all.curves].map(({ run }) => run));
  const { machine, effort } = report;
  const troubles = [...new Set(report.troubles)];
  const runs = { ...kept.runs, [date]: { machine, rounds: effort.rounds, troubles } };
  return { runs: Object.fromEntries(Object.entries(runs).filter(([run]) => used.has(run))), ...all };
}

/** The rows of the table: what the cases define today, with the values that are kept. */
export function keptRows(kept: KeptFigures, cases: readonly Case[], programs: number): Row[] {
  const rows = cases.flatMap((chosen) =>
    chosen.figures.flatMap((figure) => {
      const row = kept.rows.find((one) => one.case === chosen.name && one.name === figure.name);
      return row === undefined ? [] : [rowOf(chosen, figure, row.values, programs)];
    }),
  );
  return byPlace(rows);
}

/** The curves that the cases define today, with the points that are kept. */
export function keptCurves(kept: KeptFigures, cases: readonly Case[]): MeasuredCurve[] {
  return cases
    .flatMap(({ curves = [] }) => curves)
    .flatMap(({ name, title, unit, counts }) => {
      const curve = kept.curves.find((one) => one.name === name);
      return curve === undefined ? [] : [{ name, title, unit, counts, lines: curve.lines }];
    });
}

/** The dates of the runs, the one with most cases first, each with the cases that the page has of it. */
export function casesOfRuns(kept: KeptFigures, cases: readonly Case[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { name, figures, curves = [] } of cases) {
    const dates = new Set(
      [
        ...kept.rows.filter((row) => row.case === name && figures.some((one) => one.name === row.name)),
        ...kept.curves.filter((curve) => curves.some((one) => one.name === curve.name)),
      ].map(({ run }) => run),
    );
    for (const date of dates) found.set(date, [...(found.get(date) ?? []), name]);
  }
  return new Map([...found].sort(([, a], [, b]) => b.length - a.length));
}
