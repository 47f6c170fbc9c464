import { describe, expect, test } from 'vitest';
import type { ProcessConfig } from '../../../src/config/types.ts';
import type { Process } from '../../../src/process/process.ts';
import { batchesOf, Restarts, RestartUnderWayError } from '../../../src/supervisor/restarts/restarts.ts';
import { defaultProgram } from '../../config/support.ts';
import { FakeLog } from '../../rpc/fakes.ts';

function named(name: string, program: string, restart: Partial<ProcessConfig['restart']> = {}): Process {
  const base = defaultProgram();
  const config = { ...base, name, program, restart: { ...base.restart, ...restart } };
  return { config, groupName: 'g' } as unknown as Process;
}

const ROLLING = { mode: 'rolling' } as const;

function names(processes: readonly Process[]): string[] {
  return processes.map(({ config }) => config.name);
}

/** Restarts that succeed, but for those of the given names; `begun` has what was restarted. */
function restarts(failing: readonly string[] = []) {
  const begun: string[] = [];
  const pauses: number[] = [];
  const log = new FakeLog();
  const all = new Restarts({
    host: { log, mayStart: () => true },
    restart: async ({ config }) => {
      begun.push(config.name);
      return failing.includes(config.name) ? 'exited' : null;
    },
    pause: async (seconds) => void pauses.push(seconds),
  });
  return { all, begun, pauses, log };
}

describe('batches', () => {
  test('of a program with stop_start are one', () => {
    const processes = [named('a', 'x'), named('b', 'x')];
    expect(batchesOf(processes).map(({ members }) => names(members))).toEqual([['a', 'b']]);
  });

  test('of a rolling program have its size, and each program has its own', () => {
    const pair = { ...ROLLING, batch: 2, pauseSeconds: 3 };
    const processes = [named('a', 'x', pair), named('b', 'x', pair), named('c', 'x', pair), named('d', 'y')];
    expect(batchesOf(processes).map(({ members, pauseSeconds }) => [names(members), pauseSeconds])).toEqual([
      [['a', 'b'], 0],
      [['c'], 3],
      [['d'], 0],
    ]);
  });
});

describe('a rolling restart', () => {
  test('restarts one process after the other, with the pauses between', async () => {
    const { all, begun, pauses } = restarts();
    const keys = { ...ROLLING, pauseSeconds: 2 };
    const results = await all.restart('g', [named('a', 'x', keys), named('b', 'x', keys)]);
    expect(begun).toEqual(['a', 'b']);
    expect(pauses).toEqual([2]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['restarted', 'restarted']);
    expect(all.isIdle).toBe(true);
  });

  test('uses the restart_mode of the next configuration', async () => {
    const { all, begun, pauses } = restarts();
    const processes = [named('a', 'x'), named('b', 'x')];
    const { config } = named('n', 'x', { ...ROLLING, pauseSeconds: 4 });
    const next = (process: Process) =>
      [process, { config: { ...config, name: process.config.name }, isWanted: () => true }] as const;
    await all.restart('g', processes, new Map(processes.map(next)));
    expect(begun).toEqual(['a', 'b']);
    expect(pauses).toEqual([4]);
  });

  test('leaves the others as they are when a process fails', async () => {
    const { all, begun, log } = restarts(['b']);
    const results = await all.restart(
      'g',
      ['a', 'b', 'c', 'd'].map((name) => named(name, 'x', ROLLING)),
    );
    expect(begun).toEqual(['a', 'b']);
    expect(results.map(({ process, outcome, reason }) => [process.config.name, outcome, reason])).toEqual([
      ['a', 'restarted', ''],
      ['b', 'failed', 'exited'],
      ['c', 'left', ''],
      ['d', 'left', ''],
    ]);
    expect(log.lines.join()).toContain('restart of g failed (b: exited); 2 not restarted');
  });

  test('is refused while another one of the group is under way', async () => {
    const { all } = restarts();
    const first = all.restart('g', [named('a', 'x', ROLLING)]);
    expect(() => all.restart('g', [])).toThrow(RestartUnderWayError);
    await first;
    expect(await all.restart('g', [])).toEqual([]);
  });
});
