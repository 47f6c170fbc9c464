/** The rows of the live view, from one poll to the next. */
import { describe, expect, it } from 'vitest';
import { observe } from '../../../src/ctl/watch/rows.ts';
import type { Usage } from '../../../src/ctl/watch/usage.ts';
import type { ProcessInfo } from '../../../src/ctl/wire/supervisor-api.ts';
import { processInfo } from '../fake-server.ts';

const info = (more: Partial<ProcessInfo> = {}): ProcessInfo => ({
  ...(processInfo('web') as unknown as ProcessInfo),
  ...more,
});

describe('from one look to the next', () => {
  const usage = (cpuSeconds: number, atMs: number): Usage => ({ cpuSeconds, memoryBytes: 1024, atMs });

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

  it('a process that does not run has no uptime', () => {
    const { rows } = observe([info({ statename: 'EXITED', pid: 0 })], new Map(), () => null, new Map());
    expect(rows[0]).toMatchObject({ uptimeSeconds: null, memoryBytes: null });
  });
});
