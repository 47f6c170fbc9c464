/**
 * Turns samples into rows: the figure of each subject, how they compare, and whether the target is met.
 *
 * @module
 */
import {
  type Case,
  type Curve,
  type Effort,
  type Figure,
  PEERS,
  type Samples,
  type SubjectName,
  type Target,
  type Unit,
} from './figure.ts';
import type { Machine } from './machine.ts';
import type { Measured, Outcome } from './rounds.ts';
import { median } from './statistics.ts';

const SUBJECTS: readonly SubjectName[] = ['ours', 'reference', 'floor', ...PEERS];

export interface Row {
  readonly case: string;
  readonly name: string;
  readonly title: string;
  readonly unit: Unit;
  readonly better: Figure['better'];
  readonly place: number | null;
  readonly values: Readonly<Partial<Record<SubjectName, number>>>;
  /** How many times ours is better than the reference; below 1 where it is worse, null where one is missing. */
  readonly timesBetter: number | null;
  readonly verdicts: readonly Verdict[];
}

/** A target, and whether it is met; null where that cannot be known. */
export interface Verdict {
  readonly target: Target;
  readonly isMet: boolean | null;
}

/** The points of a curve that were measured, by subject, ascending. */
export interface MeasuredCurve {
  readonly name: string;
  readonly title: string;
  readonly unit: Unit;
  readonly counts: readonly number[];
  readonly lines: readonly Line[];
}

export interface Line {
  readonly subject: SubjectName;
  readonly points: readonly Point[];
}

export interface Point {
  readonly count: number;
  readonly value: number;
}

/** What `--json` writes. */
export interface Report extends Outcome {
  readonly machine: Machine;
  readonly commands: Readonly<Partial<Record<SubjectName, string>>>;
  readonly effort: Effort;
  readonly seconds: number;
  readonly rows: readonly Row[];
  readonly curves: readonly MeasuredCurve[];
}

/** One row for each figure that at least one subject has. */
export function rowsOf(cases: readonly Case[], measured: Measured, programs: number): Row[] {
  const rows = cases
    .flatMap((chosen) =>
      chosen.figures.map((figure) => rowOf(chosen, figure, valuesOf(figure, measured), programs)),
    )
    .filter(({ values }) => values.ours !== undefined || values.reference !== undefined);
  return byPlace(rows);
}

/** The rows that have a place first, the others in their order. */
export function byPlace(rows: readonly Row[]): Row[] {
  const last = Number.MAX_SAFE_INTEGER;
  return [...rows].sort((a, b) => (a.place ?? last) - (b.place ?? last));
}

/** The curves of which at least one subject has a point. */
export function curvesOf(cases: readonly Case[], measured: Measured): MeasuredCurve[] {
  return cases
    .flatMap(({ curves = [] }) => curves)
    .map(({ name, title, unit, counts, sample }) => ({
      name,
      title,
      unit,
      counts,
      lines: SUBJECTS.map((subject) => ({
        subject,
        points: pointsOf({ counts, sample }, measured[subject] ?? {}),
      })).filter(({ points }) => points.length > 0),
    }))
    .filter(({ lines }) => lines.length > 0);
}

/** A text of a case with the number of programs in it. */
export function withPrograms(text: string, programs: number): string {
  return text.replaceAll('{programs}', programs.toLocaleString('en-US'));
}

function pointsOf({ counts, sample }: Pick<Curve, 'counts' | 'sample'>, samples: Samples): Point[] {
  return counts
    .map((count) => ({ count, value: median(samples[sample(count)] ?? []) }))
    .filter(({ value }) => !Number.isNaN(value));
}

function valuesOf(figure: Figure, measured: Measured): Row['values'] {
  const values: Partial<Record<SubjectName, number>> = {};
  for (const name of SUBJECTS) {
    const value = figure.value(measured[name] ?? {});
    if (!Number.isNaN(value)) values[name] = value;
  }
  return values;
}

/** A figure with the values of the subjects. */
export function rowOf(chosen: Case, figure: Figure, values: Row['values'], programs: number): Row {
  const timesBetter = compare(figure.better, values.ours, values.reference);
  return {
    case: chosen.name,
    name: figure.name,
    title: withPrograms(figure.title, programs),
    unit: figure.unit,
    better: figure.better,
    place: figure.place ?? null,
    values,
    timesBetter,
    verdicts: [figure.target ?? []].flat().map((target) => ({
      target,
      isMet: isMet(target, values, timesBetter),
    })),
  };
}

function compare(better: Figure['better'], ours?: number, reference?: number): number | null {
  if (ours === undefined || reference === undefined) return null;
  if (ours === reference) return 1;
  return better === 'lower' ? reference / ours : ours / reference;
}

function isMet(target: Target, values: Row['values'], timesBetter: number | null): boolean | null {
  const { ours } = values;
  if (ours === undefined) return null;
  switch (target.kind) {
    case 'at most':
      return ours <= target.value;
    case 'between':
      return ours >= target.low && ours <= target.high;
    case 'times better':
      return timesBetter === null ? null : timesBetter >= target.atLeast;
    case 'at most of': {
      const other = values[target.of];
      return other === undefined ? null : ours <= target.times * other;
    }
    case 'at least of': {
      const other = values[target.of];
      return other === undefined ? null : ours >= target.times * other;
    }
  }
}
