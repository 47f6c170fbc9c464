/**
 * Daemons that agree through a real etcd where a program runs. The program writes down when it runs, by the clock of the
 * kernel, so that two at a time are measured.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSide, type RunningSide } from '../../compat/harness/side.ts';
import type { Daemon, Side } from '../../compat/scenario.ts';
import { ETCD, startCluster, type TestCluster } from '../fleet/engine/cluster.ts';
import { needing } from '../needs.ts';
import {
  childrenOf,
  infoOf,
  ownCtl,
  program,
  SUPERVISORD,
  script,
  startWith,
  untilState,
} from './support.ts';

const LEASE_SECONDS = 6;

interface Host {
  readonly name: string;
  readonly side: Side;
  daemon: Daemon;
}

let etcd: TestCluster;
let shared = '';
let fleets = 0;
let running: RunningSide[] = [];

beforeAll(async () => {
  if (ETCD.isMet) etcd = await startCluster(1);
});

afterAll(() => etcd?.remove());

beforeEach(() => {
  shared = mkdtempSync(join(tmpdir(), 'visord-fleet-'));
  fleets += 1;
});

afterEach(async () => {
  for (const { end } of running) await end(false);
  running = [];
  rmSync(shared, { recursive: true, force: true });
});

function sectionsOf(side: Side, name: string, keys: Readonly<Record<string, string | number>>): string {
  const { members } = etcd.settings;
  const engine = members.map(({ host, port }) => `${host}:${port}`).join(',');
  const command = script(
    side,
    'importer.sh',
    `while :; do read up rest </proc/uptime; echo "${name} $$ $up $SUPERVISOR_FENCING_TOKEN" >>${beats()}; sleep 0.05; done`,
  );
  return (
    `[fleet]\nname=${fleetName()}\nengine=etcd://${engine}\nnode=${name}\nlease_seconds=${LEASE_SECONDS}\n` +
    program('importer', {
      command,
      run_on: 'one',
      prefer_nodes: 'app1',
      startsecs: 0,
      stopwaitsecs: 1,
      ...keys,
    })
  );
}

function fleetName(): string {
  return `fleet${fleets}`;
}

function beats(): string {
  return join(shared, 'beats');
}

async function startHost(name: string, keys: Readonly<Record<string, string | number>> = {}): Promise<Host> {
  const opened = openSide('ours', {
    supervisord: [SUPERVISORD],
    supervisorctl: ['supervisorctl'],
    python: [],
  });
  running.push(opened);
  const { side } = opened;
  const daemon = await startWith(side, sectionsOf(side, name, keys));
  return { name, side, daemon };
}

interface Beat {
  readonly node: string;
  readonly pid: number;
  readonly seconds: number;
  readonly token: number;
}

function allBeats(): Beat[] {
  if (!existsSync(beats())) return [];
  return readFileSync(beats(), 'latin1')
    .split('\n')
    .filter((line) => line.split(' ').length === 4)
    .map((line) => {
      const [node = '', pid, seconds, token] = line.split(' ');
      return { node, pid: Number(pid), seconds: Number(seconds), token: Number(token) };
    });
}

/** The runs of the program, in the order of their starts; each ends before the next one begins. */
function runs(): readonly { readonly node: string; readonly token: number }[] {
  const found = new Map<number, { node: string; token: number; first: number; last: number }>();
  for (const { node, pid, seconds, token } of allBeats()) {
    const run = found.get(pid) ?? { node, token, first: seconds, last: seconds };
    run.last = Math.max(run.last, seconds);
    found.set(pid, run);
  }
  const ordered = [...found.values()].sort((left, right) => left.first - right.first);
  for (const [index, run] of ordered.entries()) {
    const before = ordered[index - 1];
    if (before !== undefined) {
      expect(run.first, `${before.node} and ${run.node}`).toBeGreaterThanOrEqual(before.last);
      expect(run.token, 'fencing token').toBeGreaterThanOrEqual(before.token);
    }
  }
  return ordered.map(({ node, token }) => ({ node, token }));
}

async function untilRuns({ side, name }: Host): Promise<void> {
  await side.waitFor(`importer runs on ${name}`, () => allBeats().at(-1)?.node === name, 60);
}

const fleetTest = needing(test, ETCD);

