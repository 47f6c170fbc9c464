/**
 * Runs a scenario on both sides at once, or on ours against a recording, and reports how they compare.
 *
 * @module
 */
import type { DifferenceId } from '../../src/checkup/catalogue/table.ts';
import type { Transcript } from '../coverage.ts';
import type { Json, Scenario, Side } from '../scenario.ts';
import { compareObservations, type Difference } from './compare.ts';
import { type Expectations, isExpected, type KnownValues, readExpectations } from './expected.ts';
import { missingNeeds } from './needs.ts';
import {
  RECORDED_AS_ROOT,
  RECORDED_VERSION,
  type RecordingKey,
  readRecording,
  writeRecording,
} from './recording.ts';
import { scenarioHash } from './scenario-hash.ts';
import { type Observations, openSide, type SideCommands } from './side.ts';

export interface Commands {
  readonly reference: SideCommands;
  readonly ours: SideCommands;
}

/** Whether the reference runs: `live`, with its observations kept (`record`), or not at all (`recorded`). */
export type Mode = 'live' | 'record' | 'recorded';

export interface RunOptions {
  readonly mode: Mode;
  readonly commands: Commands;
  /** The reference's version. */
  readonly version: string;
  /** Whether the reference can be run. */
  readonly hasReference: boolean;
  /** Whether the client that drives the sides is the reference's. */
  readonly hasStockClient: boolean;
  /** Leaves the folders of both sides. */
  readonly keep: boolean;
}

export interface ScenarioReport {
  readonly name: string;
  readonly title: string;
  readonly verdict: 'passed' | 'failed' | 'skipped';
  /** It failed at first and passed when it ran once more, alone. */
  readonly isFlaky: boolean;
  /** What keeps a skipped scenario from running. */
  readonly missing: readonly string[];
  readonly seconds: number;
  /** Every observation as the reference showed it. */
  readonly shown: Readonly<Record<string, Json>>;
  readonly unexplained: readonly Difference[];
  readonly explained: readonly { readonly difference: Difference; readonly id: DifferenceId }[];
  /** Of the unexplained ones, those of observations that are expected to differ in another way. */
  readonly unexpected: readonly { readonly what: string; readonly id: DifferenceId }[];
  /** Expected differences that did not show. */
  readonly stale: readonly { readonly what: string; readonly id: DifferenceId }[];
  /** What the scenario sent to our side and saw of it, for the page that lists what is covered. */
  readonly transcript: Transcript;
  /** What kept a side from finishing, as `reference: …`. */
  readonly troubles: readonly string[];
}

const DEFAULT_SECONDS = 1200;

/** What one side showed in a scenario. */
interface Run {
  readonly observations: Observations;
  readonly ofMachine: ReadonlySet<string>;
  readonly sent: readonly string[];
  readonly troubles: readonly string[];
}

/** Runs one scenario, both sides in parallel. */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<ScenarioReport> {
  const { name } = scenario;
  const missing = await missingNeeds(scenario.needs ?? [], options.commands.ours.python);
  if (missing.length > 0) return { ...blankReport(scenario), verdict: 'skipped', missing };
  const mode = modeFor(name, options);
  if (mode === null) return { ...blankReport(scenario), verdict: 'skipped', missing: ['root'] };
  const key = mode === 'live' ? null : { reference: options.version, scenario: await scenarioHash(name) };
  const recorded = mode === 'recorded' && key !== null ? readRecording(name, key) : null;
  if (typeof recorded === 'string') {
    const trouble = `${recorded}: npm run compat -- --record ${name}`;
    return { ...blankReport(scenario), verdict: 'failed', troubles: [trouble] };
  }
  const started = performance.now();
  const [reference, ours] = await Promise.all([
    recorded === null ? runOn('reference', scenario, options) : null,
    runOn('ours', scenario, options),
  ]);
  // Recordings are made with the stock client.
  const hasOneClient = recorded === null || options.hasStockClient;
  const report = compareRuns(scenario, reference ?? fromRecording(recorded), ours, {
    hasOneClient,
    known: knownValues(name, options),
  });
  if (mode === 'record' && reference !== null && key !== null && report.verdict === 'passed') {
    keepRecording(name, key, reference);
  }
  return { ...report, seconds: (performance.now() - started) / 1000 };
}

