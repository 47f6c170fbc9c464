import { expect, test } from 'vitest';
import type { StateName } from '../../../src/process/machine/states.ts';
import {
  type ReportedProcess,
  statusOf,
  stopSeconds,
} from '../../../src/supervisor/service-manager/status.ts';

function process(name: string, state: StateName, config: Partial<ReportedProcess['config']> = {}) {
  const defaults = { stopWaitSeconds: 10, laterStopSignals: [], hooks: { timeoutSeconds: 0 } };
  return { state, config: { name, ...defaults, ...config } };
}

test('the status counts processes by state, and names those that are FATAL', () => {
  expect(statusOf('RUNNING', [])).toBe('0 processes');
  expect(statusOf('RUNNING', [process('web', 'RUNNING')])).toBe('1 process: 1 RUNNING');
  const processes = [process('web', 'FATAL'), process('db', 'RUNNING'), process('old', 'STOPPED')];
  expect(statusOf('RUNNING', processes)).toBe('3 processes: 1 STOPPED, 1 RUNNING, 1 FATAL (web)');
});

test('the status of a daemon that stops names what it waits for, up to five', () => {
  const processes = [process('web', 'STOPPING'), process('db', 'RUNNING'), process('old', 'EXITED')];
  expect(statusOf('SHUTDOWN', processes)).toBe('stopping: waiting for web, db');
  expect(statusOf('RESTARTING', [process('old', 'EXITED')])).toBe('restarting');
  const many = Array.from({ length: 7 }, (_, index) => process(`w${index}`, 'RUNNING'));
  expect(statusOf('SHUTDOWN', many)).toBe('stopping: waiting for w0, w1, w2, w3, w4 and 2 more');
});

test('a stop may take each step of the slowest program, and half a minute', () => {
  expect(stopSeconds([])).toBe(30);
  const slow = { stopWaitSeconds: 100, laterStopSignals: [2], hooks: { timeoutSeconds: 5 } };
  expect(stopSeconds([process('web', 'STOPPING'), process('slow', 'RUNNING', slow)])).toBe(440);
  expect(stopSeconds([process('slow', 'EXITED', slow)])).toBe(30);
});
