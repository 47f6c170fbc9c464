import { describe, expect } from 'vitest';
import { remoteCommunicationEvent } from '../../../src/events/event.ts';
import { type ListenerSnapshot, READY_LISTENER } from '../../../src/events/pool-snapshot.ts';
import { procStat } from '../../../src/io/proc-stat.ts';
import type { ProcessRecord } from '../../../src/process/adoption/process-record.ts';
import { INITIAL_MACHINE } from '../../../src/process/machine/machine.ts';
import { inheritedFrom } from '../../../src/supervisor/adoption/inherited-from.ts';
import type { InheritedProcesses } from '../../../src/supervisor/adoption/inherited-processes.ts';
import { isUnchanged } from '../../../src/supervisor/adoption/unchanged.ts';
import {
  type DaemonIdentity,
  runningWriterPid,
  thisDaemon,
} from '../../../src/supervisor/journal/daemon-identity.ts';
import { readHandover } from '../../../src/supervisor/journal/handover.ts';
import { type JournalContents, keyOf } from '../../../src/supervisor/journal/read-journal.ts';
import { child, end } from '../../process/orphans.ts';
import { test as base, loggedTo } from '../../process/support.ts';
import { FakeLog, processConfig } from '../../rpc/fakes.ts';

/** Our own child, for the time of a test. */
const test = base.extend<{ pid: number }>({
  // biome-ignore lint/correctness/noEmptyPattern: the test runner reads the names out of this pattern.
  pid: async ({}, use) => {
    const program = child();
    await use(program.pid ?? 0);
    await end(program);
  },
});

function recordOf(pid: number, changes: Partial<ProcessRecord> = {}): ProcessRecord {
  return {
    groupName: 'g',
    config: processConfig('p'),
    machine: { ...INITIAL_MACHINE, state: { name: 'RUNNING', pid } },
    startTicks: procStat(pid)?.startTicks ?? null,
    base: null,
    autoLogs: { stdout: null, stderr: null },
    ...changes,
  };
}

function inherit(contents: JournalContents, log = new FakeLog()): InheritedProcesses {
  return inheritedFrom(contents, log);
}

function left(records: readonly ProcessRecord[], changes: Partial<DaemonIdentity> = {}): JournalContents {
  return {
    daemon: { ...thisDaemon(), ...changes },
    besides: [],
    records,
    isLeaving: false,
    visord: null,
    configFile: null,
    handover: null,
    unknownLines: [],
    damage: [],
  };
}

/** A pid that no process has. */
const ABSENT_PID = 0x3fffffff;

test('what still runs is inherited, and found by its name and its group', ({ pid }) => {
  const inherited = inherit(left([recordOf(pid), recordOf(ABSENT_PID, { config: processConfig('gone') })]));
  expect(inherited.all).toEqual([
    { record: recordOf(pid), pid, wasBeingStopped: false, listener: null, input: null, ends: null },
  ]);
  const found = (group: string, name: string) => inherited.recordOf(group, processConfig(name));
  expect(found('g', 'p')).toEqual(recordOf(pid));
  expect([found('g', 'gone'), found('p', 'p'), found('g', 'q')]).toEqual([null, null, null]);
});

test('a process whose daemon was leaving was being stopped', ({ pid }) => {
  expect(inherit({ ...left([recordOf(pid)]), isLeaving: true }).all).toMatchObject([
    { wasBeingStopped: true },
  ]);
});

describe('of two processes of a name in a restart with start_first', () => {
  const named = (pid: number, environment: Readonly<Record<string, string>> = {}) =>
    recordOf(pid, { config: processConfig('p', { environment }) });

  test('both are inherited where both run', ({ pid }) => {
    const beside = { role: 'successor', record: named(pid) } as const;
    const inherited = inherit({ ...left([named(pid)]), besides: [beside] });
    expect(inherited.all).toHaveLength(1);
    expect(inherited.besideOf(named(pid))).toMatchObject({ role: 'successor', pid, wasBeingStopped: false });
    expect(inherited.running).toHaveLength(2);
  });

  test('the one that runs has the name where the other one has ended', ({ pid }) => {
    for (const records of [[], [named(ABSENT_PID)]]) {
      for (const role of ['successor', 'leaving'] as const) {
        const beside = { role, record: named(pid, { A: 'b' }) };
        const inherited = inherit({ ...left(records), besides: [beside] });
        expect(inherited.all).toMatchObject([
          { record: beside.record, pid, wasBeingStopped: role === 'leaving' },
        ]);
        expect(inherited.besideOf(beside.record)).toBe(null);
      }
    }
  });

  test('a process beside the other one is left out where it has ended', ({ pid }) => {
    const inherited = inherit({
      ...left([named(pid)]),
      besides: [{ role: 'successor', record: named(ABSENT_PID) }],
    });
    expect([inherited.all.length, inherited.besideOf(named(pid))]).toEqual([1, null]);
  });
});

