/**
 * What the runner prints: a line for each scenario, its differences, and the totals.
 *
 * @module
 */
import { DIFFERENCES } from '../src/checkup/catalogue/table.ts';
import { renderDifference } from './harness/compare.ts';
import { howToMeet } from './harness/needs.ts';
import type { ScenarioReport } from './harness/runner.ts';

/** Prints a scenario's verdict and what is wrong; with `verbose` the intended differences too. */
export function printReport(report: ScenarioReport, verbose: boolean): void {
  const facts =
    report.verdict === 'skipped'
      ? `needs ${report.missing.join(', ')}`
      : `${Object.keys(report.shown).length} observations, ${report.unexplained.length} differences, ` +
        `${report.explained.length} intended, ${report.seconds.toFixed(1)} s`;
  print(`${report.verdict.padEnd(8)} ${report.name.padEnd(24)} ${facts}`);
  for (const trouble of report.troubles) print(`    ${trouble}`);
  for (const difference of report.unexplained) print(renderDifference(difference));
  for (const { what, id } of report.unexpected) {
    print(`    ${what}: differs, but not as in compat/expected/${report.name}.json for ${id}`);
  }
  if (!verbose) return;
  for (const { difference, id } of report.explained) {
    print(`${renderDifference(difference)}\n      intended: ${id}: ${DIFFERENCES[id].visord}`);
  }
}

/** Prints the expected differences that are gone: `--expect` takes them out of compat/expected. */
export function printStale(reports: readonly ScenarioReport[]): void {
  for (const report of reports.filter(({ verdict }) => verdict !== 'skipped')) {
    for (const { what, id } of report.stale) {
      print(`stale    ${report.name}: ${String(what)} no longer differs (${id})`);
    }
  }
}

/** Prints what was left out and why, what passed only at the second try, and as the last line the totals. */
export function printTotals(reports: readonly ScenarioReport[]): void {
  for (const { name, missing } of reports.filter(({ verdict }) => verdict === 'skipped')) {
    print(`left out ${name}: ${missing.map((need) => `${need} (${howToMeet(need)})`).join(', ')}`);
  }
  const flaky = reports.filter(({ isFlaky }) => isFlaky).map(({ name }) => name);
  if (flaky.length > 0) print(`${flaky.length} flaky, passed at the second try only: ${flaky.join(', ')}`);
  const count = (verdict: ScenarioReport['verdict']) =>
    reports.filter((report) => report.verdict === verdict).length;
  print(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