fleetTest('a program with run_on=one runs on one node, and is STOPPED on the other', async () => {
  const app1 = await startHost('app1');
  await untilRuns(app1);
  const app2 = await startHost('app2');
  await app2.side.waitFor('app2 knows that it runs on app1', async () => {
    return (await infoOf(app2.side, 'importer')).description === 'runs on app1';
  });
  expect(await infoOf(app2.side, 'importer')).toMatchObject({ statename: 'STOPPED', pid: 0 });
  const started = await ownCtl(app2.side, 'start', 'importer');
  expect(started.stdout).toContain('runs on app1');
  expect((await infoOf(app1.side, 'importer')).statename).toBe('RUNNING');
  expect(runs()).toHaveLength(1);
});

fleetTest(
  'a daemon that shuts down gives its slot back: the other node starts the program at once',
  async () => {
    const app1 = await startHost('app1');
    await untilRuns(app1);
    const app2 = await startHost('app2');
    await app2.side.waitFor(
      'app2 waits',
      async () => (await infoOf(app2.side, 'importer')).description === 'runs on app1',
    );
    await ownCtl(app1.side, 'shutdown');
    await untilRuns(app2);
    expect(runs().map(({ node }) => node)).toEqual(['app1', 'app2']);
  },
);

fleetTest(
  'a daemon that is killed and does not come back: its program is ended, then the other node starts it',
  async () => {
    const app1 = await startHost('app1');
    await untilRuns(app1);
    const app2 = await startHost('app2');
    await app2.side.waitFor(
      'app2 waits',
      async () => (await infoOf(app2.side, 'importer')).description === 'runs on app1',
    );
    app1.daemon.signal('SIGKILL');
    await untilRuns(app2);
    expect(runs().map(({ node }) => node)).toEqual(['app1', 'app2']);
  },
);

fleetTest(
  'a daemon that is killed and starts again adopts its program while its slot is confirmed',
  async () => {
    const app1 = await startHost('app1');
    await untilRuns(app1);
    const { pid } = await infoOf(app1.side, 'importer');
    app1.daemon.signal('SIGKILL');
    await app1.daemon.exited();
    app1.daemon = await startWith(app1.side, sectionsOf(app1.side, 'app1', {}));
    await untilState(app1.side, 'importer', 'RUNNING');
    expect((await infoOf(app1.side, 'importer')).pid).toBe(pid);
    const before = allBeats().length;
    // Longer than the slot was confirmed by the first daemon.
    const since = Date.now();
    await app1.side.waitFor('the slot is confirmed', () => Date.now() - since > LEASE_SECONDS * 1000, 60);
    expect(allBeats().length).toBeGreaterThan(before);
    expect(runs()).toHaveLength(1);
  },
);

fleetTest(
  'a daemon that is stopped for longer than its lease: the guard ends its program in time',
  async () => {
    const app1 = await startHost('app1');
    await untilRuns(app1);
    const app2 = await startHost('app2');
    await app2.side.waitFor(
      'app2 waits',
      async () => (await infoOf(app2.side, 'importer')).description === 'runs on app1',
    );
    app1.daemon.signal('SIGSTOP');
    await untilRuns(app2);
    app1.daemon.signal('SIGCONT');
    await app1.side.waitFor(
      'app1 waits',
      async () => (await infoOf(app1.side, 'importer')).description === 'runs on app2',
      60,
    );
    expect(runs().map(({ node }) => node)).toEqual(['app1', 'app2']);
  },
);

/** Both nodes, with the program on the first one. */
async function twoHosts(keys: Readonly<Record<string, string | number>> = {}): Promise<[Host, Host]> {
  const app1 = await startHost('app1', keys);
  await untilRuns(app1);
  const app2 = await startHost('app2', keys);
  await untilElsewhere(app2, 'app1');
  return [app1, app2];
}

function untilElsewhere({ side, name }: Host, holder: string): Promise<void> {
  return side.waitFor(
    `${name} waits`,
    async () => (await infoOf(side, 'importer')).description === `runs on ${holder}`,
    60,
  );
}

