/**
 * Nodes of a fleet with a real etcd. Their program writes down when it runs, by the clock of the kernel, so that two at a
 * time are measured.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSide, type RunningSide } from '../../compat/harness/side.ts';
import type { Daemon, Side } from '../../compat/scenario.ts';
import { ETCD, startCluster, type TestCluster } from '../fleet/engine/cluster.ts';
import { needing } from '../needs.ts';
import { childrenOf, infoOf, program, SUPERVISORD, script, startWith } from './support.ts';

/** Long enough that a pause of a busy machine does not end a lease: the program is stopped after two thirds of it. */
export const LEASE_SECONDS = 12;

/** For tests in which a daemon has to be back before the program is stopped. */
export const LONG_LEASE_SECONDS = 24;

/** How much of the main log of a daemon is shown with a failed test. */
const LAST_CHARACTERS = 5000;

export type Keys = Readonly<Record<string, string | number>>;

export interface Host {
  readonly name: string;
  readonly side: Side;
  daemon: Daemon;
}

export interface Beat {
  readonly node: string;
  readonly pid: number;
  readonly seconds: number;
  readonly token: number;
}

let fleets = 0;

/** The nodes of one test, and what their program has written down. */
export interface TestFleet {
  startHost(name: string, keys?: Keys): Promise<Host>;
  /** Starts the daemon of a host again. */
  startAgain(host: Host): Promise<void>;
  /** Both nodes, with the program on the first one. */
  twoHosts(keys?: Keys): Promise<[Host, Host]>;
  untilRuns(host: Host): Promise<void>;
  beats(): readonly Beat[];
  /** The runs of the program, in the order of their starts; each has ended before the next one begins. */
  runs(): readonly string[];
  /** The last lines of the daemons. */
  logs(): string;
}

export interface FleetOptions {
  readonly store: () => TestCluster;
  readonly leaseSeconds: number;
}

