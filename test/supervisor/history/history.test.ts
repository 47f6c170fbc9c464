import { closeSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, describe, expect } from 'vitest';
import type { HostedProcess, StateChange } from '../../../src/process/host.ts';
import type { StateName } from '../../../src/process/machine/states.ts';
import { decodeWaitStatus } from '../../../src/process/machine/wait-status.ts';
import { History } from '../../../src/supervisor/history/history.ts';
import { FakeLog } from '../../rpc/fakes.ts';

interface Setting {
  readonly folder: string;
  readonly log: FakeLog;
  open(): History;
}

const test = base.extend<{ setting: Setting }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures off it.
  setting: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'visord-history-'));
    const log = new FakeLog();
    const opened: History[] = [];
    const open = (): History => {
      const history = new History();
      history.open(folder, log);
      opened.push(history);
      return history;
    };
    await use({ folder, log, open });
    for (const { descriptor } of opened) if (descriptor !== null) closeSync(descriptor);
    rmSync(folder, { recursive: true });
  },
});

/** @param status raw, as of waitpid(2) */
function processOf(name: string, { status = 0, spawnError = '' } = {}): HostedProcess {
  return {
    groupName: 'g',
    config: { name },
    lastStatus: decodeWaitStatus(status),
    spawnError,
  } as unknown as HostedProcess;
}

function change(from: StateName, to: StateName, pid = 0, expected = true): StateChange {
  return { type: 'changed', from, to, pid, tries: 0, expected };
}

const AT = { wallMs: 1_700_000_000_123.4, monotonicMs: 5000.6 };

const EXIT_3 = 3 << 8;

function starts(history: History, name: string, times: number): void {
  for (let at = 0; at < times; at += 1) {
    history.add(processOf(name), change('STOPPED', 'STARTING'), { wallMs: at, monotonicMs: at });
  }
}

describe('a change has', () => {
  const times = { wallMs: 1_700_000_000_123, monotonicMs: 5001 };
  const none = { exitStatus: null, signal: null, spawnError: '', isExpected: true };

  test('its times, its states and the pid', ({ setting }) => {
    const history = setting.open();
    history.add(processOf('a', { status: EXIT_3 }), change('STOPPED', 'STARTING'), AT);
    history.add(processOf('a'), change('STARTING', 'RUNNING', 7), AT);
    expect(history.changesOf('g', 'a', 100)).toEqual([
      { ...times, ...none, from: 'STOPPED', to: 'STARTING', pid: 0 },
      { ...times, ...none, from: 'STARTING', to: 'RUNNING', pid: 7 },
    ]);
  });

  test('the exit status, and whether it was expected', ({ setting }) => {
    const history = setting.open();
    const failed = processOf('a', { status: EXIT_3, spawnError: 'Bad exit code 3' });
    history.add(processOf('a'), change('RUNNING', 'EXITED', 7), AT);
    history.add(failed, change('RUNNING', 'EXITED', 7, false), AT);
    history.add(failed, change('STARTING', 'BACKOFF', 7), AT);
    history.add(failed, change('BACKOFF', 'FATAL'), AT);
    const { spawnError } = failed;
    expect(history.changesOf('g', 'a', 100)).toMatchObject([
      { exitStatus: 0, isExpected: true, spawnError: '' },
      { exitStatus: 3, isExpected: false, spawnError },
      { exitStatus: 3, isExpected: false, spawnError },
      { exitStatus: null, isExpected: false, spawnError },
    ]);
  });

  test('the signal, also where the last hook has run in between', ({ setting }) => {
    const history = setting.open();
    history.add(processOf('a', { status: 15 }), change('STOPPING', 'STOPPED'), AT);
    history.add(processOf('a', { status: EXIT_3 }), change('RUNNING', 'STOPPING', 7), AT);
    history.add(processOf('a', { status: EXIT_3 }), change('STARTING', 'BACKOFF', 0), AT);
    expect(history.changesOf('g', 'a', 100)).toMatchObject([
      { exitStatus: -1, signal: 15, isExpected: true },
      { exitStatus: null, signal: null },
      { exitStatus: null, signal: null, isExpected: false },
    ]);
  });
});

test('only the last changes of a process are kept, and the file does not grow', ({ setting }) => {
  const history = setting.open();
  history.add(processOf('quiet'), change('STOPPED', 'STARTING'), AT);
  for (let round = 0; round < 100; round += 1) {
    starts(history, 'a', 200);
    starts(history, 'b"],', 50);
    history.flush();
  }
  expect(statSync(join(setting.folder, 'history')).size).toBeLessThan(300_000);
  expect(history.changesOf('g', 'a', 1000)).toHaveLength(100);
  expect(history.changesOf('g', 'b"],', 1000)).toHaveLength(100);
  expect(history.changesOf('g', 'quiet', 1000)).toHaveLength(1);
  expect(history.changesOf('g', 'a', 3).map(({ wallMs }) => wallMs)).toEqual([197, 198, 199]);
  expect([history.changesOf('g', 'a', 0), history.changesOf('g', 'nothing', 100)]).toEqual([[], []]);
});

test('lines longer than a reading are read whole', ({ setting }) => {
  const history = setting.open();
  for (const length of [100_000, 10, 65_000, 200_000]) {
    const process = processOf('a', { spawnError: 'é'.repeat(length) });
    history.add(process, change('STARTING', 'BACKOFF'), AT);
  }
  const lengths = history.changesOf('g', 'a', 100).map(({ spawnError }) => spawnError.length);
  expect(lengths).toEqual([100_000, 10, 65_000, 200_000]);
});

test('a later daemon goes on with the file, whatever its last line is', ({ setting }) => {
  const first = setting.open();
  starts(first, 'a', 2);
  first.flush();
  writeFileSync(join(setting.folder, 'history'), '["g","a",5', { flag: 'a' });
  const second = setting.open();
  starts(second, 'a', 1);
  second.renew();
  starts(second, 'a', 1);
  expect(second.changesOf('g', 'a', 100)).toHaveLength(4);
});

test('in another folder, and without one, what is known goes on', ({ setting }) => {
  const history = setting.open();
  starts(history, 'a', 2);
  history.close();
  rmSync(join(setting.folder, 'history'));
  starts(history, 'a', 1);
  const other = join(setting.folder, 'other');
  mkdirSync(other);
  history.open(other, setting.log);
  expect(history.changesOf('g', 'a', 100)).toHaveLength(3);
  expect(readFileSync(join(other, 'history'), 'utf8').split('\n')).toHaveLength(5);

  history.close();
  history.open(null, setting.log);
  starts(history, 'a', 1);
  expect(history.changesOf('g', 'a', 100)).toHaveLength(4);
  const next = new History();
  next.inherit(history.descriptor);
  next.open(null, setting.log);
  expect(next.changesOf('g', 'a', 100)).toHaveLength(4);
  history.inherit(next.descriptor);
});

test('a file that cannot be written is reported once, and written again when it can', ({ setting }) => {
  const history = new History();
  const folder = join(setting.folder, 'not', 'there');
  history.open(folder, setting.log);
  for (const _ of [1, 2]) {
    starts(history, 'a', 1);
    history.flush();
  }
  expect(setting.log.lines).toEqual([
    expect.stringMatching(/^warn: the history of processes cannot be written: ENOENT/),
  ]);
  mkdirSync(folder, { recursive: true });
  starts(history, 'a', 1);
  expect(history.changesOf('g', 'a', 100)).toHaveLength(1);
  if (history.descriptor !== null) closeSync(history.descriptor);
});
