/** Daemons that agree through a real etcd where a program runs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import {
  fleetTests,
  guardsOf,
  type Host,
  LONG_LEASE_SECONDS,
  untilElsewhere,
  untilLeaseIsOver,
} from './fleet-hosts.ts';
import { faultOf, infoOf, ownCtl, program, untilState } from './support.ts';

const SUPERVISORCTL = fileURLToPath(new URL('../../dist/bin/supervisorctl', import.meta.url));

const { fleetTest, pausingTest } = fleetTests();

/** A configuration for a client of all nodes, when the host knows this one. */
async function fleetFile({ side }: Host, node = 'app1'): Promise<string> {
  await side.waitFor(`app1 knows ${node}`, async () => (await ownCtl(side, 'nodes')).stdout.includes(node));
  const text = `[supervisorctl]\nserverurl=unix://${side.path('s.sock')}\n[fleet]\nengine=etcd://127.0.0.1\n`;
  return side.writeFile('fleet.conf', text);
}

/** False while another client has it. */
async function takesAndReleasesLock({ side }: Host): Promise<boolean> {
  const answer = await side.rpc('visord.lockRolling', ['test']);
  if (!('result' in answer)) return false;
  const { id } = answer.result as { readonly id: string };
  expect(await side.rpc('visord.unlockRolling', [id])).toEqual({ result: true });
  return true;
}

fleetTest('a program with run_on=one runs on one node, and is STOPPED on the other', async (fleet) => {
  const [app1, app2] = await fleet.twoHosts();
  expect(await infoOf(app2.side, 'importer')).toMatchObject({ statename: 'STOPPED', pid: 0 });
  expect(await faultOf(app2.side.rpc('supervisor.startProcess', ['importer']))).toBe(
    'FAILED: importer runs on app1',
  );
  expect((await infoOf(app1.side, 'importer')).statename).toBe('RUNNING');
  expect(fleet.runs()).toEqual(['app1']);
});

fleetTest(
  'a daemon that shuts down gives its slot back: the other node starts the program',
  async (fleet) => {
    const [app1, app2] = await fleet.twoHosts();
    await ownCtl(app1.side, 'shutdown');
    await fleet.untilRuns(app2);
    expect(fleet.runs()).toEqual(['app1', 'app2']);
  },
);

fleetTest('a daemon is killed: its program is ended, and the other node starts it', async (fleet) => {
  const [app1, app2] = await fleet.twoHosts();
  app1.daemon.signal('SIGKILL');
  await fleet.untilRuns(app2);
  expect(fleet.runs()).toEqual(['app1', 'app2']);
});

fleetTest(
  'a daemon that is killed and starts again adopts its program with its slot',
  async (fleet) => {
    const app1 = await fleet.startHost('app1');
    await fleet.untilRuns(app1);
    const { pid } = await infoOf(app1.side, 'importer');
    app1.daemon.signal('SIGKILL');
    await app1.daemon.exited();
    await fleet.startAgain(app1);
    await untilState(app1.side, 'importer', 'RUNNING');
    await untilLeaseIsOver(app1, LONG_LEASE_SECONDS);
    expect((await infoOf(app1.side, 'importer')).pid).toBe(pid);
    expect(fleet.runs()).toEqual(['app1']);
  },
  { leaseSeconds: LONG_LEASE_SECONDS },
);

fleetTest(
  'a daemon is killed in the hook before the start: the other node starts the program',
  async (fleet) => {
    const app1 = await fleet.startHost('app1', { pre_start_hook: '/bin/sleep 60' });
    const { side } = app1;
    await side.waitFor(
      'the slot is taken',
      async () => (await infoOf(side, 'importer')).statename === 'STARTING',
      60,
    );
    app1.daemon.signal('SIGKILL');
    const app2 = await fleet.startHost('app2');
    await fleet.untilRuns(app2);
    expect(fleet.runs()).toEqual(['app2']);
  },
);

