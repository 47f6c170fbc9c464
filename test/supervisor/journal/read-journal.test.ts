import { chmodSync, chownSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { PROGRAM_OPTIONS } from '../../../src/config/tables/program-options.ts';
import { rowsOf } from '../../../src/config/tables/record.ts';
import { VISORD_VERSION } from '../../../src/config/tables/visord-version.ts';
import type { ProcessRecord } from '../../../src/process/adoption/process-record.ts';
import { Journal } from '../../../src/supervisor/journal/journal.ts';
import {
  type JournalContents,
  parseJournal,
  readJournal,
} from '../../../src/supervisor/journal/read-journal.ts';
import { writeConfig } from '../../../src/supervisor/journal/stored-config.ts';
import { needing, ROOT } from '../../needs.ts';
import { test } from '../../process/support.ts';
import { FakeLog, processConfig } from '../../rpc/fakes.ts';

const HEADING = '{"format":1,"daemon":{"pid":1,"startTicks":2,"boot":"b","initTicks":3}}';

function read(...lines: readonly string[]): JournalContents {
  const reading = parseJournal([HEADING, ...lines, ''].join('\n'));
  if (reading.kind !== 'read') throw new Error(reading.kind);
  return reading.contents;
}

/** A line that 0.1.0 could have written, with these changes; undefined takes a field away. */
function line(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    process: {
      groupName: 'g',
      config: processConfig('p'),
      machine: { state: { name: 'RUNNING', pid: 7 }, history: { startedAtMs: 5 } },
      startTicks: 8,
      base: '/run/x/g:p',
      autoLogs: { stdout: '/a.log', stderr: null },
      ...changes,
    },
  });
}

/** What is written again of what was read. */
function rewritten(folder: string, contents: JournalContents): string {
  const path = join(folder, 'journal');
  const recorded = contents.records.map((record) => ({ ...record, record, isKept: true }));
  const journal = new Journal({
    path,
    log: new FakeLog(),
    everything: () => recorded,
    unknown: { lines: contents.unknownLines, handover: contents.handover?.unknown },
  });
  if (contents.handover !== null) journal.handOver(contents.handover);
  journal.close();
  return readFileSync(path, 'utf8');
}

test('a field that a record does not have has its default', () => {
  const [record] = read(
    line({ machine: { state: { name: 'RUNNING', pid: 7 } }, autoLogs: undefined }),
  ).records;
  expect(record).toMatchObject({
    machine: { state: { name: 'RUNNING', pid: 7 }, history: { startedAtMs: 0, tries: 0, spawnError: '' } },
    autoLogs: { stdout: null, stderr: null },
  });
});

test.for(Object.keys(processConfig('p')).filter((key) => key !== 'name'))(
  'a record without the key %s has the default of that key',
  (key) => {
    const { [key]: _, ...config } = processConfig('p') as unknown as Record<string, unknown>;
    const [record] = read(line({ config })).records;
    expect(Object.keys(record?.config ?? {}).sort()).toEqual(Object.keys(processConfig('p')).sort());
    const isDefault = !['command', 'stdout', 'stderr'].includes(key);
    if (isDefault) expect(record?.config).toEqual(processConfig('p'));
  },
);

test('every key of 0.1.0 is written where that version reads it', () => {
  const { config } = writeConfig(processConfig('p'));
  const written = config as unknown as Readonly<Record<string, unknown>>;
  for (const { key, row, head, rest } of rowsOf(PROGRAM_OPTIONS)) {
    if (row.since !== '0.1.0' || head === null || head === '*') continue;
    const member = written[head];
    expect([key, rest === null ? head in written : rest in (member as object)]).toEqual([key, true]);
  }
});

test('a record without a state, or without a pid in it, is of a process that is looked for', () => {
  const sought = { name: 'STARTING', pid: null };
  expect(read(line({ machine: undefined })).records[0]?.machine.state).toEqual(sought);
  const withoutPid = { state: { name: 'RUNNING' }, history: {} };
  expect(read(line({ machine: withoutPid })).records[0]?.machine.state).toEqual(sought);
});

test('a process in a state of another version runs if it has a pid, and does not otherwise', () => {
  const state = (value: object) => read(line({ machine: { state: value } })).records[0]?.machine.state;
  expect(state({ name: 'PAUSED', pid: 7, sinceMs: 1 })).toEqual({ name: 'RUNNING', pid: 7 });
  expect(state({ name: 'SCHEDULED', atMs: 1 })).toEqual({ name: 'STOPPED' });
});

test('keys and fields of another version are not part of the record, and are written again', ({ folder }) => {
  const later = line({
    config: { ...processConfig('p'), fooSeconds: 5, stdout: { ...processConfig('p').stdout, colour: 'red' } },
    keys: { foo: [1, 2] },
    machine: { state: { name: 'RUNNING', pid: 7 }, history: { startedAtMs: 5, checks: 3 } },
  });
  const contents = read(later);
  expect(contents.records[0]?.config).toEqual(processConfig('p'));
  const again = JSON.parse(rewritten(folder, contents).split('\n')[1] ?? '') as { process: ProcessRecord };
  expect(again.process).toMatchObject({
    config: { name: 'p', fooSeconds: 5, stdout: { colour: 'red' } },
    keys: { foo: [1, 2] },
    machine: { history: { startedAtMs: 5, checks: 3 } },
  });
});

