/** The fleet as a user sees it that has some of the programs only. */
import { expect, test } from 'vitest';
import { limitedView } from '../../../src/rpc/rights/limited-view.ts';
import { programPatterns } from '../../../src/rpc/rights/program-patterns.ts';
import { fleetReport, lockRolling, moveProcess, unlockRolling } from '../../../src/rpc/visord/fleet.ts';
import type { FleetView } from '../../../src/supervisor/fleet-placement.ts';
import { defaultProgram } from '../../config/support.ts';
import { FakeSupervisor, group } from '../fakes.ts';

function daemon() {
  const programs = ['web', 'db'].map((name) => group(name, [{ ...defaultProgram(), name }]));
  const supervisor = new FakeSupervisor(programs);
  const calls: string[] = [];
  const placement: FleetView = {
    report: {
      name: 'prod',
      node: 'app1',
      isConnected: true,
      members: [{ node: 'app1', url: '', digest: 'd', isDrained: false }],
      slots: ['web:web', 'db:db', 'gone:gone'].map((process) => ({ process, index: 0, node: 'app1' })),
    },
    move: async (...words) => void calls.push(`move ${words.join(' ')}`),
    setDrained: async () => void calls.push('drained'),
    lockRolling: async (holder) => {
      calls.push(`lock ${holder}`);
      return { id: '7', seconds: 15 };
    },
    renewRolling: async () => ({ id: '7', seconds: 15 }),
    unlockRolling: async (id) => void calls.push(`unlock ${id}`),
  };
  supervisor.placement = placement;
  return { supervisor, calls };
}

test('a user with some programs sees their slots, moves them, and takes the lock of rolling restarts', async () => {
  const { supervisor, calls } = daemon();
  const view = limitedView(supervisor, programPatterns(['web*']));
  expect(fleetReport(view)).toMatchObject({
    name: 'prod',
    connected: true,
    slots: [{ process: 'web:web', node: 'app1' }],
  });
  await moveProcess(view, 'web', 'app2');
  await expect(async () => moveProcess(view, 'db', 'app2')).rejects.toThrow('BAD_NAME: db');
  expect(await lockRolling(view, 'ops', '')).toEqual({ id: '7', seconds: 15 });
  expect(await lockRolling(view, '', '7')).toEqual({ id: '7', seconds: 15 });
  await unlockRolling(view, '7');
  expect(calls).toEqual(['move web web app2', 'lock ops', 'unlock 7']);
});

test('a daemon without an engine has no lock, and no fleet', async () => {
  const view = limitedView(new FakeSupervisor([]), programPatterns(['web*']));
  expect(await lockRolling(view, 'ops', '')).toEqual({ id: '', seconds: 0 });
  expect(() => fleetReport(view)).toThrow('FAILED: this daemon has no [fleet] with an engine');
});