test('a process in the state STOPPING was being stopped', ({ pid }) => {
  const machine = { ...INITIAL_MACHINE, state: { name: 'STOPPING', pid, killAtMs: 1 } } as const;
  expect(inherit(left([recordOf(pid, { machine })])).all).toMatchObject([{ wasBeingStopped: true }]);
});

test('one that was being restarted goes on, unless the whole daemon was leaving', ({ pid }) => {
  const state = { name: 'STOPPING', pid, killAtMs: 1, sequel: { kind: 'restart' } } as const;
  const record = recordOf(pid, { machine: { ...INITIAL_MACHINE, state } });
  expect(inherit(left([record])).all).toMatchObject([{ wasBeingStopped: false }]);
  expect(inherit({ ...left([record]), isLeaving: true }).all).toMatchObject([{ wasBeingStopped: true }]);
});

test('one that was being restarted, or is to be given up, goes on also where it has ended meanwhile', () => {
  const stopping = { name: 'STOPPING', pid: ABSENT_PID, killAtMs: 1 } as const;
  const ended = (state: object, changes: Partial<ProcessRecord> = {}) =>
    recordOf(ABSENT_PID, { machine: { ...INITIAL_MACHINE, state: { ...stopping, ...state } }, ...changes });
  const restarted = ended({ sequel: { kind: 'restart' } });
  const failed = ended({ sequel: { kind: 'fatal', message: '' } }, { config: processConfig('failed') });
  const updated = ended({}, { config: processConfig('updated'), isToStart: true });
  const stopped = ended({}, { config: processConfig('stopped') });
  const records = [restarted, failed, updated, stopped];
  const names = ({ all }: InheritedProcesses) => all.map(({ pid, record }) => [pid, record.config.name]);
  expect(names(inherit(left(records)))).toEqual([
    [0, 'p'],
    [0, 'failed'],
    [0, 'updated'],
  ]);
  expect(names(inherit({ ...left(records), isLeaving: true }))).toEqual([]);
});

test('an upgrade leaves all: what does not run too, as long as it is configured so, and what is being stopped', ({
  pid,
}) => {
  const handover = {
    softFileLimit: 1024,
    leftAtMs: 5,
    isDetached: false,
    sockets: [],
    inactive: [],
    serials: { next: 0, pools: {} },
    listening: [keyOf('g', 'p')],
    pools: {},
    inputs: { [keyOf('g', 'p')]: Buffer.from('unread') },
    ends: {},
    leftPipes: [],
    heldSockets: [],
    history: null,
  };
  const stopping = { ...INITIAL_MACHINE, state: { name: 'STOPPING', pid, killAtMs: 1 } } as const;
  const ended = recordOf(ABSENT_PID, { config: processConfig('ended'), machine: INITIAL_MACHINE });
  const inherited = inherit({ ...left([recordOf(pid, { machine: stopping }), ended]), handover });
  expect(
    inherited.all.map((one) => [one.pid, one.wasBeingStopped, one.listener, one.input?.toString()]),
  ).toEqual([
    [pid, false, READY_LISTENER, 'unread'],
    [0, false, null, undefined],
  ]);
  expect(inherited.recordOf('g', processConfig('ended'))).toEqual(ended);
  expect(inherited.recordOf('g', processConfig('ended', { umask: 7 }))).toBe(null);
  expect(inherited.recordOf('g', processConfig('ended', { priority: 7 }))).toEqual(ended);
  expect([inherited.hasGroup('g'), inherited.hasGroup('other')]).toEqual([true, false]);
});

