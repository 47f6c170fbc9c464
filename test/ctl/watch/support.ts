/** Rows for tests of the live view. */
import type { Row } from '../../../src/ctl/watch/rows.ts';

export function row(name: string, more: Partial<Row> = {}): Row {
  return {
    name,
    group: name.split(':')[0] ?? name,
    state: 'RUNNING',
    pid: 4242,
    uptimeSeconds: 61,
    cpuPercent: 12.34,
    memoryBytes: 25_000_000,
    restarts: 2,
    reason: '',
    lastLine: 'GET / 200',
    ...more,
  };
}
