/**
 * Measures two supervisord commands in turn, in one run, and prints how they compare.
 *
 * @module
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { sweepBeds } from './bench/bed.ts';
import { cases } from './bench/cases/index.ts';
import { curvesSvg } from './bench/curves-svg.ts';
import { withFigures } from './bench/documentation.ts';
import type { Case, Effort, Subject } from './bench/figure.ts';
import { type KeptFigures, keptCurves, withReport } from './bench/kept-figures.ts';
import { describeMachine } from './bench/machine.ts';
import { curvesOf, type Report, rowsOf } from './bench/report.ts';
import { measureRounds } from './bench/rounds.ts';
import { plainCurveTable, plainTable } from './bench/table.ts';
import { positiveNumber, print, runMain, usage } from './harness/command-line.ts';
import { packageRoot, splitCommand } from './harness/commands.ts';
import { REFERENCE } from './harness/debian.ts';
import { findCommand } from './harness/needs.ts';

const OURS = join(packageRoot(), 'dist/bin/supervisord');
const PAGE = join(packageRoot(), 'docs/performance.md');
const FIGURES = join(packageRoot(), 'compat/bench/figures.json');
const CURVES = join(packageRoot(), 'docs/performance-curves.svg');

const DEFAULT_PROGRAMS = 1000;

interface Options {
  readonly ours?: string;
  readonly reference: string;
  readonly rounds?: number;
  readonly programs: number;
  readonly quick?: true;
  readonly only?: readonly string[];
  readonly list?: true;
  readonly json?: string;
  readonly writeDocs?: true;
  readonly writeTexts?: true;
}

const program = new Command('bench')
  .description('Measure two supervisord commands in turn and print how they compare.')
  .option('--ours <command>', 'the command under test (the supervisord of this package if not given)')
  .option('--reference <command>', 'the command to compare with', REFERENCE)
  .option('--rounds <n>', 'how often everything is measured (3, with --quick 1)', positiveNumber)
  .option('--programs <n>', 'programs of the case many', positiveNumber, DEFAULT_PROGRAMS)
  .option('--quick', 'one round with few samples and without the large cases, about two minutes')
  .option('--only <name...>', 'measure these cases only')
  .option('--list', 'print the cases and exit')
  .option('--json <file>', 'write the figures and all samples to a file')
  .option('--write-docs', 'write the figures into docs/performance.md; those of other cases stay')
  .option('--write-texts', 'write there only titles, targets and meanings, without measuring')
  .addHelpText('after', '\nExit code: 0 everything was measured, 1 something was not, 2 wrong usage.')
  .exitOverride();

async function main(options: Options): Promise<number> {
  const { only } = options;
  const unknown = (only ?? []).filter((name) => !cases.some((known) => known.name === name));
  if (unknown.length > 0) return usage(`no such case: ${unknown.join(', ')} (see --list)`);
  const chosen = cases.filter(({ name, isLarge }) => only?.includes(name) ?? !(options.quick && isLarge));
  if (options.writeDocs && (options.quick || options.programs !== DEFAULT_PROGRAMS)) {
    return usage('--write-docs is for runs without --quick and --programs');
  }
  if (options.list) {
    for (const { name, figures, curves = [] } of chosen)
      print(`${name.padEnd(16)}${[...figures, ...curves].map(({ title }) => title).join('; ')}`);
    return 0;
  }

  if (options.writeTexts) {
    writePage(keptFigures());
    return 0;
  }

  const ours: Subject = {
    name: 'ours',
    command: options.ours === undefined ? [OURS] : splitCommand(options.ours),
  };
  if (!isThere(ours) || (options.ours === undefined && !existsSync(OURS))) {
    return usage(
      `cannot run ${ours.command.join(' ')}${options.ours === undefined ? ' (npm run build makes it)' : ''}`,
    );
  }
  const reference: Subject = { name: 'reference', command: splitCommand(options.reference) };
  if (isThere(reference)) return measure(chosen, [ours, reference], options);
  if (options.reference !== REFERENCE) return usage(`cannot run ${options.reference}`);
  print(
    `The reference ${REFERENCE} is not installed (Debian: apt-get install supervisor): only ours is measured.`,
  );
  return measure(chosen, [ours], options);
}

async function measure(
  chosen: readonly Case[],
  subjects: readonly Subject[],
  options: Options,
): Promise<number> {
  const effort = effortOf(options);
  const machine = describeMachine();
  const startedAt = performance.now();
  const outcome = await measureRounds(chosen, subjects, effort, (line) => process.stderr.write(`${line}\n`));
  const report: Report = {
    ...outcome,
    machine,
    commands: Object.fromEntries(subjects.map(({ name, command }) => [name, command.join(' ')])),
    effort,
    seconds: (performance.now() - startedAt) / 1000,
    rows: rowsOf(chosen, outcome.measured, effort.programs),
    curves: curvesOf(chosen, outcome.measured),
  };
  for (const line of plainTable(report.rows)) print(line);
  for (const line of plainCurveTable(report.curves)) print(line);
  for (const trouble of report.troubles) print(`not measured: ${trouble}`);
  if (machine.load > machine.cpus / 2) {
    print(
      `The machine was busy before the start (load ${machine.load.toFixed(1)}): times are too long on all sides.`,
    );
  }
  print(`${effort.rounds} rounds, ${Math.round(report.seconds)} s`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  if (options.writeDocs) {
    const date = new Date().toISOString().slice(0, 16).replace('T', ' ');
    const kept = withReport(keptFigures(), report, date);
    writeFileSync(FIGURES, `${JSON.stringify(kept, null, 1)}\n`);
    writePage(kept);
  }
  return report.troubles.length > 0 ? 1 : 0;
}

function keptFigures(): KeptFigures {
  return JSON.parse(readFileSync(FIGURES, 'utf8'));
}

function writePage(kept: KeptFigures): void {
  writeFileSync(PAGE, withFigures(readFileSync(PAGE, 'utf8'), kept, cases, DEFAULT_PROGRAMS));
  writeFileSync(CURVES, curvesSvg(keptCurves(kept, cases)));
}

function effortOf({ quick, rounds, programs }: Options): Effort {
  return quick
    ? {
        rounds: rounds ?? 1,
        programs,
        boots: 2,
        restarts: 10,
        restartSeconds: 5,
        starts: 2,
        callSeconds: 3,
        idleSeconds: 3,
        events: 5000,
      }
    : {
        rounds: rounds ?? 3,
        programs,
        boots: 3,
        restarts: 30,
        restartSeconds: 7,
        starts: 3,
        callSeconds: 4,
        idleSeconds: 10,
        events: 20_000,
      };
}

function isThere({ command }: Subject): boolean {
  return command[0] !== undefined && findCommand(command[0]) !== null;
}

process.on('exit', sweepBeds);
runMain(program, main);