function openFleet({ store, leaseSeconds }: FleetOptions): TestFleet & { end(): Promise<void> } {
  fleets += 1;
  const name = `fleet${fleets}`;
  const folder = mkdtempSync(join(tmpdir(), 'visord-fleet-'));
  const file = join(folder, 'beats');
  const running: RunningSide[] = [];

  const sectionsOf = (side: Side, node: string, keys: Keys): string => {
    const members = store().settings.members.map(({ host, port }) => `${host}:${port}`);
    const command = script(
      side,
      'importer.sh',
      `while :; do read up rest </proc/uptime; echo "${node} $$ $up $SUPERVISOR_FENCING_TOKEN" >>${file}; sleep 0.05; done`,
    );
    const placed = { command, run_on: 'one', prefer_nodes: 'app1', startsecs: 0, stopwaitsecs: 1, ...keys };
    const engine = `etcd://${members.join(',')}`;
    return (
      `[fleet]\nname=${name}\nengine=${engine}\nnode=${node}\nadvertise=unix://${side.path('s.sock')}\n` +
      `lease_seconds=${leaseSeconds}\n` +
      program('importer', placed)
    );
  };

  const beats = (): Beat[] =>
    (existsSync(file) ? readFileSync(file, 'latin1') : '').split('\n').flatMap((line) => {
      const [node = '', pid, seconds, token] = line.split(' ');
      return token === undefined
        ? []
        : [{ node, pid: Number(pid), seconds: Number(seconds), token: Number(token) }];
    });

  const startHost = async (node: string, keys: Keys = {}): Promise<Host> => {
    const opened = openSide('ours', {
      supervisord: [SUPERVISORD],
      supervisorctl: ['supervisorctl'],
      python: [],
    });
    running.push(opened);
    const { side } = opened;
    return { name: node, side, daemon: await startWith(side, sectionsOf(side, node, keys)) };
  };

  const untilRuns = ({ side, name: node }: Host): Promise<void> =>
    side.waitFor(`importer runs on ${node}`, () => beats().at(-1)?.node === node, 60);

  return {
    startHost,
    untilRuns,
    beats,
    startAgain: async (host) => {
      host.daemon = await startWith(host.side, sectionsOf(host.side, host.name, {}));
    },
    twoHosts: async (keys) => {
      const app1 = await startHost('app1', keys);
      await untilRuns(app1);
      const app2 = await startHost('app2', keys);
      await untilElsewhere(app2, 'app1');
      return [app1, app2];
    },
    runs: () => runsOf(beats()),
    logs: () => running.map(({ side }) => side.readFile('main.log').slice(-LAST_CHARACTERS)).join('\n'),
    end: async () => {
      for (const { end } of running) await end(false);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @throws an error where two of them overlap */
function runsOf(beats: readonly Beat[]): readonly string[] {
  const found = new Map<number, { node: string; token: number; first: number; last: number }>();
  for (const { node, pid, seconds, token } of beats) {
    const run = found.get(pid) ?? { node, token, first: seconds, last: seconds };
    found.set(pid, { ...run, last: Math.max(run.last, seconds) });
  }
  const ordered = [...found.values()].sort((left, right) => left.first - right.first);
  for (const [index, run] of ordered.entries()) {
    const before = ordered[index - 1];
    if (before === undefined) continue;
    expect(run.first, `${before.node} and ${run.node}`).toBeGreaterThanOrEqual(before.last);
    expect(run.token, 'fencing token').toBeGreaterThanOrEqual(before.token);
  }
  return ordered.map(({ node }) => node);
}

export function untilElsewhere({ side, name }: Host, holder: string): Promise<void> {
  return side.waitFor(
    `${name} waits`,
    async () => (await infoOf(side, 'importer')).description === `runs on ${holder}`,
    60,
  );
}

/** The guards of the daemon that run, the first one first. */
export function guardsOf({ daemon }: Host): number[] {
  return childrenOf(daemon.pid).filter((pid) => nameOf(pid) === 'fleet-guard');
}

/** Empty where the process has ended meanwhile. */
function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'latin1').trimEnd();
  } catch {
    return '';
  }
}

export function untilLeaseIsOver({ side }: Host, leaseSeconds = LEASE_SECONDS): Promise<void> {
  const since = Date.now();
  return side.waitFor('the lease is over', () => Date.now() - since > leaseSeconds * 1000, 60);
}

export interface FleetTests {
  fleetTest(about: string, act: (fleet: TestFleet) => Promise<void>, options?: Partial<FleetOptions>): void;
  /** A test with a store of its own, which it pauses. */
  pausingTest(about: string, act: (fleet: TestFleet, store: TestCluster) => Promise<void>): void;
}

/** To be called once in a file: its tests share a store. */
export function fleetTests(): FleetTests {
  let etcd: TestCluster;
  beforeAll(async () => {
    if (ETCD.isMet) etcd = await startCluster(1);
  });
  afterAll(() => etcd?.remove());

  const fleetTest: FleetTests['fleetTest'] = (
    about,
    act,
    { store = () => etcd, leaseSeconds = LEASE_SECONDS } = {},
  ) => {
    needing(test, ETCD)(about, { timeout: 180_000, concurrent: true }, async ({ onTestFailed }) => {
      const { end, ...fleet } = openFleet({ store, leaseSeconds });
      let logs = '';
      onTestFailed(() => {
        process.stderr.write(`${about}: main.log of each daemon:\n${logs}\n`);
      });
      try {
        await act(fleet);
      } finally {
        logs = fleet.logs();
        await end();
      }
    });
  };
  return {
    fleetTest,
    pausingTest: (about, act) => {
      let own: TestCluster | undefined;
      fleetTest(
        about,
        async (fleet) => {
          own = await startCluster(1);
          try {
            await act(fleet, own);
          } finally {
            own.members[0]?.resume();
            await own.remove();
          }
        },
        { store: () => own ?? etcd },
      );
    },
  };
}
