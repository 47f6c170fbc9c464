/**
 * The same scenario through two clients on one daemon: the stock supervisorctl and ours.
 *
 * @module
 */
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderDifference, withoutComplaints } from '../../harness/compare.ts';
import type { CommandResult, Daemon, Json, Scenario, Side } from '../../scenario.ts';

/** What a client showed, by the name of the observation. */
export type Shown = Map<string, Json>;

/** Our client under a path in the side's folder, to be called wherever the stock one is. */
export function ourClient(side: Side): string {
  let root = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(root, 'package.json')) && root !== dirname(root)) root = dirname(root);
  const command = join(root, 'dist/bin/supervisorctl');
  const path = side.path('ours/supervisorctl');
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path)) symlinkSync(command, path);
  side.alias(command, 'SUPERVISORCTL');
  return path;
}

/**
 * A scenario that drives the stock client, and then once more with ours on a fresh daemon: what the stock one shows
 * is observed as usual, and so are the differences between the clients.
 */
export function throughBothClients(
  scenario: Scenario,
  isCompared: (what: string) => boolean,
  select: (what: string, value: Json) => Json = (_what, value) => value,
): Scenario {
  return { ...scenario, run: (side) => compareClients(side, scenario, isCompared, select) };
}

async function compareClients(
  side: Side,
  scenario: Scenario,
  isCompared: (what: string) => boolean,
  select: (what: string, value: Json) => Json,
): Promise<void> {
  const ports: number[] = [];
  const stock = await runWith(side, scenario, ports, null);
  const ours = await runWith(side, scenario, ports, ourClient(side));
  const comparison = clientComparison(side);
  for (const what of [...stock.keys()].filter(isCompared)) {
    const [first, second] = [stock, ours].map((shown) => select(what, shown.get(what) ?? null));
    comparison.compare(`our client: ${what}`, first ?? null, second ?? null);
  }
  comparison.end();
}

/** Compares what two clients showed on the same daemon. */
export interface ClientComparison {
  compare(what: string, stock: Json, ours: Json): void;
  /** @throws Error that shows every difference */
  end(): void;
}

/** The runner compares the daemons only, so it would not find differences between the clients. */
export function clientComparison(side: Side): ClientComparison {
  const differences: string[] = [];
  return {
    compare: (what, stock, ours) => {
      const [first, second] = [withoutComplaints(stock, stock), withoutComplaints(ours, stock)];
      const isEqual = JSON.stringify(first) === JSON.stringify(second);
      side.observe(what, { equal: isEqual });
      if (!isEqual) differences.push(renderDifference({ what, reference: stock, ours }));
    },
    end: () => {
      if (differences.length === 0) return;
      throw new Error(`the clients differ (- the stock one, + ours)\n${differences.join('\n')}`);
    },
  };
}

async function runWith(
  side: Side,
  scenario: Scenario,
  ports: number[],
  client: string | null,
): Promise<Shown> {
  const shown: Shown = new Map();
  const daemons: Daemon[] = [];
  let nextPort = 0;
  const kept = new Set(readdirSync(side.dir));
  const control = async (
    args: readonly string[],
    options?: Parameters<Side['ctl']>[1],
  ): Promise<CommandResult> => {
    if (client === null) return side.ctl(args, options);
    const target = args[0]?.startsWith('-') ? [] : ['-c', side.path('ctl.conf')];
    return side.command(client, [...target, ...args], options);
  };
  const through: Side = {
    ...side,
    observe: (what, value, options) => {
      if (client === null) side.observe(what, value, options);
      let name = what;
      for (let count = 2; shown.has(name); count += 1) name = `${what} #${count}`;
      shown.set(name, JSON.parse(side.normalise(JSON.stringify(value))));
    },
    freePort: async () => {
      const port = ports[nextPort] ?? (await side.freePort());
      ports[nextPort] = port;
      nextPort += 1;
      return port;
    },
    start: async (options) => {
      const daemon = await side.start(options);
      daemons.push(daemon);
      return daemon;
    },
    ctl: control,
    ctlMany: async (lines) => {
      if (client === null) return side.ctlMany(lines);
      const results: CommandResult[] = [];
      for (const { args, ...options } of lines) results.push(await control(args, options));
      return results;
    },
    python: (script, args = [], options) =>
      side.python(
        script,
        args.map((arg) => (arg === 'supervisorctl' && client !== null ? client : arg)),
        options,
      ),
  };
  try {
    await scenario.run(through);
  } finally {
    for (const daemon of daemons) if (daemon.isRunning()) await daemon.stop();
    for (const name of readdirSync(side.dir)) {
      if (!kept.has(name)) rmSync(side.path(name), { recursive: true, force: true });
    }
  }
  return shown;
}
