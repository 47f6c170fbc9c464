import { describe, expect, test } from 'vitest';
import { CLOCK_CORRECTION_MS, hasMissed, nextAfter, nextRun } from '../../src/config/cron-times.ts';
import { fc } from '../properties.ts';

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

describe('over changes to and from summer time, in zones of all kinds', () => {
  const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Santiago'];
  const zone = fc.constantFrom(...ZONES);
  const start = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z') });

  test('a program with a time of the day runs once on each day', () => {
    const time = fc.tuple(fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 23 }));
    fc.assert(
      fc.property(zone, time, start, (timeZone, [minute, hour], startMs) => {
        const dayOf = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
        const schedule = { cron: `${minute} ${hour} * * *`, timeZone };
        let run = nextAfter(schedule, startMs) ?? 0;
        for (let days = 0; days < 200; days += 1) {
          const next = nextAfter(schedule, run) ?? 0;
          expect(next).toBeGreaterThan(run);
          const noon = Date.parse(`${dayOf.format(run)}T12:00:00Z`) + 24 * HOUR;
          expect(dayOf.format(next)).toBe(new Date(noon).toISOString().slice(0, 10));
          run = next;
        }
      }),
      { numRuns: 15 },
    );
  });

  test.each([
    ['Europe/Berlin', '2026-03-28T12:00:00Z'],
    ['Europe/Berlin', '2026-10-24T12:00:00Z'],
    ['America/New_York', '2026-03-07T12:00:00Z'],
    ['America/New_York', '2026-10-31T12:00:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T00:00:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T00:00:00Z'],
    ['America/Santiago', '2026-04-04T12:00:00Z'],
    ['America/Santiago', '2026-09-05T12:00:00Z'],
  ])('a program that runs every quarter of an hour does so: %s, %s', (timeZone, from) => {
    const schedule = { cron: '*/15 * * * *', timeZone };
    let run = nextAfter(schedule, at(from)) ?? 0;
    for (let runs = 0; runs < 160; runs += 1) {
      const next = nextAfter(schedule, run) ?? 0;
      expect(next - run).toBe(HOUR / 4);
      run = next;
    }
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

  test('back makes a program with an interval of minutes go on with the new time', () => {
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
