import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CLOCK_CORRECTION_MS, hasMissed, nextAfter, nextRun } from '../../src/schedule/cron.ts';

const HOUR = 3600 * 1000;
const BERLIN = { cron: '30 2 * * *', timeZone: 'Europe/Berlin' };
const UTC_NIGHTLY = { cron: '0 2 * * *', timeZone: 'UTC' };
const at = (text: string): number => Date.parse(text);

describe('the next run', () => {
  test('comes after the moment, not at it', () => {
    expect(nextAfter(UTC_NIGHTLY, at('2026-11-26T01:59:59Z'))).toBe(at('2026-11-26T02:00:00Z'));
    expect(nextAfter(UTC_NIGHTLY, at('2026-11-26T02:00:00Z'))).toBe(at('2026-11-27T02:00:00Z'));
  });

  test('of a time that the change to summer time leaves out comes at the change', () => {
    expect(nextAfter(BERLIN, at('2026-03-28T12:00:00Z'))).toBe(at('2026-03-29T01:00:00Z'));
  });

  test('of a time that comes twice in autumn comes once', () => {
    const first = at('2026-10-25T00:30:00Z');
    expect(nextAfter(BERLIN, at('2026-10-24T12:00:00Z'))).toBe(first);
    expect(nextAfter(BERLIN, first)).toBe(at('2026-10-26T01:30:00Z'));
  });

  test('is null where none follows', () => {
    expect(nextAfter({ cron: '0 0 0 1 1 * 2020', timeZone: 'UTC' }, at('2026-01-01T00:00:00Z'))).toBeNull();
  });
});

describe('a clock that is set', () => {
  const last = at('2026-11-26T02:00:00Z');

  test('back by some minutes repeats no run', () => {
    expect(nextRun(UTC_NIGHTLY, last - HOUR, last)).toBe(at('2026-11-27T02:00:00Z'));
  });

  test('back by more than three hours counts as right now', () => {
    expect(nextRun(UTC_NIGHTLY, last - CLOCK_CORRECTION_MS - 1, last)).toBe(last);
  });

  test('back makes a program that runs every so many minutes go on with the new time', () => {
    const minutely = { cron: '* * * * *', timeZone: 'UTC' };
    expect(nextRun(minutely, last - HOUR, last)).toBe(last - HOUR + 60_000);
    expect(nextRun(minutely, last - 50 * HOUR + 1, last)).toBe(last - 50 * HOUR + 60_000);
    for (const hourly of ['@hourly', '5 * * * *', '0 5 * * * *']) {
      expect(nextRun({ cron: hourly, timeZone: 'UTC' }, last - 2 * HOUR, last)).toBeLessThan(last);
    }
  });

  test('back by less than its period repeats none of its runs, also where the last one began late', () => {
    const minutely = { cron: '* * * * *', timeZone: 'UTC' };
    expect(nextRun(minutely, last - 500, last)).toBe(last + 60_000);
    expect(nextRun(minutely, last - 500, last + 300)).toBe(last + 60_000);
  });

  test('in whatever steps: no run comes twice while it is corrected, and each comes after now', () => {
    const step = fc.integer({ min: -HOUR, max: 5 * HOUR });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const schedule = { cron: '0,20,40 0-23 * * *', timeZone: 'UTC' };
        let now = at('2026-11-26T00:00:00Z');
        let lastMs: number | null = null;
        let next = nextRun(schedule, now, lastMs);
        const runs: number[] = [];
        for (const by of steps) {
          now += by;
          if (next !== null && next <= now) {
            runs.push(next);
            lastMs = next;
          }
          next = nextRun(schedule, now, lastMs);
          expect(next).toBeGreaterThan(now);
        }
        expect(runs).toEqual([...new Set(runs)].sort((a, b) => a - b));
      }),
    );
  });
});

test('a run was missed where one was due between the last one and now', () => {
  expect(hasMissed(UTC_NIGHTLY, at('2026-11-27T03:00:00Z'), at('2026-11-26T02:00:00Z'))).toBe(true);
  expect(hasMissed(UTC_NIGHTLY, at('2026-11-27T01:00:00Z'), at('2026-11-26T02:00:00Z'))).toBe(false);
  expect(hasMissed(UTC_NIGHTLY, at('2026-11-26T01:00:00Z'), at('2026-11-26T02:00:00Z'))).toBe(false);
});
