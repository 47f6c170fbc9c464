/**
 * Writes figures and their meaning into docs/performance.md.
 *
 * @module
 */
import type { Case } from './figure.ts';
import { casesOfRuns, type KeptFigures, type KeptRun, keptCurves, keptRows } from './kept-figures.ts';
import { withPrograms } from './report.ts';
import { markdownCurveTable, markdownTable } from './table.ts';

/** The page with the parts that the benchmark writes replaced; what a person wrote stays. */
export function withFigures(
  page: string,
  kept: KeptFigures,
  cases: readonly Case[],
  programs: number,
): string {
  const withTable = replaced(page, 'figures', figures(kept, cases, programs));
  const withCurves = replaced(withTable, 'curves', ['', ...markdownCurveTable(keptCurves(kept, cases)), '']);
  return withMeanings(withCurves, cases, programs);
}

/** The page with new descriptions of the figures, which need no measurement. */
export function withMeanings(page: string, cases: readonly Case[], programs: number): string {
  return replaced(page, 'meaning', meanings(cases, programs));
}

/**
 * Replaces what stands between `<!-- NAME: begin -->` and `<!-- NAME: end -->`.
 *
 * @throws Error where the page has no such marks
 */
export function replaced(page: string, name: string, lines: readonly string[]): string {
  const begin = `<!-- ${name}: begin -->`;
  const from = page.indexOf(begin);
  const to = page.indexOf(`<!-- ${name}: end -->`);
  if (from < 0 || to < from) throw new Error(`no marks for ${name}`);
  return `${page.slice(0, from + begin.length)}\n${lines.join('\n')}\n${page.slice(to)}`;
}

/** The descriptions of all figures, from the cases. */
export function meanings(cases: readonly Case[], programs: number): string[] {
  return cases.flatMap(({ name, setting, figures: figuresOfCase, curves: curvesOfCase = [] }) => [
    `\n### ${name}: ${withPrograms(setting, programs)}\n`,
    ...[...figuresOfCase, ...curvesOfCase].map(
      ({ title, meaning }) => `- **${withPrograms(title, programs)}**: ${meaning}.`,
    ),
  ]);
}

function figures(kept: KeptFigures, cases: readonly Case[], programs: number): string[] {
  const runs = [...casesOfRuns(kept, cases)];
  return [
    '',
    ...markdownTable(keptRows(kept, cases, programs)),
    ...runs.flatMap(([date, names], index) => {
      const run = kept.runs[date];
      return run === undefined ? [] : ['', ...sentences(run, date, index === 0 ? null : names)];
    }),
  ];
}

/** @param names of the cases of the run; null for the run with the most cases */
function sentences(
  { machine, rounds, troubles }: KeptRun,
  date: string,
  names: readonly string[] | null,
): string[] {
  const memory = Math.round(machine.memoryBytes / 2 ** 30);
  const of = names === null ? 'Seen' : `${names.map((name) => `\`${name}\``).join(', ')}: seen`;
  return [
    `${of} on ${date} UTC on ${machine.cpus} × ${machine.model}, ${memory} GB, Linux ${machine.kernel}, Node.js ${machine.node}, ` +
      `at most ${machine.fileLimit.toLocaleString('en-US')} open files, load ${machine.load.toFixed(1)} before the start; ${rounds} rounds.`,
    ...troubles.map((trouble) => `\nNot measured: ${trouble}.`),
  ];
}