/** A plain user compares some scenarios with the reference itself, or not at all (null). */
function modeFor(name: string, { mode, hasReference }: RunOptions): Mode | null {
  const isFit = mode !== 'recorded' || process.getuid?.() === 0 || !RECORDED_AS_ROOT.has(name);
  if (isFit) return mode;
  return hasReference ? 'live' : null;
}

function blankReport({ name, title }: Scenario): Omit<ScenarioReport, 'verdict'> {
  const nothing = { missing: [], unexplained: [], explained: [], unexpected: [], stale: [], troubles: [] };
  return {
    name,
    title,
    isFlaky: false,
    seconds: 0,
    shown: {},
    transcript: { sent: [], seen: '' },
    ...nothing,
  };
}

function fromRecording(observations: Observations | null): Run {
  return { observations: observations ?? new Map(), ofMachine: new Set(), sent: [], troubles: [] };
}

function keepRecording(name: string, key: RecordingKey, { observations, ofMachine }: Run): void {
  const kept = [...observations].filter(([what]) => !ofMachine.has(what));
  writeRecording(name, key, new Map(kept));
}

/** A plain user sees other logs in some scenarios than root; the values were taken as root. */
function knownValues(name: string, { version }: RunOptions): KnownValues {
  const isSameUser = process.getuid?.() === 0 || !RECORDED_AS_ROOT.has(name);
  return { reference: isSameUser && version === RECORDED_VERSION, ours: isSameUser };
}

interface Comparison {
  readonly hasOneClient: boolean;
  readonly known: KnownValues;
}

function compareRuns(
  scenario: Scenario,
  reference: Run,
  ours: Run,
  { hasOneClient, known }: Comparison,
): ScenarioReport {
  // An observation that depends on the machine was not recorded.
  const isUnrecorded = (what: string) => ours.ofMachine.has(what) && !reference.observations.has(what);
  const differences = compareObservations(reference.observations, ours.observations, hasOneClient).filter(
    ({ what }) => !isUnrecorded(what),
  );
  const expectations = readExpectations(scenario.name);
  const explained = differences.flatMap((difference) => {
    const expected = expectations.get(difference.what);
    return expected !== undefined && isExpected(expected, difference, known)
      ? [{ difference, id: expected.id }]
      : [];
  });
  const unexplained = differences.filter((item) => !explained.some(({ difference }) => difference === item));
  const troubles = [...reference.troubles, ...ours.troubles];
  return {
    ...blankReport(scenario),
    verdict: unexplained.length > 0 || troubles.length > 0 ? 'failed' : 'passed',
    shown: Object.fromEntries(reference.observations),
    transcript: { sent: ours.sent, seen: JSON.stringify([...ours.observations]) },
    unexplained,
    explained,
    unexpected: unexplained.flatMap(({ what }) => {
      const id = expectations.get(what)?.id;
      return id === undefined ? [] : [{ what, id }];
    }),
    stale: staleOnes(expectations, new Set(differences.map(({ what }) => what)), isUnrecorded),
    troubles,
  };
}

function staleOnes(
  expectations: Expectations,
  differing: ReadonlySet<string>,
  isUnrecorded: (what: string) => boolean,
): ScenarioReport['stale'] {
  return [...expectations]
    .filter(([what, { sometimes }]) => sometimes !== true && !differing.has(what) && !isUnrecorded(what))
    .map(([what, { id }]) => ({ what, id }));
}

async function runOn(label: Side['label'], scenario: Scenario, { commands, keep }: RunOptions): Promise<Run> {
  const running = openSide(label, commands[label]);
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
  return { observations: running.observations, ofMachine: running.ofMachine, sent: running.sent, troubles };
}
