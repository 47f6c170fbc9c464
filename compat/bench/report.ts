/**
 * Turns samples into rows: the figure of each subject, how they compare, and whether the target is met.
 *
 * @module
 */
import type { Case, Effort, Figure, SubjectName, Target, Unit } from './figure.ts';
import type { Machine } from './machine.ts';
import type { Measured, Outcome } from './rounds.ts';

export interface Row {
  readonly case: string;
  readonly name: string;
  readonly title: string;
  readonly unit: Unit;
  readonly better: Figure['better'];
  readonly values: Readonly<Partial<Record<SubjectName, number>>>;
  /** How many times ours is better than the reference; below 1 where it is worse, null where one is missing. */
  readonly timesBetter: number | null;
  readonly target: Target | null;
  readonly isMet: boolean | null;
}

/** What `--json` writes. */
export interface Report extends Outcome {
  readonly machine: Machine;
  readonly commands: Readonly<Partial<Record<SubjectName, string>>>;
  readonly effort: Effort;
  readonly seconds: number;
  readonly rows: readonly Row[];
}

/** One row for each figure that at least one subject has. */
export function rowsOf(cases: readonly Case[], measured: Measured, programs: number): Row[] {
  return cases
    .flatMap((chosen) => chosen.figures.map((figure) => row(chosen, figure, measured, programs)))
    .filter(({ values }) => values.ours !== undefined || values.reference !== undefined);
}

/** A text of a case with the number of programs in it. */
export function withPrograms(text: string, programs: number): string {
  return text.replaceAll('{programs}', programs.toLocaleString('en-US'));
}

function row(chosen: Case, figure: Figure, measured: Measured, programs: number): Row {
  const values: Partial<Record<SubjectName, number>> = {};
  for (const name of ['ours', 'reference', 'floor'] as const) {
    const value = figure.value(measured[name] ?? {});
    if (!Number.isNaN(value)) values[name] = value;
  }
  const timesBetter = compare(figure.better, values.ours, values.reference);
  const target = figure.target ?? null;
  return {
    case: chosen.name,
    name: figure.name,
    title: withPrograms(figure.title, programs),
    unit: figure.unit,
    better: figure.better,
    values,
    timesBetter,
    target,
    isMet: target && isMet(target, values.ours, timesBetter),
  };
}

function compare(better: Figure['better'], ours?: number, reference?: number): number | null {
  if (ours === undefined || reference === undefined) return null;
  if (ours === reference) return 1;
  return better === 'lower' ? reference / ours : ours / reference;
}

function isMet(target: Target, ours: number | undefined, timesBetter: number | null): boolean | null {
  switch (target.kind) {
    case 'at most':
      return ours === undefined ? null : ours <= target.value;
    case 'between':
      return ours === undefined ? null : ours >= target.low && ours <= target.high;
    case 'times better':
      return timesBetter === null ? null : timesBetter >= target.atLeast;
  }
}
