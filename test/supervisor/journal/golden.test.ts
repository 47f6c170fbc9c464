/** What released versions have written is read by this one, and what this one writes is read by them. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, expect } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import type { ProcessConfig } from '../../../src/config/types.ts';
import type { ProcessRecord } from '../../../src/process/adoption/process-record.ts';
import { pidOf } from '../../../src/process/machine/machine.ts';
import { isUnchanged } from '../../../src/supervisor/adoption/unchanged.ts';
import { Journal } from '../../../src/supervisor/journal/journal.ts';
import { type JournalContents, keyOf, parseJournal } from '../../../src/supervisor/journal/read-journal.ts';
import { isUnchangedIn010, readAs010 } from '../../golden/0.1.0/read-journal.ts';
import { test } from '../../process/support.ts';
import { FakeLog } from '../../rpc/fakes.ts';

type Version = '0.1.0' | '0.2.0';

/** The folder of each golden daemon, which its configuration names. */
const RUN_FOLDERS: Readonly<Record<Version, string>> = {
  '0.1.0': '/tmp/golden-run',
  '0.2.0': '/tmp/golden-run-0.2.0',
};

const USERS = [
  { name: 'root', uid: 0, gid: 0, home: '/root' },
  { name: 'daemon', uid: 1, gid: 1, home: '/usr/sbin' },
];

// Values with paths are read only where their folders exist. Another run of the tests may have removed them.
beforeEach(() => {
  for (const folder of Object.values(RUN_FOLDERS)) mkdirSync(folder, { recursive: true });
});

afterAll(() => {
  for (const folder of Object.values(RUN_FOLDERS)) rmSync(folder, { recursive: true, force: true });
});

function goldenFile(version: Version, name: string): string {
  return fileURLToPath(new URL(`../../golden/${version}/${name}`, import.meta.url));
}

function textOf(version: Version, name: string): string {
  return readFileSync(goldenFile(version, name), 'utf8');
}

function contentsOf(text: string): JournalContents {
  const reading = parseJournal(text);
  if (reading.kind !== 'read') throw new Error(JSON.stringify(reading));
  return reading.contents;
}

/** What the configuration of the golden daemon reads as today, by group and name. */
function configured(version: Version): ReadonlyMap<string, ProcessConfig> {
  const { groups } = loadConfig({
    file: goldenFile(version, 'supervisord.conf'),
    environment: { PATH: '/bin' },
    users: {
      userByName: (name) => USERS.find((user) => user.name === name) ?? null,
      userById: (uid) => USERS.find((user) => user.uid === uid) ?? null,
      groupByName: (name) => (name === 'root' ? { name, gid: 0 } : null),
      groupById: () => null,
    },
  });
  return new Map(
    groups.flatMap(({ name, processes }) =>
      processes.map((process) => [keyOf(name, process.name), process] as const),
    ),
  );
}

function states(records: readonly ProcessRecord[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    records.map(({ groupName, config, machine }) => [`${groupName}:${config.name}`, machine.state.name]),
  );
}

/** The names of the processes that the daemon would restart, as the configuration is not what they were started with. */
function changed(records: readonly ProcessRecord[], version: Version): readonly string[] {
  const current = configured(version);
  return records
    .filter((record) => {
      const config = current.get(keyOf(record.groupName, record.config.name));
      return config === undefined || !isUnchanged(record, config);
    })
    .map(({ config }) => config.name);
}

const RUNNING = {
  'app:app_0': 'RUNNING',
  'app:app_1': 'RUNNING',
  'ear:ear': 'RUNNING',
  'full:full_03': 'RUNNING',
  'full:full_04': 'RUNNING',
  'plain:plain': 'RUNNING',
  'redirected:redirected': 'RUNNING',
  'starting:starting': 'STARTING',
  'stopping:stopping': 'STOPPING',
  'together:one': 'RUNNING',
  'together:shared': 'RUNNING',
};

test('the journal of a 0.1.0 that was killed is read whole, and no program of it is restarted', () => {
  const { records, damage, unknownLines, isLeaving, handover } = contentsOf(
    textOf('0.1.0', 'killed.journal'),
  );
  expect([damage, unknownLines, isLeaving, handover]).toEqual([[], [], false, null]);
  expect(states(records)).toEqual(RUNNING);
  expect(changed(records, '0.1.0')).toEqual([]);
  for (const record of records) {
    expect([record.startTicks, record.unknown]).toEqual([expect.any(Number), undefined]);
  }
});

test('the hand-over of 0.1.0 is read whole, with the states of what does not run', () => {
  const { records, damage, handover } = contentsOf(textOf('0.1.0', 'hand-over.journal'));
  expect(damage).toEqual([]);
  expect(handover).toEqual({
    softFileLimit: 20_000,
    leftAtMs: null,
    isDetached: false,
    sockets: [
      { address: '["127.0.0.1",19301]', descriptor: 25, connections: [] },
      { address: '["/tmp/golden-run/s.sock",504,null]', descriptor: 26, connections: [] },
    ],
    inactive: ['inactive'],
    serials: { next: 0, pools: { ear: 0 } },
    listening: ['ear\near'],
    pools: {},
    inputs: {},
    ends: {},
    leftPipes: [],
    heldSockets: [],
    history: null,
  });
  expect(states(records)).toEqual({
    ...RUNNING,
    'ended:ended': 'EXITED',
    'failing:failing': 'BACKOFF',
    'fatal:fatal': 'FATAL',
    'never:never': 'STOPPED',
    'stopped:stopped': 'STOPPED',
  });
  expect(changed(records, '0.1.0')).toEqual([]);
});

