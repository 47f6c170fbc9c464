import { describe, expect, test } from 'vitest';
import { cpuQuota, memorySize } from '../../../src/config/tables/resource-values.ts';
import { killMode } from '../../../src/config/tables/values.ts';
import { errorOf, fakeHost } from '../support.ts';

describe('a percentage of a CPU', () => {
  test.each([
    ['50%', 50],
    [' 150% ', 150],
    ['12.5%', 12.5],
    ['1%', 1],
    ['150%%', 150],
  ])('%j', (text, value) => {
    expect(cpuQuota.parse(text, fakeHost)).toBe(value);
    expect(cpuQuota.parse(cpuQuota.format(value), fakeHost)).toBe(value);
  });

  test.each(['50', '0%', '0.5%', '-5%', '%', 'half', '50%%%', '1e3%'])('%j is an error', (text) => {
    expect(errorOf(() => cpuQuota.parse(text, fakeHost))).toBe(`not a valid percentage of a CPU: '${text}'`);
  });
});

test('an amount of memory is more than nothing', () => {
  expect(memorySize.parse('400MB', fakeHost)).toBe(400 * 1024 * 1024);
  expect(memorySize.format(512 * 1024 * 1024)).toBe('512MB');
  expect(errorOf(() => memorySize.parse('0', fakeHost))).toBe("not a valid amount of memory: '0'");
  expect(errorOf(() => memorySize.parse('-1MB', fakeHost))).toBe("not a valid amount of memory: '-1MB'");
});

test('a kill mode is one of three words', () => {
  expect(killMode.parse(' CGroup ', fakeHost)).toBe('cgroup');
  expect(errorOf(() => killMode.parse('mixed', fakeHost))).toContain(
    "not one of process, group, cgroup: 'mixed'",
  );
});
