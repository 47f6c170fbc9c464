import { describe, expect, test } from 'vitest';
import { EVERYTHING, type Line, listingOf, type Query } from '../../src/page/model/listing.ts';
import { rowOf, usageOf } from '../../src/page/model/process.ts';
import { appearanceOf } from '../../src/page/model/states.ts';
import { resource, row, status } from './rows.ts';

function shown(lines: readonly Line[]): string[] {
  return lines.map((line) => (line.kind === 'group' ? `[${line.group}]` : line.row.title));
}

const ALL = [
  row({ group: 'web', name: 'web-10' }),
  row({ group: 'web', name: 'web-9', statename: 'FATAL', description: "can't find command 'x'" }),
  row({ group: 'db', name: 'db', pid: 77, start: 100 }),
  row({ group: 'once', name: 'job', statename: 'EXITED', pid: 0 }),
];

function list(changes: Partial<Query>): string[] {
  return shown(listingOf(ALL, { ...EVERYTHING, ...changes }).lines);
}

describe('the list', () => {
  test('has groups with their processes, and numbers in the order of their values', () => {
    expect(list({})).toEqual(['db', '[once]', 'once:job', '[web]', 'web:web-9', 'web:web-10']);
  });

  test('shows only the head of a group that is folded', () => {
    expect(list({ collapsed: new Set(['web']) })).toEqual(['db', '[once]', 'once:job', '[web]']);
  });

  test('finds names, descriptions and pids; all words must match', () => {
    expect(list({ search: 'WEB find' })).toEqual(['[web]', 'web:web-9']);
    expect(list({ search: '77' })).toEqual(['db']);
    expect(list({ search: 'nothing' })).toEqual([]);
  });

  test('is filtered by state and group, and counts what each filter would show', () => {
    expect(list({ filter: 'problems' })).toEqual(['[web]', 'web:web-9']);
    expect(list({ group: 'db' })).toEqual(['db']);
    const { counts } = listingOf(ALL, EVERYTHING);
    expect(counts).toEqual({ all: 4, running: 2, busy: 0, problems: 1, idle: 1 });
  });

  test('sorted by something else has no groups, and processes of one value by name', () => {
    expect(list({ sort: 'state' })).toEqual(['web:web-9', 'db', 'web:web-10', 'once:job']);
    expect(list({ sort: 'uptime' })[0]).toBe('db');
  });

  test('of 5,000 processes is made in a moment, whatever the query', () => {
    const many = Array.from({ length: 5000 }, (_, index) =>
      row({ group: `g${index % 50}`, name: `p${index}` }),
    );
    expect(listingOf(many, { ...EVERYTHING, search: 'p4999' }).rows).toHaveLength(1);
    expect(listingOf(many, EVERYTHING).lines).toHaveLength(5050);
  });
});

describe('the look of a state', () => {
  test.each([
    [{ statename: 'RUNNING' }, 'good', 'Running'],
    [{ statename: 'RUNNING', healthy: false }, 'warn', 'Unhealthy'],
    [{ statename: 'STARTING' }, 'busy', 'Starting'],
    [{ statename: 'STOPPING' }, 'busy', 'Stopping'],
    [{ statename: 'STOPPED' }, 'idle', 'Stopped'],
    [{ statename: 'STOPPED', waiting: true }, 'busy', 'Waiting'],
    [{ statename: 'STOPPED', disabled: true }, 'idle', 'Disabled'],
    [{ statename: 'EXITED' }, 'idle', 'Exited'],
    [{ statename: 'EXITED', ended_well: false }, 'bad', 'Exited'],
    [{ statename: 'BACKOFF' }, 'warn', 'Backoff'],
    [{ statename: 'FATAL' }, 'bad', 'Fatal'],
  ] as const)('of %o is %s: %s', (changes, tone, label) => {
    expect(appearanceOf(rowOf(status(changes), null))).toEqual({ tone, label });
  });
});

describe('the processor time of a process', () => {
  test('is a percentage from the second figure on', () => {
    const first = usageOf(resource({ cpu_seconds: 10 }), null, 1000);
    expect(first?.cpuPercent).toBeNull();
    expect(usageOf(resource({ cpu_seconds: 11.5 }), first, 4000)?.cpuPercent).toBeCloseTo(50);
  });

  test('begins anew with another pid, and is never negative', () => {
    const first = usageOf(resource({ cpu_seconds: 10 }), null, 1000);
    expect(usageOf(resource({ cpu_seconds: 1, pid: 8 }), first, 4000)?.cpuPercent).toBeNull();
    expect(usageOf(resource({ cpu_seconds: 9 }), first, 4000)?.cpuPercent).toBe(0);
  });
});