fleetTest('move, drain and undrain, asked of any node', async () => {
  const [app1, app2] = await twoHosts();
  const moved = await ownCtl(app1.side, 'move', 'importer', 'app2');
  expect([moved.stdout, moved.stderr]).toEqual(['importer: moved to app2\n', '']);
  await untilRuns(app2);
  await untilElsewhere(app1, 'app2');
  const again = await ownCtl(app1.side, 'move', 'importer', 'app2');
  expect([again.stdout, again.code]).toEqual(['importer: ERROR (importer runs on app2)\n', 1]);
  const unknown = await ownCtl(app1.side, 'move', 'importer', 'app9');
  expect([unknown.stdout, unknown.code]).toEqual(['importer: ERROR (no node app9 is there)\n', 1]);

  const drained = await ownCtl(app1.side, 'drain', 'app2');
  expect([drained.stdout, drained.stderr]).toEqual(['app2: drained\n', '']);
  await untilRuns(app1);
  const nodes = await ownCtl(app2.side, 'nodes');
  expect(nodes.stdout).toMatch(
    /^app1 {2}[0-9a-f]{12} {2}importer:importer\napp2 {2}[0-9a-f]{12} {2}drained\n$/,
  );
  expect((await ownCtl(app2.side, 'undrain', 'app2')).stdout).toBe('app2: undrained\n');
  expect((await ownCtl(app2.side, 'move', 'importer', 'app2')).stdout).toBe('importer: moved to app2\n');
  await untilRuns(app2);
  expect(runs().map(({ node }) => node)).toEqual(['app1', 'app2', 'app1', 'app2']);
});

fleetTest('an upgrade in place keeps the program and its slot', async () => {
  const [app1] = await twoHosts();
  const { pid } = await infoOf(app1.side, 'importer');
  const upgraded = await ownCtl(app1.side, 'upgrade');
  expect(upgraded.code).toBe(0);
  await untilState(app1.side, 'importer', 'RUNNING');
  expect((await infoOf(app1.side, 'importer')).pid).toBe(pid);
  const since = Date.now();
  await app1.side.waitFor('the slot is confirmed', () => Date.now() - since > LEASE_SECONDS * 1000, 60);
  expect((await infoOf(app1.side, 'importer')).pid).toBe(pid);
  expect(runs()).toHaveLength(1);
});

fleetTest('a guard that is killed is started again, and ends the program in time', async () => {
  const [app1, app2] = await twoHosts();
  const guards = (): number[] =>
    childrenOf(app1.daemon.pid).filter(
      (pid) => readFileSync(`/proc/${pid}/comm`, 'latin1') === 'fleet-guard\n',
    );
  const [first = 0] = guards();
  process.kill(first, 'SIGKILL');
  await app1.side.waitFor('another guard runs', () => guards().some((pid) => pid !== first));
  app1.daemon.signal('SIGSTOP');
  await untilRuns(app2);
  app1.daemon.signal('SIGCONT');
  await untilElsewhere(app1, 'app2');
  expect(runs().map(({ node }) => node)).toEqual(['app1', 'app2']);
});

fleetTest('a program that cannot start gives its slot to the other node', async () => {
  const app1 = await startHost('app1', { command: '/bin/false', startsecs: 1, startretries: 0 });
  await untilState(app1.side, 'importer', 'FATAL');
  const app2 = await startHost('app2');
  await untilRuns(app2);
  expect((await infoOf(app1.side, 'importer')).statename).toBe('FATAL');
});

fleetTest(
  'without the store the program is stopped in time, and starts again when the store is back',
  async () => {
    const [app1] = await twoHosts();
    const [member] = etcd.members;
    member?.pause();
    try {
      await app1.side.waitFor(
        'app1 has stopped it',
        async () => (await infoOf(app1.side, 'importer')).pid === 0,
        60,
      );
    } finally {
      member?.resume();
    }
    const before = allBeats().length;
    await app1.side.waitFor('it runs again', () => allBeats().length > before + 5, 60);
    runs();
  },
);

fleetTest('with on_partition=keep it runs on without the store', async () => {
  const [app1] = await twoHosts({ on_partition: 'keep' });
  const { pid } = await infoOf(app1.side, 'importer');
  const [member] = etcd.members;
  member?.pause();
  const since = Date.now();
  await app1.side.waitFor('the lease is over', () => Date.now() - since > LEASE_SECONDS * 1500, 60);
  member?.resume();
  expect((await infoOf(app1.side, 'importer')).pid).toBe(pid);
});