test('a line that goes on with a record keeps what the record has of another version', () => {
  const change = {
    groupName: 'g',
    name: 'p',
    machine: { state: { name: 'STOPPING', pid: 7, killAtMs: 1 }, history: {} },
    startTicks: 8,
    base: null,
    more: 1,
  };
  const contents = read(
    line({ config: { ...processConfig('p'), fooSeconds: 5 } }),
    JSON.stringify({ process: change }),
  );
  expect(contents.records).toMatchObject([
    { machine: { state: { name: 'STOPPING' } }, unknown: { config: { fooSeconds: 5 }, more: 1 } },
  ]);
});

test('kinds of lines of another version are kept, each by itself', ({ folder }) => {
  const kinds = ['{"job":{"name":"nightly","lastMs":5}}', '{"paused":["g","p"]}'];
  const contents = read(kinds[0] ?? '', line(), kinds[1] ?? '');
  expect([contents.unknownLines, contents.damage, contents.records.length]).toEqual([kinds, [], 1]);
  const again = rewritten(folder, contents).split('\n');
  expect(again.slice(-3)).toEqual([...kinds, '']);
});

test('what a hand-over has of another version is part of the next one', ({ folder }) => {
  const contents = read('{"handover":{"softFileLimit":7,"timers":[1]}}');
  expect(contents.handover).toEqual({
    softFileLimit: 7,
    leftAtMs: null,
    isDetached: false,
    sockets: [],
    inactive: [],
    serials: { next: 0, pools: {} },
    listening: [],
    pools: {},
    inputs: {},
    ends: {},
    leftPipes: [],
    heldSockets: [],
    history: null,
    unknown: { timers: [1] },
  });
  expect(rewritten(folder, contents)).toContain('"timers":[1]');
});

test('pools that a version has passed on that does not know them are out of date', () => {
  const handover = (writer: string): string =>
    JSON.stringify({
      handover: {
        pools: { ear: { buffer: [{ type: 'TICK_5', payload: 'when:5', serial: 1, poolSerial: 1 }] } },
        inputs: { 'g\np': 'eA==' },
        writer,
      },
    });
  const heading = HEADING.replace('}}', `},"visord":"${VISORD_VERSION}"}`);
  const contents = (writer: string) => parseJournal([heading, handover(writer), ''].join('\n'));
  expect(contents(VISORD_VERSION)).toMatchObject({
    contents: {
      handover: {
        pools: {
          ear: { buffer: [{ event: { type: 'TICK_5', payload: 'when:5' }, serial: 1, poolSerial: 1 }] },
        },
        inputs: { 'g\np': Buffer.from('x') },
      },
    },
  });
  expect(contents('0.0.1')).toMatchObject({ contents: { handover: { pools: {}, inputs: {} } } });
});

test('damaged lines are skipped and described, and the others hold', () => {
  const contents = read(
    line(),
    '{"process":{"groupName":"g","config":',
    'null',
    '{}',
    '',
    '{"gone":5}',
    '{"gone":[null,"p"]}',
    '{"process":[]}',
    '{"process":{"groupName":"g","config":{}}}',
    '{"process":{"groupName":"g","name":"p"}}',
    '{"process":{"groupName":"g","name":"q","machine":{"state":{"name":"RUNNING","pid":9}}}}',
    '{"leaving":0}',
    '{"handover":7}',
    line({ startTicks: 9 }),
  );
  expect(contents.records).toMatchObject([{ startTicks: 9, machine: { state: { pid: 7 } } }]);
  expect(contents.damage).toEqual([
    'line 3 is not JSON',
    'line 4 is not an object',
    'line 5 is empty',
    'line 6 is not JSON',
    'line 7 (gone) has no name of a process',
    'line 8 (gone) has no name of a process',
    'line 9 (process) has no object',
    'line 10 (process) has no name of a process',
    'line 11 (process) has no state of p',
    'line 12 (process) has no configuration of q in an earlier line',
    'line 13 (leaving) has another value than true',
    'line 14 (handover) has no object',
  ]);
});

test('a last line that was cut short is damaged, also one that is cut before its newline', () => {
  const whole = `${HEADING}\n${line()}\n`;
  const damage = (text: string) => {
    const reading = parseJournal(text);
    return reading.kind === 'read' ? reading.contents.damage : reading;
  };
  expect(damage(whole)).toEqual([]);
  expect(damage(`${whole}{"gone":["g"`)).toEqual(['line 3 is not JSON']);
});

test('a journal of another format is not read', () => {
  const reason = (heading: string) => {
    const reading = parseJournal(heading);
    return reading.kind === 'unreadable' ? reading.reason : reading.kind;
  };
  expect(reason('{"format":2,"daemon":{}}\n')).toBe('its format is 2, and this version reads format 1');
  expect(reason('nonsense')).toBe('its first line is not the heading of a journal');
  expect(reason('')).toBe('its first line is not the heading of a journal');
});

test('only a file of this user, to which no other user may write, is a journal', ({ folder }) => {
  const path = join(folder, 'journal');
  writeFileSync(path, `${HEADING}\n`, { mode: 0o600 });
  expect(readJournal(path).kind).toBe('read');
  chmodSync(path, 0o620);
  expect(readJournal(path)).toEqual({ kind: 'unreadable', reason: 'other users may write to it' });
  chmodSync(path, 0o600);
  symlinkSync(path, join(folder, 'link'));
  expect(readJournal(join(folder, 'link')).kind).toBe('unreadable');
});

needing(test, ROOT)('a file of another user is not a journal', ({ folder }) => {
  const path = join(folder, 'journal');
  writeFileSync(path, `${HEADING}\n`, { mode: 0o600 });
  chownSync(path, 1, 1);
  expect(readJournal(path)).toEqual({ kind: 'unreadable', reason: 'it belongs to user 1' });
});
