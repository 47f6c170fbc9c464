/**
 * What a fleet of 10,000 nodes costs its etcd: the costs of one node, slot and key are measured on
 * a real etcd with some hundred nodes, and multiplied. The table of docs/performance-notes.md is made with it.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { costsOf, type Fleet, type FleetCosts, type UnitCosts } from './fleet-scale/costs.ts';
import { simulate } from './fleet-scale/simulation.ts';
import { positiveNumber, print, runMain, usage } from './harness/command-line.ts';
import { findEtcd, startEtcd } from './harness/etcd.ts';

interface Options {
  readonly nodes: number;
  readonly renewals: number;
  readonly changes: number;
  readonly keys: number;
  readonly members: number;
}

const program = new Command('fleet-scale')
  .description('Measure what the nodes of a fleet cost etcd, and calculate it for larger fleets.')
  .option('--nodes <number>', 'nodes that are simulated', positiveNumber, 300)
  .option('--renewals <number>', 'renewals of each node', positiveNumber, 20)
  .option('--changes <number>', 'changes that all nodes receive', positiveNumber, 100)
  .option('--keys <number>', 'keys of slots', positiveNumber, 10_000)
  .option('--members <number>', 'members of etcd', positiveNumber, 3)
  .exitOverride();

/** Renewals in a second with `lease_seconds = 15` and 60: each ninth of a lease. */
const RENEWALS = { usual: 9 / 15, rare: 9 / 60 };

const FLEETS: readonly (Fleet & { readonly title: string })[] = [
  {
    title: '100 nodes, the same 100 programs',
    nodes: 100,
    programs: 100,
    nodesPerProgram: 100,
    renewals: RENEWALS.usual,
    moves: 1,
  },
  {
    title: '1,000 nodes, the same 100 programs',
    nodes: 1000,
    programs: 100,
    nodesPerProgram: 1000,
    renewals: RENEWALS.usual,
    moves: 1,
  },
  {
    title: '1,000 nodes, 100 programs of 10 nodes each',
    nodes: 1000,
    programs: 100,
    nodesPerProgram: 10,
    renewals: RENEWALS.usual,
    moves: 1,
  },
  {
    title: '10,000 nodes, the same 100 programs',
    nodes: 10_000,
    programs: 100,
    nodesPerProgram: 10_000,
    renewals: RENEWALS.usual,
    moves: 1,
  },
  {
    title: '10,000 nodes, 100 programs of 10 nodes each',
    nodes: 10_000,
    programs: 100,
    nodesPerProgram: 10,
    renewals: RENEWALS.usual,
    moves: 1,
  },
  {
    title: 'the same with lease_seconds = 60',
    nodes: 10_000,
    programs: 100,
    nodesPerProgram: 10,
    renewals: RENEWALS.rare,
    moves: 1,
  },
];

async function main(options: Options): Promise<number> {
  if (findEtcd('etcd') === null)
    return usage('etcd is not available: npm run setup -- --reference unpacks it');
  const folder = mkdtempSync(join(tmpdir(), 'visord-scale-'));
  const cluster = await startEtcd({
    folder,
    members: Array.from({ length: options.members }, () => ({ host: '127.0.0.1' })),
  });
  try {
    await cluster.untilReady();
    const unit = await simulate({ ...options, cluster, print });
    printUnit(unit);
    printTable(FLEETS.map((fleet) => ({ title: fleet.title, costs: costsOf(fleet, unit) })));
  } finally {
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return 0;
}

function printUnit(unit: UnitCosts): void {
  print('');
  for (const [name, value] of Object.entries(unit)) print(`${name.padEnd(16)} ${Number(value).toFixed(1)}`);
}

const ROWS: readonly (readonly [string, (costs: FleetCosts) => number])[] = [
  ['slots', ({ slots }) => slots],
  ['keys', ({ keys }) => keys],
  ['watches', ({ watches }) => watches],
  ['renewals a second', ({ renewalsPerSecond }) => renewalsPerSecond],
  ['writes a second', ({ writesPerSecond }) => writesPerSecond],
  ['changes sent a second', ({ deliveriesPerSecond }) => deliveriesPerSecond],
  ['processors of etcd, all members', ({ cores }) => cores],
  ['sent by etcd, MB/s', ({ megabytesPerSecond }) => megabytesPerSecond],
  ['memory of a member, MB', ({ memberMegabytes }) => memberMegabytes],
  ['read by a node that connects, MB', ({ connectMegabytes }) => connectMegabytes],
  [
    'all nodes connect anew: seconds of a processor of etcd',
    ({ reconnectCoreSeconds }) => reconnectCoreSeconds,
  ],
  ['a processor of a node, %', ({ nodePercent }) => nodePercent],
];

function printTable(columns: readonly { readonly title: string; readonly costs: FleetCosts }[]): void {
  print(`\n| | ${columns.map(({ title }) => title).join(' | ')} |`);
  print(`| --- |${columns.map(() => ' ---: |').join('')}`);
  for (const [name, read] of ROWS) {
    print(`| ${name} | ${columns.map(({ costs }) => rounded(read(costs))).join(' | ')} |`);
  }
}

/** Two significant digits: more would promise more than was measured. */
function rounded(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(2)));
}

runMain(program, main);
