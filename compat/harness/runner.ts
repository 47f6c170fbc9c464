/**
 * Runs a scenario on both sides at once and says what came of it.
 *
 * @module
 */

import type { Transcript } from '../coverage.ts';
import { type IntendedDifference, intendedDifferences } from '../differences.ts';
import type { Json, Need, Scenario, Side } from '../scenario.ts';
import { compareObservations, type Difference } from './compare.ts';
import { missingNeeds } from './needs.ts';
import { type Observations, openSide, type SideCommands } from './side.ts';

export interface Commands {
  readonly reference: SideCommands;
  readonly ours: SideCommands;
}

export interface ScenarioReport {
  readonly name: string;
  readonly title: string;
  readonly verdict: 'passed' | 'failed' | 'skipped';
  readonly missing: readonly Need[];
  readonly seconds: number;
  /** Every observation as the reference showed it. */
  readonly shown: Readonly<Record<string, Json>>;
  readonly unexplained: readonly Difference[];
  readonly explained: readonly { readonly difference: Difference; readonly reason: string }[];
  /** Intended differences that did not show. */
  readonly stale: readonly IntendedDifference[];
  /** What the scenario said to our side and saw of it, for the page that tells what is covered. */
  readonly transcript: Transcript;
  /** What kept a side from finishing, as `reference: …`. */
  readonly troubles: readonly string[];
}

const DEFAULT_SECONDS = 1200;

/** Runs one scenario on both sides in parallel. */
export async function runScenario(
  scenario: Scenario,
  commands: Commands,
  keep: boolean,
): Promise<ScenarioReport> {
  const { name, title } = scenario;
  const missing = await missingNeeds(scenario.needs ?? [], commands.reference.python);
  const blank = { name, title, missing, seconds: 0, shown: {}, transcript: { said: '', seen: '' } };
  if (missing.length > 0) {
    return { ...blank, verdict: 'skipped', unexplained: [], explained: [], stale: [], troubles: [] };
  }

  const started = performance.now();
  const [reference, ours] = await Promise.all([
    runOn('reference', scenario, commands.reference, keep),
    runOn('ours', scenario, commands.ours, keep),
  ]);
  const differences = compareObservations(reference.observations, ours.observations);
  const intended = intendedDifferences.filter((entry) => entry.scenario === name);
  const explained = differences.flatMap((difference) => {
    const entry = intended.find((candidate) => explains(candidate, difference));
    return entry === undefined ? [] : [{ difference, entry, reason: entry.reason }];
  });
  const unexplained = differences.filter((item) => !explained.some(({ difference }) => difference === item));
  const stale = intended.filter(
    (entry) => entry.sometimes !== true && !explained.some((item) => item.entry === entry),
  );
  const troubles = [...reference.troubles, ...ours.troubles];
  return {
    ...blank,
    verdict: unexplained.length > 0 || troubles.length > 0 ? 'failed' : 'passed',
    seconds: (performance.now() - started) / 1000,
    shown: Object.fromEntries(reference.observations),
    transcript: { said: ours.said, seen: JSON.stringify([...ours.observations]) },
    unexplained,
    explained: explained.map(({ difference, reason }) => ({ difference, reason })),
    stale,
    troubles,
  };
}

async function runOn(
  label: Side['label'],
  scenario: Scenario,
  commands: SideCommands,
  keep: boolean,
): Promise<{ observations: Observations; said: string; troubles: string[] }> {
  const running = openSide(label, commands);
  const seconds = scenario.timeoutSeconds ?? DEFAULT_SECONDS;
  const troubles: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not finished after ${seconds} s`)), seconds * 1000);
  });
  try {
    await Promise.race([scenario.run(running.side), limit]);
  } catch (error) {
    troubles.push(`${label}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    clearTimeout(timer);
    await running.end(keep);
    if (keep) process.stdout.write(`  ${label} side kept in ${running.side.dir}\n`);
  }
  return { observations: running.observations, said: running.said(), troubles };
}

function explains(entry: IntendedDifference, difference: Difference): boolean {
  const isNamed =
    typeof entry.what === 'string' ? entry.what === difference.what : entry.what.test(difference.what);
  const shows = (pattern: RegExp | undefined, value: Difference['ours']) =>
    pattern === undefined || pattern.test(JSON.stringify(value) ?? '');
  return isNamed && shows(entry.reference, difference.reference) && shows(entry.ours, difference.ours);
}
