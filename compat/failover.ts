/**
 * Proves that no program of a fleet runs twice, and that none is without a holder for longer than it may be: five daemons,
 * three members of etcd, faults of many kinds, and programs that write down when they ran.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { FAULTS } from './failover/faults.ts';
import { OWN_MACHINE } from './failover/network.ts';
import { type FailoverReport, runFailovers } from './failover/run.ts';
import { chooseByName, positiveNumber, print, runMain, usage, wholeNumber } from './harness/command-line.ts';
import { findLibrary } from './harness/debian.ts';
import { findEtcd } from './harness/etcd.ts';
import { findCommand } from './harness/needs.ts';
import { freshSeed } from './harness/random.ts';

interface Options {
  readonly seed?: number;
  readonly rounds: number;
  readonly seconds?: number;
  readonly lease: number;
  readonly only?: readonly string[];
  readonly list?: true;
  readonly keep?: true;
}

const INSIDE = 'VISORD_FAILOVER_INSIDE';
const STOP_WAIT_SECONDS = 1;
/** The shortest with which a busy machine renews leases in time. */
const LEASE_SECONDS = 9;

const program = new Command('failover')
  .description('Prove that no program of a fleet runs twice, and none is without a holder for too long.')
  .option('--seed <number>', 'repeat the choices of an earlier run', wholeNumber)
  .option('--rounds <number>', 'rounds to run', positiveNumber, 200)
  .option('--seconds <number>', 'begin no round after this time', wholeNumber)
  .option('--lease <seconds>', 'lease_seconds of the nodes', positiveNumber, LEASE_SECONDS)
  .option('--only <fault...>', 'these faults only, or those whose names begin so (see --list)')
  .option('--list', 'print the faults and exit')
  .option('--keep', 'keep the folder with logs and runs')
  .addHelpText('after', '\nExit code: 0 no violation, 1 a violation, 2 wrong usage.')
  .exitOverride();

async function main(options: Options): Promise<number> {
  const { chosen, unknown } = chooseByName(FAULTS, options.only);
  if (unknown.length > 0) return usage(`no such fault: ${unknown.join(', ')} (see --list)`);
  if (options.list) {
    for (const { name, title } of chosen) print(`${name.padEnd(24)} ${title}`);
    return 0;
  }
  if (findEtcd('etcd') === null || findEtcd('etcdctl') === null)
    return usage('etcd is not available: npm run setup -- --reference unpacks it');
  const missing = ['unshare', 'ip', 'tc', 'perl', 'mount'].filter((name) => findCommand(name) === null);
  if (missing.length > 0) return usage(`not installed: ${missing.join(', ')}`);
  if (process.env[INSIDE] === undefined) return inOwnMachine();
  const hasFaketime = findLibrary('faketime/libfaketimeMT.so.1') !== null;
  const faults = chosen.filter(({ needsFaketime }) => hasFaketime || needsFaketime === undefined);
  for (const { name } of chosen.filter((fault) => !faults.includes(fault)))
    print(`left out: ${name} (needs libfaketime)`);
  const seed = options.seed ?? freshSeed();
  const folder = mkdtempSync(join(tmpdir(), 'visord-failover-'));
  print(`seed ${seed}, ${faults.length} faults, lease ${options.lease} s, folder ${folder}`);
  const report = await runFailovers({
    seed,
    rounds: options.rounds,
    seconds: options.seconds ?? Number.POSITIVE_INFINITY,
    faults,
    times: { leaseSeconds: options.lease, stopWaitSeconds: STOP_WAIT_SECONDS },
    folder,
    print,
  });
  printReport(report);
  if (report.violation === null && options.keep === undefined) removeFolder(folder);
  else print(`the folder is kept: ${folder}`);
  return report.violation === null ? 0 : 1;
}

/** Starts this command again in namespaces of its own. */
function inOwnMachine(): number {
  const [command = '', ...words] = [...OWN_MACHINE, ...process.argv.slice(0, 2), ...process.argv.slice(2)];
  const { status, error } = spawnSync(command, words, {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: '1' },
  });
  if (error !== undefined) throw error;
  return status ?? 1;
}

function printReport({ byFault, limit, violation }: FailoverReport): void {
  let [rounds, failovers, longest, overlap] = [0, 0, 0, 0];
  for (const [name, figures] of [...byFault].sort(([left], [right]) => (left < right ? -1 : 1))) {
    print(
      `${name.padEnd(24)} ${String(figures.rounds).padStart(4)} rounds, ${figures.failovers} failovers, ` +
        `longest gap ${figures.longestGap.toFixed(2)} s`,
    );
    rounds += figures.rounds;
    failovers += figures.failovers;
    longest = Math.max(longest, figures.longestGap);
    overlap += figures.overlap;
  }
  print(
    `${rounds} rounds, ${failovers} failovers: ${overlap.toFixed(3)} s of overlap, ` +
      `longest time without a holder ${longest.toFixed(2)} s of ${limit} s that are allowed`,
  );
  if (violation === null) print('no violation');
  else print(`VIOLATION after ${violation.fault} (seed ${violation.seed}): ${violation.reason}`);
}

/** The disks of etcd are mounted in it. */
function removeFolder(folder: string): void {
  spawnSync('sh', ['-c', `umount ${folder}/e?`]);
  rmSync(folder, { recursive: true, force: true });
}

runMain(program, main);
