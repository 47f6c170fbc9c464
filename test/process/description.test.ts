import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeProcess, formatUptime, isTimed } from '../../src/process/description.ts';
import type { StateName } from '../../src/process/machine/states.ts';
import { FakeProcess, processConfig } from '../rpc/fakes.ts';

const NOW = 1_700_000_100;

function processIn(state: StateName, changes: Partial<FakeProcess> = {}): FakeProcess {
  return Object.assign(new FakeProcess('g', processConfig('p')), changes, { state });
}

describe('the description of a process', () => {
  const zone = process.env.TZ;
  beforeEach(() => {
    process.env.TZ = 'America/New_York';
  });
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  test.each([
    [0, '0:00:00'],
    [59, '0:00:59'],
    [3661, '1:01:01'],
    [86_399, '23:59:59'],
    [86_405, '1 day, 0:00:05'],
    [2 * 86_400 + 3 * 3600 + 4 * 60 + 5, '2 days, 3:04:05'],
  ])('that is up %d seconds is %s', (seconds, text) => {
    expect(formatUptime(seconds)).toBe(text);
  });

  test('of a running one has pid and uptime in whole seconds, and none when the clock was set back', () => {
    const running = processIn('RUNNING', { pid: 7, startedAt: NOW - 0.1 });
    expect(describeProcess(running, NOW)).toBe('pid 7, uptime 0:00:01');
    running.startedAt = NOW + 5000;
    expect(describeProcess(running, NOW)).toBe('pid 7, uptime 0:00:00');
  });

  test('of a running one whose log cannot be written reports it', () => {
    const running = processIn('RUNNING', { pid: 7, startedAt: NOW - 1 });
    running.logTrouble = 'log /x cannot be written: no space left on device (ENOSPC)';
    expect(describeProcess(running, NOW)).toBe(
      'pid 7, uptime 0:00:01, log cannot be written (see the main log)',
    );
  });

  test('of one with a schedule is its next run, with the date and the year where they are needed', () => {
    const waiting = processIn('STOPPED', { nextRunAt: Date.UTC(2023, 10, 16, 7, 0) / 1000 });
    expect(describeProcess(waiting, NOW)).toBe('next run Thu 02:00');
    waiting.nextRunAt = Date.UTC(2023, 11, 24, 7, 0, 5) / 1000;
    expect(describeProcess(waiting, NOW)).toBe('next run Dec 24 02:00:05');
    waiting.nextRunAt = Date.UTC(2028, 1, 29, 7, 0) / 1000;
    expect(describeProcess(waiting, NOW)).toBe('next run Feb 29 2028 02:00');
  });

  test('of a failed one is its error, or where to look for it', () => {
    expect(describeProcess(processIn('FATAL', { spawnError: 'why' }), NOW)).toBe('why');
    expect(describeProcess(processIn('BACKOFF'), NOW)).toBe('unknown error (try "tail p")');
  });

  test('of a stopped one is when it stopped, in local time', () => {
    const stopped = processIn('EXITED', { startedAt: 1, stoppedAt: Date.UTC(2026, 6, 4, 4, 5) / 1000 + 0.9 });
    expect(describeProcess(stopped, NOW)).toBe('Jul 04 12:05 AM');
    stopped.stoppedAt = Date.UTC(2026, 0, 31, 17, 0) / 1000;
    expect(describeProcess(stopped, NOW)).toBe('Jan 31 12:00 PM');
    expect(describeProcess(processIn('STOPPED'), NOW)).toBe('Not started');
  });

  test('of an ended one that starts again after a pause counts the seconds down', () => {
    const ended = processIn('EXITED', { startedAt: 1, stoppedAt: Date.UTC(2026, 6, 4, 4, 5) / 1000 });
    ended.nextStartAt = NOW + 12.6;
    expect(describeProcess(ended, NOW)).toBe('Jul 04 12:05 AM, again in 12 s');
    expect(describeProcess(ended, NOW + 20)).toBe('Jul 04 12:05 AM, again in 0 s');
    expect([isTimed(ended), isTimed(processIn('EXITED')), isTimed(processIn('RUNNING'))]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test.each(['STARTING', 'STOPPING', 'UNKNOWN'] as const)('of one that is %s is empty', (state) => {
    expect(describeProcess(processIn(state, { startedAt: 1 }), NOW)).toBe('');
  });
});
