/**
 * Runs the same scenarios on two supervisord commands and prints what differs.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { DIFFERENCES, type DifferenceId } from '../src/checkup/catalogue/table.ts';
import { writeDocumentation } from './documentation.ts';
import { print, runMain, usage } from './harness/command-line.ts';
import { packageRoot, splitCommand } from './harness/commands.ts';
import { PYTHON, REFERENCE } from './harness/debian.ts';
import { expectationOf, readExpectations, writeExpectations } from './harness/expected.ts';
import { findCommand } from './harness/needs.ts';
import { killMarked, removeFolders, runCommand } from './harness/processes.ts';
import { RECORDED_VERSION, readRecording } from './harness/recording.ts';
import { type Mode, type RunOptions, runScenario, type ScenarioReport } from './harness/runner.ts';
import { scenarioHash } from './harness/scenario-hash.ts';
import { openFolders } from './harness/side.ts';
import { printReport, printStale, printTotals } from './report.ts';
import type { Scenario } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';

interface Options {
  readonly reference?: string;
  readonly ours?: string;
  readonly supervisorctl: string;
  readonly python: string;
  readonly recorded?: true;
  readonly record?: true;
  readonly expect?: true;
  readonly difference?: string;
  readonly grows?: true;
  readonly slow?: true;
  readonly list?: true;
  readonly json?: string;
  readonly keep?: true;
  readonly writeDocs?: true;
  readonly jobs: number;
  readonly verbose?: true;
}

const OWN = join(packageRoot(), 'dist/bin/supervisord');
const OWN_CLIENT = join(packageRoot(), 'dist/bin/supervisorctl.cjs');

const program = new Command('compat')
  .description('Run the same scenarios on two supervisord commands and print what differs.')
  .argument('[scenario...]', 'names of scenarios, or what they start with (all if none is given)')
  .option('--recorded', 'compare with what was recorded of the reference, as where that cannot be run')
  .option(
    '--record',
    'record what the reference shows, in compat/recorded (without names: what is out of date)',
  )
  .option('--expect', 'keep the differences of this run as expected, in compat/expected')
  .option('--difference <id>', 'with --expect: the entry of the catalogue that explains the new ones')
  .option('--grows', 'with --expect: of the new ones ours has all that the reference has, and more')
  .option('--reference <command>', `the command to compare with, live (${REFERENCE} if not given)`)
  .option('--ours <command>', 'the command under test (the supervisord of this package if not given)')
  .option('--supervisorctl <command>', 'the client that drives both', defaultClient())
  .option('--python <command>', 'the Python that has pexpect', PYTHON)
  .option('--slow', 'do not shorten the limits of time that the scenarios wait for')
  .option('--list', 'print the scenarios and exit')
  .option('--json <file>', 'write the whole report to a file')
  .option('--jobs <number>', 'scenarios that run at the same time', numberOfJobs, 4)
  .option('--write-docs', 'write docs/compatibility.md from this run')
  .option('--keep', 'keep the folders of both sides')
  .option('--verbose', 'print the intended differences too')
  .addHelpText('after', '\nExit code: 0 no unexplained difference, 1 otherwise, 2 wrong usage.')
  .exitOverride();

async function main(options: Options): Promise<number> {
  const unknown = program.args.filter((name) => !scenarios.some((scenario) => isMeant(scenario, name)));
  if (unknown.length > 0) return usage(`no such scenario: ${unknown.join(', ')} (see --list)`);
  const chosen = scenarios.filter(
    (scenario) => program.args.length === 0 || program.args.some((name) => isMeant(scenario, name)),
  );
  if (options.list) {
    for (const { name, title } of chosen) print(`${name.padEnd(24)} ${title}`);
    return 0;
  }

  const reference = splitCommand(options.reference ?? REFERENCE);
  const mode = modeOf(options);
  if (mode !== 'recorded' && !isThere(reference)) {
    return usage(
      `cannot run ${reference.join(' ')} (on Debian and Ubuntu npm run setup -- --reference unpacks it)`,
    );
  }
  const ours = options.ours === undefined ? [OWN] : splitCommand(options.ours);
  if (!isThere(ours)) {
    return usage(
      `cannot run ${ours.join(' ')}${options.ours === undefined ? ' (npm run build makes it)' : ''}`,
    );
  }
  const clients = {
    supervisorctl: splitCommand(options.supervisorctl),
    python: splitCommand(options.python),
  };
  if (!isThere(clients.supervisorctl)) return usage(`cannot run ${options.supervisorctl}`);

  const { difference } = options;
  if (difference !== undefined && !isDifferenceId(difference)) {
    return usage(`no such entry of the catalogue: ${difference} (see docs/differences.md)`);
  }
  if (options.slow) process.env.COMPAT_SLOW = '1';
  const version = mode === 'recorded' ? RECORDED_VERSION : await versionOf(reference);
  if (mode === 'record' && version !== RECORDED_VERSION) {
    return usage(`recordings are of version ${RECORDED_VERSION}; ${reference.join(' ')} is ${version}`);
  }
  print(
    `- ${mode === 'recorded' ? 'recorded' : reference.join(' ')}, version ${version}\n+ ${ours.join(' ')}`,
  );
  const commands = {
    reference: { supervisord: reference, ...clients },
    ours: { supervisord: ours, ...clients },
  };
  const meant = mode === 'record' && program.args.length === 0 ? await outOfDate(chosen) : chosen;
  return runAll(
    meant,
    {
      mode,
      version,
      commands,
      keep: options.keep === true,
      hasReference: isThere(reference),
      hasStockClient: options.supervisorctl !== OWN_CLIENT,
    },
    options,
  );
}

/** The command that was named, or else the usual one if it is installed. */
function modeOf({ recorded, record, reference }: Options): Mode {
  if (record) return 'record';
  return recorded || (reference === undefined && !isThere([REFERENCE])) ? 'recorded' : 'live';
}

