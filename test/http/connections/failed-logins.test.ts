import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FailedLogins } from '../../../src/http/connections/failed-logins.ts';

const MANY = 10;

describe('an address', () => {
  let lines: string[];
  let logins: FailedLogins;
  const fail = (address: string, count: number): void => {
    for (let time = 0; time < count; time += 1) logins.add(address);
  };
  beforeEach(() => {
    vi.useFakeTimers();
    lines = [];
    logins = new FailedLogins({ onMany: (source, count) => lines.push(`${source} ${count}`) });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('with a few failed logins in a minute is not slowed down', () => {
    expect(logins.isEmpty).toBe(true);
    fail('10.0.0.9:1', MANY - 1);
    expect([logins.isEmpty, logins.delayMs('10.0.0.9:2'), lines]).toEqual([false, 0, []]);
    vi.advanceTimersByTime(60_000);
    fail('10.0.0.9:3', MANY - 1);
    expect([logins.delayMs('10.0.0.9:4'), lines]).toEqual([0, []]);
  });

  test('with many has its logins checked a second later and one after the other, for a minute', () => {
    fail('10.0.0.9:1', MANY);
    const delays = [1, 2, 3].map((port) => logins.delayMs(`10.0.0.9:${port}`));
    expect(delays).toEqual([1000, 1100, 1200]);
    expect(logins.delayMs('10.0.0.10:1')).toBe(0);
    vi.advanceTimersByTime(30_000);
    expect(logins.delayMs('10.0.0.9:1')).toBe(1000);
    vi.advanceTimersByTime(30_000);
    expect(logins.delayMs('10.0.0.9:1')).toBe(0);
  });

  test('with many is logged once a minute, with the number of failed logins since', () => {
    fail('10.0.0.9:1', 25);
    expect(lines).toEqual(['10.0.0.9 10']);
    vi.advanceTimersByTime(60_000);
    fail('10.0.0.9:1', MANY);
    expect(lines).toEqual(['10.0.0.9 10', '10.0.0.9 25']);
  });

  test('of IPv6 stands for its network, and a mapped one for its IPv4 address', () => {
    fail('[2001:db8::5]:1', 5);
    fail('[2001:db8:0:0:ffff:1:2:3]:1', 5);
    fail('[2001:db8:0:1::5]:1', MANY - 1);
    fail('[::ffff:10.0.0.9]:1', 5);
    fail('10.0.0.9:1', 5);
    fail('[::1]:1', MANY);
    expect(lines).toEqual(['2001:db8:0:0::/64 10', '10.0.0.9 10', '0:0:0:0::/64 10']);
  });

  test('is forgotten when a thousand others have followed', () => {
    fail('10.0.0.9:1', MANY);
    for (let host = 0; host < 999; host += 1) logins.add(`10.1.${host >> 8}.${host & 255}:1`);
    expect(logins.delayMs('10.0.0.9:1')).toBe(1000);
    logins.add('10.2.0.0:1');
    expect(logins.delayMs('10.0.0.9:1')).toBe(0);
  });
});
