/** What a process uses. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readUsage } from '../../../src/ctl/watch/usage.ts';
import type { ProcessInfo } from '../../../src/ctl/wire/supervisor-api.ts';
import { processInfo } from '../fake-server.ts';

const info = (more: Partial<ProcessInfo> = {}): ProcessInfo => ({
  ...(processInfo('web') as unknown as ProcessInfo),
  ...more,
});

describe('what a process uses', () => {
  it('is read from /proc for one of this machine', () => {
    const bootSeconds = Number(/^btime (\d+)/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1]);
    const started = Date.now() / 1000 - process.uptime();
    const usage = readUsage(info({ pid: process.pid, start: Math.floor(started) }), bootSeconds);
    expect(usage?.memoryBytes).toBeGreaterThan(1_000_000);
    expect(usage?.cpuSeconds).toBeGreaterThan(0);
  });

  it('is not that of another process with the same pid', () => {
    expect(readUsage(info({ pid: process.pid, start: 1000 }), 0)).toBeNull();
    expect(readUsage(info({ pid: 2 ** 22 + 1, start: 1000 }), 0)).toBeNull();
  });
});