fleetTest(
  'a daemon is stopped for longer than its lease: the guard ends its program in time',
  async (fleet) => {
    const [app1, app2] = await fleet.twoHosts();
    app1.daemon.signal('SIGSTOP');
    await fleet.untilRuns(app2);
    app1.daemon.signal('SIGCONT');
    await untilElsewhere(app1, 'app2');
    expect(fleet.runs()).toEqual(['app1', 'app2']);
  },
);

fleetTest('guards that are killed are started again, and end the program in time', async (fleet) => {
  const [app1, app2] = await fleet.twoHosts();
  const killed = guardsOf(app1);
  expect(killed).toHaveLength(2);
  for (const pid of killed) process.kill(pid, 'SIGKILL');
  await app1.side.logged('the guard of the fleet runs again');
  await app1.side.logged('the second guard of the fleet runs again');
  expect(guardsOf(app1).filter((pid) => killed.includes(pid))).toEqual([]);
  app1.daemon.signal('SIGSTOP');
  await fleet.untilRuns(app2);
  app1.daemon.signal('SIGCONT');
  await untilElsewhere(app1, 'app2');
  expect(fleet.runs()).toEqual(['app1', 'app2']);
});

for (const index of [0, 1]) {
  fleetTest(
    `the daemon and guard ${index + 1} are killed at once: the program is ended in time`,
    async (fleet) => {
      const [app1, app2] = await fleet.twoHosts();
      const guard = guardsOf(app1)[index] ?? 0;
      // A daemon that is stopped starts no other guard.
      app1.daemon.signal('SIGSTOP');
      process.kill(guard, 'SIGKILL');
      app1.daemon.signal('SIGKILL');
      await fleet.untilRuns(app2);
      expect(fleet.runs()).toEqual(['app1', 'app2']);
    },
  );
}

fleetTest('move, drain and undrain, asked of any node', async (fleet) => {
  const [app1, app2] = await fleet.twoHosts();
  const ctl = async (...words: readonly string[]): Promise<[string, number | null]> => {
    const { stdout, code } = await ownCtl(app1.side, ...words);
    return [stdout, code];
  };
  expect(await ctl('move', 'importer', 'app2')).toEqual(['importer: moved to app2\n', 0]);
  await fleet.untilRuns(app2);
  await untilElsewhere(app1, 'app2');
  expect(await ctl('move', 'importer', 'app2')).toEqual(['importer: ERROR (importer runs on app2)\n', 1]);
  expect(await ctl('move', 'importer', 'app9')).toEqual(['importer: ERROR (no node app9 is there)\n', 1]);

  expect(await ctl('drain', 'app2')).toEqual(['app2: drained\n', 0]);
  await fleet.untilRuns(app1);
  const [nodes] = await ctl('nodes');
  expect(nodes).toMatch(/^app1 {2}[0-9a-f]{12} {2}importer:importer\napp2 {2}[0-9a-f]{12} {2}drained\n$/);
  expect(await ctl('undrain', 'app2')).toEqual(['app2: undrained\n', 0]);
  await app1.side.waitFor('app1 knows it', async () => !(await ctl('nodes'))[0].includes('drained'));
  expect(await ctl('move', 'importer', 'app2')).toEqual(['importer: moved to app2\n', 0]);
  await fleet.untilRuns(app2);
  expect(fleet.runs()).toEqual(['app1', 'app2', 'app1', 'app2']);
});

fleetTest('supervisorctl --fleet finds the nodes through one daemon', async (fleet) => {
  const [app1] = await fleet.twoHosts();
  const { side } = app1;
  const file = await fleetFile(app1, 'app2');
  const { stdout } = await side.command(SUPERVISORCTL, ['-c', file, '--fleet', 'status']);
  expect(stdout.replace(/pid \d+, uptime [\d:]+/, 'pid N').split('\n')).toEqual([
    `app1  ${'importer'.padEnd(33)}RUNNING   pid N`,
    `app2  ${'importer'.padEnd(33)}STOPPED   runs on app1`,
    // Their commands are in different folders.
    expect.stringMatching(/^configurations differ: [0-9a-f]{12} on app1; [0-9a-f]{12} on app2$/),
    '',
  ]);
});

