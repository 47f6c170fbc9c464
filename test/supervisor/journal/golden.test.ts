/** What released versions have written is read by this one, and what this one writes is read by them. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import type { ProcessConfig } from '../../../src/config/types.ts';
import type { ProcessRecord } from '../../../src/process/adoption/process-record.ts';
import { isUnchanged } from '../../../src/supervisor/adoption/inherited-processes.ts';
import { Journal } from '../../../src/supervisor/journal/journal.ts';
import { type JournalContents, keyOf, parseJournal } from '../../../src/supervisor/journal/read-journal.ts';
import { isUnchangedIn010, readAs010 } from '../../golden/0.1.0/read-journal.ts';
import { test } from '../../process/support.ts';
import { FakeLog } from '../../rpc/fakes.ts';

const GOLDEN = fileURLToPath(new URL('../../golden/0.1.0', import.meta.url));

const USERS = [
  { name: 'root', uid: 0, gid: 0, home: '/root' },
  { name: 'daemon', uid: 1, gid: 1, home: '/usr/sbin' },
];

/** The folder of the golden daemon, which its configuration names. */
const RUN_FOLDER = '/tmp/golden-run';

afterAll(() => rmSync(RUN_FOLDER, { recursive: true, force: true }));

function textOf(name: string): string {
  return readFileSync(join(GOLDEN, name), 'utf8');
}

function contentsOf(text: string): JournalContents {
  const reading = parseJournal(text);
  if (reading.kind !== 'read') throw new Error(JSON.stringify(reading));
  return reading.contents;
}

/** What the configuration of the golden daemon reads as today, by group and name. */
function configured(): ReadonlyMap<string, ProcessConfig> {
  // Another run of the tests on this machine may have removed it.
  mkdirSync(RUN_FOLDER, { recursive: true });
  const { groups } = loadConfig({
    file: join(GOLDEN, 'supervisord.conf'),
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
  const { records, damage, unknownLines, isLeaving, handover } = contentsOf(textOf('killed.journal'));
  expect([damage, unknownLines, isLeaving, handover]).toEqual([[], [], false, null]);
  expect(states(records)).toEqual(RUNNING);
  const current = configured();
  for (const record of records) {
    const config = current.get(keyOf(record.groupName, record.config.name));
    expect([record.config.name, config !== undefined && isUnchanged(record, config)]).toEqual([
      record.config.name,
      true,
    ]);
    expect([record.startTicks, record.unknown]).toEqual([expect.any(Number), undefined]);
  }
});

test('the hand-over of 0.1.0 is read whole, with the states of what does not run', () => {
  const { records, damage, handover } = contentsOf(textOf('hand-over.journal'));
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
  });
  expect(states(records)).toEqual({
    ...RUNNING,
    'ended:ended': 'EXITED',
    'failing:failing': 'BACKOFF',
    'fatal:fatal': 'FATAL',
    'never:never': 'STOPPED',
    'stopped:stopped': 'STOPPED',
  });
  const current = configured();
  for (const record of records) {
    const config = current.get(keyOf(record.groupName, record.config.name));
    expect(config !== undefined && isUnchanged(record, config)).toBe(true);
  }
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
    const own = readAs010(textOf(name));
    const ours = readAs010(written(folder, contentsOf(textOf(name)), configured()));
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

test('what is written today is read back as it was', ({ folder }) => {
  const contents = contentsOf(textOf('hand-over.journal'));
  const again = contentsOf(written(folder, contents, new Map()));
  expect({ ...again, daemon: null, visord: null }).toEqual({ ...contents, daemon: null });
});
