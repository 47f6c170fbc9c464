/** A daemon of a fleet reads its configuration again by a restart of all programs: SIGHUP, `supervisorctl reload`. */
import { expect } from 'vitest';
import type { TestCluster } from '../fleet/engine/cluster.ts';
import { fleetTests, guardsOf, type Host, type TestFleet, untilElsewhere } from './fleet-hosts.ts';
import { count, infoOf, ownCtl } from './support.ts';

const { fleetTest, pausingTest } = fleetTests();

/** Sends SIGHUP, and waits until the next configuration runs. */
async function reload({ side, daemon }: Host): Promise<void> {
  const times = starts({ side });
  daemon.signal('SIGHUP');
  await side.logged('supervisord started with pid', { times: times + 1, seconds: 120 });
}

function starts({ side }: Pick<Host, 'side'>): number {
  return count(side.readFile('main.log'), /supervisord started with pid/g);
}

/** Waits until the program writes with another pid. @returns its node */
async function untilNextRun(fleet: TestFleet, { side }: Host): Promise<string> {
  const before = fleet.beats().at(-1)?.pid;
  await side.waitFor('the next run', () => fleet.beats().at(-1)?.pid !== before, 120);
  return fleet.beats().at(-1)?.node ?? '';
}

fleetTest('the only node that has the program starts it again, under new guards', async (fleet) => {
  const app1 = await fleet.startHost('app1');
  await fleet.untilRuns(app1);
  const [token, guards] = [fleet.beats().at(-1)?.token ?? 0, guardsOf(app1)];
  const next = untilNextRun(fleet, app1);
  await reload(app1);
  expect(await next).toBe('app1');
  expect(fleet.beats().at(-1)?.token).toBeGreaterThan(token);
  await app1.side.waitFor('the earlier guards have ended', () =>
    guardsOf(app1).every((pid) => !guards.includes(pid)),
  );
  expect(guardsOf(app1)).toHaveLength(2);
  expect(fleet.runs()).toEqual(['app1', 'app1']);
  expect(app1.side.readFile('main.log')).not.toContain('reaped unknown pid');
});

fleetTest('the holder gives its slot back: the program runs on one node again', async (fleet) => {
  const [app1, app2] = await fleet.twoHosts();
  const next = untilNextRun(fleet, app2);
  await reload(app1);
  // Whichever node is the first to take the slot.
  const holder = await next;
  await untilElsewhere(holder === 'app1' ? app2 : app1, holder);
  expect(fleet.runs()[0]).toBe('app1');
});

fleetTest('a node that waits does not disturb the holder', async (fleet) => {
  const [app1, app2] = await fleet.twoHosts();
  const { pid } = await infoOf(app1.side, 'importer');
  await reload(app2);
  await untilElsewhere(app2, 'app1');
  expect((await infoOf(app1.side, 'importer')).pid).toBe(pid);
  expect(fleet.runs()).toEqual(['app1']);
});

fleetTest(
  'a holder whose configuration has lost program and fleet leaves the program to the other node',
  async (fleet) => {
    const [app1, app2] = await fleet.twoHosts();
    app1.side.writeFile('supervisord.conf', app1.side.preamble);
    await reload(app1);
    await fleet.untilRuns(app2);
    expect(fleet.runs()).toEqual(['app1', 'app2']);
  },
);

fleetTest('an update restarts a program that has changed', async (fleet) => {
  const app1 = await fleet.startHost('app1');
  await fleet.untilRuns(app1);
  const { side } = app1;
  // The section of the program is the last one.
  side.writeFile('supervisord.conf', `${side.readFile('supervisord.conf')}environment=A="1"\n`);
  const next = untilNextRun(fleet, app1);
  expect((await ownCtl(side, 'update')).code).toBe(0);
  expect(await next).toBe('app1');
  expect(fleet.runs()).toEqual(['app1', 'app1']);
});

pausingTest(
  'without the store the program stops, and starts when the store is back',
  async (fleet: TestFleet, store: TestCluster) => {
    const app1 = await fleet.startHost('app1');
    await fleet.untilRuns(app1);
    store.members[0]?.pause();
    await reload(app1);
    expect((await infoOf(app1.side, 'importer')).pid).toBe(0);
    const next = untilNextRun(fleet, app1);
    store.members[0]?.resume();
    expect(await next).toBe('app1');
    expect(fleet.runs()).toEqual(['app1', 'app1']);
  },
);
