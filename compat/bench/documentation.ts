/**
 * Writes figures and their meaning into docs/performance.md.
 *
 * @module
 */
import type { Case } from './figure.ts';
import { type Report, withPrograms } from './report.ts';
import { markdownCurveTable, markdownTable } from './table.ts';

/** The page with the parts that the benchmark writes replaced; what a person wrote stays. */
export function withFigures(page: string, report: Report, cases: readonly Case[]): string {
  const withTables = replaced(replaced(page, 'figures', figures(report)), 'curves', curves(report));
  return withMeanings(withTables, cases, report.effort.programs);
}

/** The page with what the figures mean replaced, which needs no measurement. */
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

/** What each figure is, read off the cases. */
export function meanings(cases: readonly Case[], programs: number): string[] {
  return cases.flatMap(({ name, setting, figures: figuresOfCase, curves: curvesOfCase = [] }) => [
    `\n### ${name}: ${withPrograms(setting, programs)}\n`,
    ...[...figuresOfCase, ...curvesOfCase].map(
      ({ title, meaning }) => `- **${withPrograms(title, programs)}**: ${meaning}.`,
    ),
  ]);
}

function curves(report: Report): string[] {
  return ['', ...markdownCurveTable(report.curves), ''];
}

function figures({ rows, troubles, machine, effort, seconds }: Report): string[] {
  const memory = Math.round(machine.memoryBytes / 2 ** 30);
  return [
    '',
    ...markdownTable(rows),
    '',
    `Seen on ${machine.cpus} × ${machine.model}, ${memory} GB, Linux ${machine.kernel}, Node.js ${machine.node}, ` +
      `at most ${machine.fileLimit.toLocaleString('en-US')} open files, load ${machine.load.toFixed(1)} before the start; ${effort.rounds} rounds in ${Math.round(seconds)} s.`,
    ...troubles.map((trouble) => `\nNot measured: ${trouble}.`),
  ];
}
