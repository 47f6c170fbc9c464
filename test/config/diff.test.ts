import { expect, test } from 'vitest';
import { changedKeys, diffGroups } from '../../src/config/diff.ts';
import type { GroupConfig, ProcessConfig } from '../../src/config/types.ts';
import { loadText } from './support.ts';

function groups(text: string): readonly GroupConfig[] {
  return loadText(`[supervisord]\n${text}\n`).groups;
}

const program = (name: string, lines = ''): string => `[program:${name}]\ncommand=/bin/${name}\n${lines}\n`;

test('the same text makes no difference', () => {
  const text = program('a', 'environment=A=1,B=2') + program('b', 'exitcodes=0,2');
  expect(diffGroups(groups(text), groups(text))).toEqual({ added: [], changed: [], removed: [] });
});

test('groups are added and changed in the new order, and removed in the active one', () => {
  const active = groups(program('a') + program('b') + program('d', 'priority=1') + program('c'));
  const next = groups(
    program('z') + program('y', 'priority=1') + program('b', 'startsecs=2') + program('a', 'umask=0'),
  );
  expect(diffGroups(active, next)).toEqual({ added: ['y', 'z'], changed: ['a', 'b'], removed: ['d', 'c'] });
});

test.each([
  'priority=1',
  'autorestart=true',
  'stopsignal=INT',
  'environment=A=1',
  'exitcodes=1',
  'stdout_logfile=NONE\nstderr_logfile_backups=1',
  'directory=/',
  'numprocs=2\nprocess_name=a%(process_num)d',
])('a program with %j is a changed group', (lines) => {
  expect(diffGroups(groups(program('a')), groups(program('a', lines))).changed).toEqual(['a']);
});

test('a log that becomes AUTO is not a difference, and one that was AUTO is one, as in the reference', () => {
  const auto = groups(program('a'));
  const named = groups(program('a', 'stdout_logfile=/tmp/x\nstderr_logfile=NONE'));
  expect(diffGroups(named, auto).changed).toEqual([]);
  expect(diffGroups(auto, named).changed).toEqual(['a']);
  expect(diffGroups(auto, groups(program('a', 'stderr_logfile=NONE'))).changed).toEqual(['a']);
  expect(diffGroups(named, groups(program('a', 'stdout_logfile=/tmp/y'))).changed).toEqual(['a']);
});

test('the keys that differ are named, with what makes them take effect', () => {
  const [before] = groups(program('a', 'priority=1\nenvironment=A="1"'));
  const [after] = groups(program('a', 'priority=2\nstdout_logfile=NONE\nenvironment=A="1"'));
  expect(
    before && after && changedKeys(before.processes[0] as ProcessConfig, after.processes[0] as ProcessConfig),
  ).toEqual([
    { key: 'priority', change: 'live' },
    { key: 'stdout_logfile', change: 'live' },
  ]);
});

test('a socket that differs in its settings or its address makes a changed group', () => {
  const fcgi = (lines: string) => groups(`[fcgi-program:f]\ncommand=/bin/f\n${lines}\n`);
  const active = fcgi('socket=unix:///tmp/f.sock');
  expect(diffGroups(active, fcgi('socket=unix:///tmp/f.sock')).changed).toEqual([]);
  expect(diffGroups(active, fcgi('socket=unix:///tmp/f.sock\nsocket_mode=0770')).changed).toEqual(['f']);
  expect(diffGroups(active, fcgi('socket=unix:///tmp/g.sock')).changed).toEqual(['f']);
  expect(diffGroups(active, fcgi('socket=tcp://localhost:9000')).changed).toEqual(['f']);
});

test('the order of the programs in a group counts', () => {
  const programs = program('a') + program('b');
  expect(
    diffGroups(groups(`${programs}[group:g]\nprograms=a,b`), groups(`${programs}[group:g]\nprograms=b,a`))
      .changed,
  ).toEqual(['g']);
});
