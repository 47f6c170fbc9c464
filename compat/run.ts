/**
 * Runs the same scenarios on two supervisord commands and prints what differs.
 *
 * @module
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { writeDocumentation } from './documentation.ts';
import { packageRoot, splitCommand } from './harness/commands.ts';
import { renderDifference } from './harness/compare.ts';
import { PYTHON, REFERENCE } from './harness/debian.ts';
import { findCommand } from './harness/needs.ts';
import { killMarked } from './harness/processes.ts';
import { type Commands, runScenario, type ScenarioReport } from './harness/runner.ts';
import { openFolders } from './harness/side.ts';
import type { Scenario } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';

interface Options {
  readonly reference: string;
  readonly ours?: string;
  readonly supervisorctl: string;
  readonly python: string;
  readonly list?: true;
  readonly json?: string;
  readonly keep?: true;
  readonly writeDocs?: true;
  readonly jobs: string;
  readonly verbose?: true;
}

const program = new Command('compat')
  .description('Run the same scenarios on two supervisord commands and print what differs.')
  .argument('[scenario...]', 'names of scenarios, or what they start with (all if none is given)')
  .option('--reference <command>', 'the command to compare with', REFERENCE)
  .option('--ours <command>', 'the command under test (the supervisord of this package if not given)')
  .option('--supervisorctl <command>', 'the client that drives both', 'supervisorctl')
  .option('--python <command>', 'the Python that has pexpect', PYTHON)
  .option('--list', 'print the scenarios and exit')
  .option('--json <file>', 'write the whole report to a file')
  .option('--jobs <number>', 'scenarios that run at the same time', '4')
  .option('--write-docs', 'write docs/differences.md and docs/compatibility.md from this run')
  .option('--keep', 'keep the folders of both sides')
  .option('--verbose', 'print the intended differences too')
  .addHelpText('after', '\nExit code: 0 no unexplained difference, 1 otherwise, 2 wrong usage.')
  .exitOverride();

async function main(): Promise<number> {
  try {
    program.parse();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const options = program.opts<Options>();
  const jobs = Number(options.jobs);
  if (!Number.isInteger(jobs) || jobs < 1) return usage(`not a number of jobs: ${options.jobs}`);
  const unknown = program.args.filter((name) => !scenarios.some((scenario) => isMeant(scenario, name)));
  if (unknown.length > 0) return usage(`no such scenario: ${unknown.join(', ')} (see --list)`);
  const chosen = scenarios.filter(
    (scenario) => program.args.length === 0 || program.args.some((name) => isMeant(scenario, name)),
  );
  if (options.list) {
    for (const { name, title } of chosen) print(`${name.padEnd(24)} ${title}`);
    return 0;
  }

  const reference = splitCommand(options.reference);
  if (!isThere(reference)) {
    if (options.reference !== REFERENCE) return usage(`cannot run ${options.reference}`);
    print(`The reference ${REFERENCE} is not installed, so there is nothing to compare with.`);
    print('On Debian and Ubuntu: apt-get install supervisor python3-pexpect');
    printSummary(0, 0, chosen.length);
    return 0;
  }
  const ours = options.ours === undefined ? ownCommand() : splitCommand(options.ours);
  if (!isThere(ours) || (options.ours === undefined && !existsSync(ours[0] ?? ''))) {
    return usage(
      `cannot run ${ours.join(' ')}${options.ours === undefined ? ' (npm run build makes it)' : ''}`,
    );
  }
  const clients = {
    supervisorctl: splitCommand(options.supervisorctl),
    python: splitCommand(options.python),
  };
  if (!isThere(clients.supervisorctl)) return usage(`cannot run ${options.supervisorctl}`);
  if (!isThere(clients.python)) return usage(`cannot run ${options.python}`);

  const commands: Commands = {
    reference: { supervisord: reference, ...clients },
    ours: { supervisord: ours, ...clients },
  };
  const isOwnPair = options.reference === REFERENCE && options.ours === undefined;
  return runAll(chosen, commands, options, isOwnPair);
}

/** `rpc` means every scenario whose name starts with `rpc-`. */
function isMeant(scenario: Scenario, name: string): boolean {
  return scenario.name === name || scenario.name.startsWith(`${name}-`);
}

