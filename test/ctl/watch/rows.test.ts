/** The rows of the live view, from one poll to the next. */
import { describe, expect, it } from 'vitest';
import { reasonOf } from '../../../src/ctl/watch/reason.ts';
import { observe } from '../../../src/ctl/watch/rows.ts';
import type { Usage } from '../../../src/ctl/watch/usage.ts';
import type { ProcessInfo } from '../../../src/ctl/wire/supervisor-api.ts';
import { processInfo } from '../fake-server.ts';

const info = (more: Partial<ProcessInfo> = {}): ProcessInfo => ({
  ...(processInfo('web') as unknown as ProcessInfo),
  ...more,
});

describe('from one poll to the next', () => {
  const usage = (cpuSeconds: number, atMs: number, restarts: number | null = null): Usage => ({
    cpuSeconds,
    memoryBytes: 1024,
    atMs,
    restarts,
  });

  it('the processor time is a part of the time between them', () => {
    const first = observe([info()], new Map(), () => usage(1, 1000), new Map());
    const second = observe([info()], first.observations, () => usage(1.5, 3000), new Map());
    expect(first.rows[0]?.cpuPercent).toBeNull();
    expect(second.rows[0]?.cpuPercent).toBe(25);
  });

  it('a new start counts as a restart, and starts the count of processor time anew', () => {
    const first = observe([info()], new Map(), () => usage(50, 1000), new Map());
    const gone = observe([info({ statename: 'BACKOFF', pid: 0 })], first.observations, () => null, new Map());
    const second = observe([info({ start: 1007 })], gone.observations, () => usage(1, 2000), new Map());
    expect(second.rows[0]).toMatchObject({ restarts: 1, cpuPercent: null });
  });

  it('a restart within a second has only another pid, and counts once', () => {
    const first = observe([info({ pid: 7 })], new Map(), () => usage(1, 1000), new Map());
    const gone = observe([info({ pid: 0 })], first.observations, () => null, new Map());
    const second = observe([info({ pid: 8 })], gone.observations, () => usage(1, 2000), new Map());
    const third = observe([info({ pid: 8 })], second.observations, () => usage(1, 3000), new Map());
    expect([gone, second, third].map(({ rows }) => rows[0]?.restarts)).toEqual([0, 1, 1]);
  });

  it('a start without a pid and the pid that follows are one restart', () => {
    const first = observe([info({ pid: 7 })], new Map(), () => usage(1, 1000), new Map());
    const failed = observe([info({ pid: 0, start: 1007 })], first.observations, () => null, new Map());
    const second = observe([info({ pid: 8, start: 1007 })], failed.observations, () => null, new Map());
    expect(second.rows[0]?.restarts).toBe(1);
  });

  it('figures that are those of the poll before keep the percentage', () => {
    const first = observe([info()], new Map(), () => usage(1, 1000), new Map());
    const same = usage(1.5, 3000);
    const second = observe([info()], first.observations, () => same, new Map());
    const third = observe([info()], second.observations, () => same, new Map());
    expect(third.rows[0]?.cpuPercent).toBe(25);
  });

  it('restarts are those that the daemon counts, also while the process does not run', () => {
    const { rows } = observe(
      [info({ statename: 'FATAL', pid: 0 })],
      new Map(),
      () => usage(0, 1, 4),
      new Map(),
    );
    expect(rows[0]).toMatchObject({ restarts: 4, memoryBytes: null, cpuPercent: null });
  });

  it('a process that does not run has no uptime', () => {
    const { rows } = observe([info({ statename: 'EXITED', pid: 0 })], new Map(), () => null, new Map());
    expect(rows[0]).toMatchObject({ uptimeSeconds: null, memoryBytes: null });
  });
});

describe('the reason', () => {
  it.each<[Partial<ProcessInfo>, string]>([
    [{ description: 'pid 7, uptime 0:00:05' }, ''],
    [
      { description: 'pid 7, uptime 12 days, 1:02:03, unhealthy: GET / answers 500' },
      'unhealthy: GET / answers 500',
    ],
    [{ statename: 'STOPPED', description: 'Not started' }, ''],
    [{ statename: 'STOPPED', description: 'waiting for db (running)' }, 'waiting for db (running)'],
    [{ statename: 'FATAL', description: 'Exited too quickly' }, 'Exited too quickly'],
    [
      { statename: 'EXITED', description: 'Nov 27 11:00 AM', exitstatus: 3, spawnerr: '' },
      'exit status 3, Nov 27 11:00 AM',
    ],
    [{ statename: 'STARTING', description: '' }, ''],
  ])('%j', (more, reason) => {
    expect(reasonOf(info(more))).toBe(reason);
  });
});