test('a listener has the state that the hand-over of its pool has', ({ pid }) => {
  const busy: ListenerSnapshot = {
    protocol: { state: 'BUSY', held: Buffer.from('RES'), resultBytes: null },
    event: { event: remoteCommunicationEvent('k', 'd'), serial: 3, poolSerial: 1 },
  };
  const handover = {
    ...readHandover({}, null),
    listening: [keyOf('g', 'p')],
    pools: { g: { buffer: [], listeners: { p: busy } } },
  };
  expect(inherit({ ...left([recordOf(pid)]), handover }).all).toMatchObject([{ pid, listener: busy }]);
});

test.for([
  ['another boot', { boot: 'another' }],
  ['another PID 1', { initTicks: -1 }],
  ['a PID 1 that cannot be seen any more', { initTicks: null }],
] as const)('after %s nothing is left, whatever pids there are', ([, changes], { pid }) => {
  expect(inherit(left([recordOf(pid)], changes)).all).toEqual([]);
});

test('a pid that another process has got is not taken for the one that had it', ({ pid }) => {
  const { startTicks } = recordOf(pid);
  expect(inherit(left([recordOf(pid, { startTicks: (startTicks ?? 0) - 100 })])).all).toEqual([]);
});

test('logs that the daemon named itself are known, of both channels and of none', ({ pid }) => {
  const inherited = inherit(
    left([
      recordOf(pid, { autoLogs: { stdout: '/a.log', stderr: null } }),
      recordOf(pid, { config: processConfig('q'), autoLogs: { stdout: '/b.log', stderr: '/c.log' } }),
      recordOf(ABSENT_PID, { config: processConfig('r'), autoLogs: { stdout: '/d.log', stderr: null } }),
    ]),
  );
  expect(inherited.autoLogs).toEqual(['/a.log', '/b.log', '/c.log']);
});

test('a daemon that runs is a living writer; one that has ended is none', async ({ pid }) => {
  const daemon = child();
  const written = left([recordOf(pid)], {
    pid: daemon.pid ?? 0,
    startTicks: procStat(daemon.pid ?? 0)?.startTicks ?? null,
  });
  expect(runningWriterPid(written)).toBe(daemon.pid);
  await end(daemon);
  expect(runningWriterPid(written)).toBe(null);
});

test('a pid that is another’s by now, this very daemon’s, or of another boot is not a living writer', ({
  pid,
}) => {
  const { startTicks } = recordOf(pid);
  expect(runningWriterPid(left([], { pid, startTicks }))).toBe(pid);
  expect(runningWriterPid(left([], { pid, startTicks: (startTicks ?? 0) - 1 }))).toBe(null);
  expect(runningWriterPid(left([], { pid, startTicks, boot: 'another' }))).toBe(null);
  expect(runningWriterPid(left([]))).toBe(null);
});

test('a configuration that went through the file is the same; one in which a key is another is not', ({
  folder,
}) => {
  const config = processConfig('p', {
    environment: { A: 'b' },
    stdout: loggedTo(`${folder}/x`),
    stopWaitSeconds: 10,
  });
  const record = recordOf(ABSENT_PID, {
    config: JSON.parse(JSON.stringify({ ...config, socket: undefined })),
  });
  expect(isUnchanged(record, config)).toBe(true);
  expect(isUnchanged(record, { ...config, command: '/bin/other' })).toBe(false);
  expect(isUnchanged(record, { ...config, environment: { A: 'b', C: 'd' } })).toBe(false);
  expect(isUnchanged(record, { ...config, environment: {} })).toBe(false);
  expect(isUnchanged(record, { ...config, redirectStderr: true })).toBe(false);
  expect(isUnchanged(record, { ...config, stdout: loggedTo(`${folder}/y`) })).toBe(true);
});

test('a socket that no process has is made anew', ({ pid }) => {
  const log = new FakeLog();
  const socket = { kind: 'unix', path: '/tmp/x.sock', owner: null, mode: 0o700, backlog: null } as const;
  expect(inherit(left([recordOf(pid)])).socketOf(socket, log)).toBe(null);
  const config = processConfig('p', { socket });
  const inherited = inherit(left([recordOf(pid, { config })]));
  expect(inherited.socketOf({ ...socket, path: '/tmp/y.sock' }, log)).toBe(null);
  expect(log.lines).toEqual([]);
});