async function runAll(
  chosen: readonly Scenario[],
  commands: Commands,
  options: Options,
  isOwnPair: boolean,
): Promise<number> {
  print(`- ${commands.reference.supervisord.join(' ')}\n+ ${commands.ours.supervisord.join(' ')}`);
  const reports: ScenarioReport[] = [];
  const waiting = [...chosen];
  const work = async () => {
    for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
      const report = await runScenario(scenario, commands, options.keep === true);
      reports.push(report);
      printReport(report, options.verbose === true);
    }
  };
  await Promise.all(Array.from({ length: Number(options.jobs) }, work));
  await tryAgain(reports, chosen, commands, options);
  if (isOwnPair) printStale(reports);
  if (options.json !== undefined) {
    const plain = (_key: string, value: unknown) => (value instanceof RegExp ? String(value) : value);
    writeFileSync(options.json, `${JSON.stringify(reports, plain, 2)}\n`);
  }
  if (options.writeDocs) writeDocumentation(join(packageRoot(), 'docs'), reports);
  const count = (verdict: ScenarioReport['verdict']) =>
    reports.filter((report) => report.verdict === verdict).length;
  printSummary(count('passed'), count('failed'), count('skipped'));
  return count('failed') > 0 ? 1 : 0;
}

/**
 * A scenario that failed runs once more, now alone: both sides are held against the clock of a machine that may be
 * busy, and the reference loses races of its own. What fails twice has failed.
 */
async function tryAgain(
  reports: ScenarioReport[],
  chosen: readonly Scenario[],
  commands: Commands,
  options: Options,
): Promise<void> {
  for (const [at, { name, verdict }] of [...reports.entries()]) {
    const scenario = chosen.find((candidate) => candidate.name === name);
    if (verdict !== 'failed' || scenario === undefined) continue;
    print(`again    ${name}`);
    const report = await runScenario(scenario, commands, options.keep === true);
    reports[at] = report;
    printReport(report, options.verbose === true);
  }
}

function printReport(report: ScenarioReport, verbose: boolean): void {
  const facts =
    report.verdict === 'skipped'
      ? `needs ${report.missing.join(', ')}`
      : `${Object.keys(report.shown).length} observations, ${report.unexplained.length} differences, ` +
        `${report.explained.length} intended, ${report.seconds.toFixed(1)} s`;
  print(`${report.verdict.padEnd(8)} ${report.name.padEnd(24)} ${facts}`);
  for (const trouble of report.troubles) print(`    ${trouble}`);
  for (const difference of report.unexplained) print(renderDifference(difference));
  if (!verbose) return;
  for (const { difference, reason } of report.explained) {
    print(`${renderDifference(difference)}\n      intended: ${reason}`);
  }
}

/** An intended difference that is gone should leave the table. */
function printStale(reports: readonly ScenarioReport[]): void {
  for (const report of reports.filter(({ verdict }) => verdict !== 'skipped')) {
    for (const { what, reason } of report.stale) {
      print(`stale    ${report.name}: ${String(what)} no longer differs (${reason})`);
    }
  }
}

function printSummary(passed: number, failed: number, skipped: number): void {
  print(`${passed} passed, ${failed} failed, ${skipped} skipped`);
}

function usage(message: string): number {
  process.stderr.write(`error: ${message}\n`);
  return 2;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function isThere(command: readonly string[]): boolean {
  return command[0] !== undefined && findCommand(command[0]) !== null;
}

function ownCommand(): string[] {
  return [join(packageRoot(), 'dist/bin/supervisord.cjs')];
}

/** When the runner is interrupted nothing of it stays behind. */
function sweep(): void {
  for (const dir of openFolders) {
    killMarked(dir);
    rmSync(dir, { recursive: true, force: true });
  }
}

process.on('exit', sweep);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