fleetTest('the digest of a node is that of the configuration that was read last', async (fleet) => {
  const { side } = await fleet.startHost('app1');
  const digest = async (): Promise<string> => (await ownCtl(side, 'nodes')).stdout.split(/\s+/)[1] ?? '';
  await side.waitFor('app1 is there', async () => /^[0-9a-f]{12}$/.test(await digest()), 60);
  const before = await digest();
  const file = readFileSync(side.path('supervisord.conf'), 'utf8');
  side.writeFile('supervisord.conf', file + program('other', { command: '/bin/true' }));
  expect((await ownCtl(side, 'reread')).stdout).toBe('other: available\n');
  await side.waitFor('the digest changes', async () => ![before, ''].includes(await digest()), 60);
});

fleetTest('one rolling restart at a time; the lock of a client that is killed ends', async (fleet) => {
  // The client waits for RUNNING, which takes longer than the test.
  const app1 = await fleet.startHost('app1', { startsecs: 600 });
  await fleet.untilRuns(app1);
  const { side } = app1;
  const { pid } = await infoOf(side, 'importer');
  const words = ['-c', await fleetFile(app1), '--fleet', 'restart', '--rolling', 'importer'];
  const client = spawn(SUPERVISORCTL, words, { stdio: 'ignore' });
  const ended = once(client, 'exit');
  try {
    // It has the lock before it stops a process.
    await side.waitFor(
      'importer is restarted',
      async () => ![0, pid].includes(Number((await infoOf(side, 'importer')).pid)),
      60,
    );
    await untilLeaseIsOver(app1);
    const { stdout, code } = await side.command(SUPERVISORCTL, words);
    expect(stdout).toMatch(
      new RegExp(
        `^nothing restarted: .+@.+ \\(supervisorctl, pid ${client.pid}\\) has a rolling restart of this fleet under way\\n$`,
      ),
    );
    expect(code).toBe(1);
  } finally {
    client.kill('SIGKILL');
    await ended;
  }
  await side.waitFor('the lock has ended', () => takesAndReleasesLock(app1), 60);
});

fleetTest(
  'an upgrade in place keeps the program and its slot',
  async (fleet) => {
    const app1 = await fleet.startHost('app1');
    await fleet.untilRuns(app1);
    const { pid } = await infoOf(app1.side, 'importer');
    expect((await ownCtl(app1.side, 'upgrade')).code).toBe(0);
    await untilState(app1.side, 'importer', 'RUNNING');
    await untilLeaseIsOver(app1, LONG_LEASE_SECONDS);
    expect((await infoOf(app1.side, 'importer')).pid).toBe(pid);
    expect(fleet.runs()).toEqual(['app1']);
  },
  { leaseSeconds: LONG_LEASE_SECONDS },
);

fleetTest('a program that cannot start gives its slot to the other node', async (fleet) => {
  const app1 = await fleet.startHost('app1', { command: '/bin/false', startsecs: 1, startretries: 0 });
  await untilState(app1.side, 'importer', 'FATAL');
  const app2 = await fleet.startHost('app2');
  await fleet.untilRuns(app2);
  expect((await infoOf(app1.side, 'importer')).statename).toBe('FATAL');
});

pausingTest(
  'without the store the program stops in time, and starts when the store is back',
  async (fleet, store) => {
    const [{ side }] = await fleet.twoHosts();
    store.members[0]?.pause();
    await side.waitFor('app1 has stopped it', async () => (await infoOf(side, 'importer')).pid === 0, 60);
    store.members[0]?.resume();
    const before = fleet.beats().length;
    await side.waitFor('it runs again', () => fleet.beats().length > before, 60);
    fleet.runs();
  },
);

pausingTest('with on_partition=keep it runs on without the store', async (fleet, store) => {
  const app1 = await fleet.startHost('app1', { on_partition: 'keep' });
  await fleet.untilRuns(app1);
  const { pid } = await infoOf(app1.side, 'importer');
  store.members[0]?.pause();
  await untilLeaseIsOver(app1);
  expect((await infoOf(app1.side, 'importer')).pid).toBe(pid);
});