/** What is written today of processes that have these records and these configurations. */
function written(
  folder: string,
  contents: JournalContents,
  configs: ReadonlyMap<string, ProcessConfig>,
): string {
  const path = join(folder, 'journal');
  const recorded = contents.records.map((record) => {
    const config = configs.get(keyOf(record.groupName, record.config.name)) ?? record.config;
    return { groupName: record.groupName, config, record: { ...record, config }, isKept: true };
  });
  const journal = new Journal({ path, log: new FakeLog(), everything: () => recorded });
  for (const one of recorded) journal.remember(one);
  if (contents.handover !== null) journal.handOver(contents.handover);
  journal.close();
  return readFileSync(path, 'utf8');
}

test.for(['killed.journal', 'hand-over.journal'])(
  'what is written today of %s is read by 0.1.0 as its own, and it restarts no program',
  (name, { folder }) => {
    const text = textOf('0.1.0', name);
    const own = readAs010(text);
    const ours = readAs010(written(folder, contentsOf(text), configured('0.1.0')));
    // It reads none of the fields that came later.
    expect(ours?.handover ?? {}).toMatchObject(own?.handover ?? {});
    expect(ours?.records.map(({ groupName, config }) => keyOf(groupName, config.name))).toEqual(
      own?.records.map(({ groupName, config }) => keyOf(groupName, config.name)),
    );
    for (const [index, record] of (ours?.records ?? []).entries()) {
      const old = own?.records[index];
      expect(isUnchangedIn010(record.config, old?.config)).toBe(true);
      expect({ ...record, config: null }).toEqual({ ...old, config: null });
    }
  },
);

const KEPT_BY_020 = {
  'app:app_0': 'RUNNING',
  'app:app_1': 'RUNNING',
  'checked:checked': 'RUNNING',
  'deaf:deaf': 'RUNNING',
  'dependent:dependent': 'RUNNING',
  'ear:ear': 'RUNNING',
  'failing:failing': 'BACKOFF',
  'full:full_03': 'RUNNING',
  'full:full_04': 'RUNNING',
  'hooked:hooked': 'RUNNING',
  'limited:limited': 'RUNNING',
  'listening:listening_0': 'RUNNING',
  'listening:listening_1': 'RUNNING',
  'logged:logged': 'RUNNING',
  'once:once': 'EXITED',
  'paced:paced': 'RUNNING',
  'pausing:pausing': 'EXITED',
  'plain:plain': 'RUNNING',
  'planned:planned': 'STOPPED',
  'planned_run:planned_run': 'RUNNING',
  'starting:starting': 'STARTING',
  'stopping:stopping': 'STOPPING',
  'together:one': 'RUNNING',
  'together:shared': 'RUNNING',
  'waiting:waiting': 'STOPPED',
  'with_files:with_files': 'RUNNING',
};

test('the journal of a 0.2.0 that was killed is read whole, with every key that 0.1.0 did not know', () => {
  const { visord, records, damage, unknownLines, isLeaving, handover } = contentsOf(
    textOf('0.2.0', 'killed.journal'),
  );
  expect([visord, damage, unknownLines, isLeaving, handover]).toEqual(['0.2.0', [], [], false, null]);
  expect(states(records)).toEqual(KEPT_BY_020);
  expect(changed(records, '0.2.0')).toEqual([]);
  for (const { config, unknown } of records) expect([config.name, unknown]).toEqual([config.name, undefined]);
});

test('the hand-over of 0.2.0 is read whole: states, events, unread input and descriptors', () => {
  const { records, damage, handover } = contentsOf(textOf('0.2.0', 'hand-over.journal'));
  expect(damage).toEqual([]);
  expect(states(records)).toEqual({
    ...KEPT_BY_020,
    'disabled:disabled': 'STOPPED',
    'ended:ended': 'EXITED',
    'fatal:fatal': 'FATAL',
    'leaving:leaving': 'EXITED',
    'never:never': 'STOPPED',
    'stopped:stopped': 'STOPPED',
  });
  expect(changed(records, '0.2.0')).toEqual([]);
  expect(handover).toMatchObject({
    isDetached: false,
    sockets: [
      { address: '["127.0.0.1",19301]', connections: [] },
      { address: '["/tmp/golden-run-0.2.0/s.sock",504,null]', connections: [] },
    ],
    inactive: ['inactive'],
    serials: { next: 2, pools: { ear: 2 } },
    pools: {
      ear: {
        buffer: [{ event: { payload: 'type:kind\nsecond' }, serial: 1 }],
        listeners: {
          ear: { protocol: { state: 'BUSY' }, event: { event: { payload: 'type:kind\nfirst' } } },
        },
      },
    },
    leftPipes: [{ channel: 'stdout' }, { channel: 'stderr' }],
    heldSockets: [{ url: 'tcp://127.0.0.1:19303' }, { url: 'unix:///tmp/golden-run-0.2.0/listening.sock' }],
  });
  expect(handover?.unknown).toBeUndefined();
  expect(handover?.inputs['deaf\ndeaf']?.toString()).toMatch(/^x+$/);
  expect(Object.keys(handover?.ends ?? {}).length).toBe(
    records.filter(({ machine }) => pidOf(machine.state) > 0).length,
  );
});

test.for(['0.1.0', '0.2.0'] as const)(
  'what is written today of a hand-over of %s is read back as it was',
  (version, { folder }) => {
    const contents = contentsOf(textOf(version, 'hand-over.journal'));
    const again = contentsOf(written(folder, contents, new Map()));
    expect({ ...again, daemon: null, visord: null, configFile: null }).toEqual({
      ...contents,
      daemon: null,
      visord: null,
      configFile: null,
    });
  },
);
