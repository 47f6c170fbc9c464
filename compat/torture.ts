/**
 * Runs a real daemon under faults, round by round, and checks after each that nothing was lost, doubled or left
 * behind.
 *
 * @module
 */
import { join } from 'node:path';
import { Command } from 'commander';
import { chooseByName, print, runMain, usage, wholeNumber } from './harness/command-line.ts';
import { packageRoot, splitCommand } from './harness/commands.ts';
import { findCommand } from './harness/needs.ts';
import { freshSeed } from './harness/random.ts';
import { openBeds } from './torture/bed.ts';
import { FAULTS } from './torture/faults/index.ts';
import { missingFor, runTorture, type TortureReport } from './torture/run.ts';

interface Options {
  readonly seed?: number;
  readonly rounds?: number;
  readonly seconds?: number;
  readonly only?: readonly string[];
  readonly supervisord?: string;
  readonly list?: true;
  readonly verbose?: true;
}

const DEFAULT_ROUNDS = 200;

const program = new Command('torture')
  .description(
    'Torture a real supervisord, and check after each round that nothing is lost, doubled or left.',
  )
  .option('--seed <number>', 'repeat the choices of an earlier run', wholeNumber)
  .option(
    '--rounds <number>',
    `rounds to run (${DEFAULT_ROUNDS}; without a limit where --seconds is given)`,
    wholeNumber,
  )
  .option('--seconds <number>', 'begin no round after this time', wholeNumber)
  .option('--only <fault...>', 'these faults only, or those whose names begin so (see --list)')
  .option('--supervisord <command>', 'the daemon to torture (that of this package if not given)')
  .option('--list', 'print the faults and exit')
  .option('--verbose', 'print every round')
  .addHelpText('after', '\nExit code: 0 no violation, 1 a violation, 2 wrong usage.')
  .exitOverride();

async function main(options: Options): Promise<number> {
  const { chosen, unknown } = chooseByName(FAULTS, options.only);
  if (unknown.length > 0) return usage(`no such fault: ${unknown.join(', ')} (see --list)`);
  if (options.list) {
    for (const { name, title } of chosen) print(`${name.padEnd(28)} ${title}`);
    return 0;
  }
  if (findCommand('perl') === null)
    return usage('the programs of a torture are written in Perl, and perl is not installed');
  const faults = chosen.filter(({ bed = 'plain' }) => missingFor(bed) === null);
  for (const { name, bed = 'plain' } of chosen) {
    const missing = missingFor(bed);
    if (missing !== null) print(`left out: ${name} (needs ${missing})`);
  }
  if (faults.length === 0) return usage('none of these faults can be done on this machine');
  const seed = options.seed ?? freshSeed();
  print(`seed ${seed}, ${faults.length} faults`);
  const report = await runTorture({
    seed,
    rounds: options.rounds ?? (options.seconds === undefined ? DEFAULT_ROUNDS : Number.POSITIVE_INFINITY),
    seconds: options.seconds ?? Number.POSITIVE_INFINITY,
    faults,
    command:
      options.supervisord === undefined
        ? [join(packageRoot(), 'dist/bin/supervisord')]
        : splitCommand(options.supervisord),
    print,
    isVerbose: options.verbose === true,
  });
  printReport(report);
  return report.violation === null ? 0 : 1;
}

function printReport({ figures, byFault, seconds, violation }: TortureReport): void {
  for (const [name, { rounds, milliseconds }] of [...byFault].sort(([left], [right]) =>
    left < right ? -1 : 1,
  )) {
    print(
      `${name.padEnd(28)} ${String(rounds).padStart(5)} rounds, ${Math.round(milliseconds / rounds)} ms each`,
    );
  }
  const { rounds, kills, upgrades, lines, lost, unread, requests, events } = figures;
  print(
    `${rounds} rounds in ${Math.round(seconds)} s: ${kills} kills of the daemon, ${upgrades} upgrades, ` +
      `${requests} requests, ${events} events, ${lines} lines, ${lost} of them lost with a killed daemon, ` +
      `${unread} with a program that ended while there was none`,
  );
  if (violation === null) {
    print('no violation');
    return;
  }
  print(`VIOLATION after ${violation.fault}: ${violation.reason}`);
  print(`seed ${violation.seed} begins with this session; its folder is kept: ${violation.dir}`);
}

process.on('exit', () => {
  for (const bed of openBeds) bed.sweep();
});
runMain(program, main);