/** The stock client; ours where the machine does not have it. */
function defaultClient(): string {
  return findCommand('supervisorctl') === null ? OWN_CLIENT : 'supervisorctl';
}

async function versionOf(command: readonly string[]): Promise<string> {
  return (await runCommand([...command, '--version'], '/')).stdout.trim();
}

function numberOfJobs(text: string): number {
  const jobs = Number(text);
  if (!Number.isInteger(jobs) || jobs < 1) throw new InvalidArgumentError('a number from 1 is needed');
  return jobs;
}

async function outOfDate(chosen: readonly Scenario[]): Promise<Scenario[]> {
  const found: Scenario[] = [];
  for (const scenario of chosen) {
    const key = { reference: RECORDED_VERSION, scenario: await scenarioHash(scenario.name) };
    if (typeof readRecording(scenario.name, key) === 'string') found.push(scenario);
  }
  return found;
}

/** `rpc` means every scenario whose name starts with `rpc-`. */
function isMeant(scenario: Scenario, name: string): boolean {
  return scenario.name === name || scenario.name.startsWith(`${name}-`);
}

async function runAll(chosen: readonly Scenario[], run: RunOptions, options: Options): Promise<number> {
  const reports: ScenarioReport[] = [];
  const waiting = [...chosen];
  const work = async () => {
    for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
      const report = await runScenario(scenario, run);
      reports.push(report);
      printReport(report, options.verbose === true);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  await tryAgain(reports, chosen, run, options);
  if (options.reference === undefined && options.ours === undefined) printStale(reports);
  if (options.expect) {
    for (const report of reports) expectAsShown(report, differenceOf(options), options.grows);
  }
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify(reports, null, 2)}\n`);
  }
  if (options.writeDocs) writeDocumentation(join(packageRoot(), 'docs'), reports);
  printTotals(reports);
  return reports.some(({ verdict }) => verdict === 'failed') ? 1 : 0;
}

/**
 * A scenario that failed runs once more, alone, to show whether a busy machine was the cause.
 * One that passes then is counted as flaky: either it has a race, or a side has.
 */
async function tryAgain(
  reports: ScenarioReport[],
  chosen: readonly Scenario[],
  run: RunOptions,
  options: Options,
): Promise<void> {
  for (const [at, { name, verdict, seconds }] of [...reports.entries()]) {
    const scenario = chosen.find((candidate) => candidate.name === name);
    // One that was skipped for lack of a recording would be skipped again.
    if (verdict !== 'failed' || scenario === undefined || seconds === 0) continue;
    print(`again    ${name}`);
    const report = await runScenario(scenario, run);
    reports[at] = { ...report, isFlaky: report.verdict === 'passed' };
    printReport(report, options.verbose === true);
  }
}

/** Keeps what a scenario showed; a new difference needs the id of an entry of the catalogue. */
function expectAsShown(
  { name, explained, unexplained, troubles, stale }: ScenarioReport,
  id: DifferenceId | null,
  grows: true | undefined,
): void {
  if (troubles.length > 0) return;
  const known = readExpectations(name);
  const kept = new Map([...known].filter(([what]) => !stale.some((gone) => gone.what === what)));
  for (const difference of [...explained.map((item) => item.difference), ...unexplained]) {
    const { what } = difference;
    const before = known.get(what);
    const entry = before?.id ?? id;
    if (entry === null) print(`${name}: ${what}: give --difference ID to expect it`);
    else kept.set(what, expectationOf(difference, entry, before ?? { ...(grows && { grows }) }));
  }
  writeExpectations(name, kept);
}

function differenceOf({ difference }: Options): DifferenceId | null {
  return difference !== undefined && isDifferenceId(difference) ? difference : null;
}

function isDifferenceId(text: string): text is DifferenceId {
  return Object.hasOwn(DIFFERENCES, text);
}

function isThere(command: readonly string[]): boolean {
  return command[0] !== undefined && findCommand(command[0]) !== null;
}

/** When the runner is interrupted nothing of it stays behind. */
function sweep(): void {
  for (const dir of openFolders) {
    killMarked(dir);
    removeFolders(dir);
  }
}

process.on('exit', sweep);
runMain(program, main);
