import { describe, expect, test } from 'vitest';
import {
  byteLimit,
  CAPABILITIES,
  capabilities,
  cpuList,
  group,
  ioPriority,
  limit,
  niceness,
  oomScore,
} from '../../../src/config/tables/limit-values.ts';
import type { ValueType } from '../../../src/config/tables/option.ts';
import { fc } from '../../properties.ts';
import { errorOf, fakeHost } from '../support.ts';

function read<V>(type: ValueType<V>, text: string): V {
  return type.parse(text, fakeHost);
}

describe('limits', () => {
  test.each([
    ['1024', { soft: 1024, hard: 1024 }, '1024'],
    ['1024:4096', { soft: 1024, hard: 4096 }, '1024:4096'],
    ['1024:unlimited', { soft: 1024, hard: -1 }, '1024:unlimited'],
    ['infinity', { soft: -1, hard: -1 }, 'unlimited'],
  ])('%s', (text, value, written) => {
    expect(read(limit, text)).toEqual(value);
    expect(limit.format(value)).toBe(written);
  });

  test('in bytes take units', () => {
    expect(read(byteLimit, '8MB:unlimited')).toEqual({ soft: 8 * 1024 * 1024, hard: -1 });
    expect(byteLimit.format({ soft: 1024, hard: 2048 })).toBe('1KB:2KB');
  });

  test.each(['', 'many', '-5', '1:2:3', '4096:1024', 'unlimited:1'])('%j is an error', (text) => {
    expect(errorOf(() => read(limit, text))).toContain('limit');
  });
});

describe('priorities, CPUs, groups and capabilities', () => {
  test.each([
    [niceness, '-5', -5],
    [oomScore, '1000', 1000],
    [ioPriority, 'idle', { class: 'idle', level: 0 }],
    [ioPriority, 'best-effort', { class: 'best-effort', level: 4 }],
    [ioPriority, 'Realtime:0', { class: 'realtime', level: 0 }],
    [cpuList, '8, 0-2,1', [0, 1, 2, 8]],
    [group, 'staff', 50],
    [group, '34', 34],
    [capabilities, 'none', []],
    [capabilities, 'CAP_NET_BIND_SERVICE, chown', [0, 10]],
  ] as [ValueType<unknown>, string, unknown][])('$0.name %s', (type, text, value) => {
    expect(read(type, text)).toEqual(value);
    expect(read(type, type.format(value))).toEqual(value);
  });

  test.each([
    [niceness, '20'],
    [niceness, 'low'],
    [oomScore, '-1001'],
    [ioPriority, 'idle:3'],
    [ioPriority, 'best-effort:8'],
    [cpuList, '3-1'],
    [cpuList, '1024'],
    [cpuList, ''],
    [group, 'nosuch'],
    [capabilities, 'fly'],
  ] as [ValueType<unknown>, string][])('$0.name %j is an error', (type, text) => {
    expect(errorOf(() => read(type, text))).not.toBe('');
  });

  test('every set of CPUs and of capabilities reads back', () => {
    const cpus = fc.uniqueArray(fc.nat(63), { minLength: 1 }).map((list) => list.sort((a, b) => a - b));
    const caps = fc.uniqueArray(fc.nat(CAPABILITIES.length - 1)).map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(cpus, caps, (someCpus, someCaps) => {
        expect(read(cpuList, cpuList.format(someCpus))).toEqual(someCpus);
        expect(read(capabilities, capabilities.format(someCaps))).toEqual(someCaps);
      }),
    );
  });
});
