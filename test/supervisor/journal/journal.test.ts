import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, vi } from 'vitest';
import { VISORD_VERSION } from '../../../src/config/tables/visord-version.ts';
import { remoteCommunicationEvent } from '../../../src/events/event.ts';
import { READY_LISTENER } from '../../../src/events/pool-snapshot.ts';
import { PID_DIGITS, type SpawnNote, TICKS_DIGITS } from '../../../src/native/posix.ts';
import { type ProcessRecord, UNKNOWN_PID } from '../../../src/process/adoption/process-record.ts';
import type { BesideRole } from '../../../src/process/machine/life.ts';
import { INITIAL_MACHINE, pidOf } from '../../../src/process/machine/machine.ts';
import { thisDaemon } from '../../../src/supervisor/journal/daemon-identity.ts';
import { type Handover, readHandover } from '../../../src/supervisor/journal/handover.ts';
import { Journal } from '../../../src/supervisor/journal/journal.ts';
import type { Recorded } from '../../../src/supervisor/journal/journal-text.ts';
import { type JournalContents, readJournal } from '../../../src/supervisor/journal/read-journal.ts';
import { makeFifo } from '../../fifos.ts';
import { isRoot } from '../../native/support.ts';
import { need, needing } from '../../needs.ts';
import { test as inFolder, openDescriptors } from '../../process/support.ts';
import { FakeLog, processConfig } from '../../rpc/fakes.ts';

class Program implements Recorded {
  readonly groupName = 'g';
  readonly config: ProcessRecord['config'];
  role: BesideRole | null = null;
  #pid = 0;

  constructor(name: string, environment: Readonly<Record<string, string>> = {}) {
    this.config = processConfig(name, { environment });
  }

  get isKept(): boolean {
    return this.#pid > 0;
  }

  get record(): ProcessRecord {
    return {
      groupName: this.groupName,
      config: this.config,
      machine: this.isKept
        ? { ...INITIAL_MACHINE, state: { name: 'RUNNING', pid: this.#pid } }
        : INITIAL_MACHINE,
      startTicks: this.#pid + 1,
      base: null,
      autoLogs: { stdout: null, stderr: null },
    };
  }

  runsAs(pid: number): void {
    this.#pid = pid;
  }

  ends(): void {
    this.#pid = 0;
  }
}

interface Setting {
  readonly path: string;
  readonly log: FakeLog;
  readonly programs: Program[];
  open(): Journal;
  /** What is read of it: programs and their pids. */
  pids(): Readonly<Record<string, number>>;
}

function settingIn(folder: string, journals: Journal[]): Setting {
  const path = join(folder, 'journal');
  const log = new FakeLog();
  const programs: Program[] = [];
  return {
    path,
    log,
    programs,
    open: () => {
      const journal = new Journal({ path, log, everything: () => programs });
      journals.push(journal);
      return journal;
    },
    pids: () => pidsIn(path),
  };
}

function contentsOf(path: string): JournalContents | null {
  const reading = readJournal(path);
  return reading.kind === 'read' ? reading.contents : null;
}

function pidsIn(path: string): Readonly<Record<string, number>> {
  const records = contentsOf(path)?.records ?? [];
  return Object.fromEntries(
    records.map(({ config, machine: { state } }) => [config.name, 'pid' in state ? (state.pid ?? 0) : 0]),
  );
}

const test = inFolder.extend<{ setting: Setting }>({
  setting: async ({ folder }, use) => {
    const journals: Journal[] = [];
    await use(settingIn(folder, journals));
    for (const journal of journals) journal.close();
    vi.useRealTimers();
  },
});

function running(name: string, pid: number, environment?: Readonly<Record<string, string>>): Program {
  const program = new Program(name, environment);
  program.runsAs(pid);
  return program;
}

test('what runs when a journal is opened is in it, with its writer', ({ setting }) => {
  setting.programs.push(running('a', 7), new Program('idle'));
  setting.open();
  expect(contentsOf(setting.path)).toEqual({
    daemon: thisDaemon(),
    visord: VISORD_VERSION,
    configFile: null,
    records: [setting.programs[0]?.record],
    besides: [],
    isLeaving: false,
    handover: null,
    unknownLines: [],
    damage: [],
  });
  expect(statSync(setting.path).mode & 0o777).toBe(0o600);
});

test('every process is read back in its last state, and one that has ended is not in it', ({ setting }) => {
  const journal = setting.open();
  const [a, b] = [running('a', 7), running('b', 8)];
  for (const program of [a, b]) journal.remember(program);
  a.runsAs(9);
  journal.remember(a);
  b.ends();
  journal.remember(b);
  expect(setting.pids()).toEqual({ a: 9 });
  expect(contentsOf(setting.path)?.records).toEqual([a.record]);
  b.runsAs(10);
  journal.remember(b);
  expect(contentsOf(setting.path)?.records).toEqual([a.record, b.record]);
});

test('one that never ran leaves no line', ({ setting }) => {
  const journal = setting.open();
  const before = readFileSync(setting.path, 'utf8');
  journal.remember(new Program('idle'));
  expect(readFileSync(setting.path, 'utf8')).toBe(before);
});

test('the configuration of a process is written once for as long as it runs', ({ setting }) => {
  const journal = setting.open();
  const a = running('a', 7, { WORD: 'unmistakable' });
  for (let pid = 7; pid < 20; pid += 1) {
    a.runsAs(pid);
    journal.remember(a);
  }
  expect(readFileSync(setting.path, 'utf8').match(/unmistakable/g)).toHaveLength(1);
  expect(contentsOf(setting.path)?.records).toEqual([a.record]);
});

test('a line that was cut short is passed over, and what stood before it holds', ({ setting }) => {
  const journal = setting.open();
  const a = running('a', 7);
  journal.remember(a);
  journal.remember(running('b', 8));
  a.runsAs(9);
  journal.remember(a);
  const whole = statSync(setting.path).size;
  for (const cut of [2, 20, 100]) {
    truncateSync(setting.path, whole - cut);
    expect(setting.pids()).toEqual({ a: 7, b: 8 });
  }
});

test('lines that make no sense are passed over, and the others hold', ({ setting }) => {
  const journal = setting.open();
  journal.remember(running('a', 7));
  journal.remember(running('b', 8));
  const nonsense = [
    'null',
    '5',
    '"gone"',
    '[]',
    '{}',
    '{"gone":5}',
    '{"gone":null}',
    '{"process":null}',
    '{"process":[]}',
    '{"process":{"groupName":"g","config":null,"machine":{}}}',
    '{"process":{"groupName":"g","name":"a","machine":null}}',
    '{"process":{"groupName":"g","name":"unknown","machine":{"state":{"name":"RUNNING","pid":1}}}}',
    '\0\xff\0',
  ];
  appendFileSync(setting.path, `${nonsense.join('\n')}\n`);
  expect(setting.pids()).toEqual({ a: 7, b: 8 });
});

test.for([
  '',
  '\n',
  'null\n',
  '[]\n',
  '{"format":1}\n',
  '{"format":1,"daemon":null}\n',
  '{"format":0,"daemon":{}}\n',
  '\0\0\0\0',
])('a file that is not a journal is not read: %j', (text, { setting }) => {
  writeFileSync(setting.path, text);
  expect(contentsOf(setting.path)).toBe(null);
});

test('a folder or a FIFO in the place of the journal is not read', ({ setting }) => {
  expect(contentsOf(setting.path)).toBe(null);
  mkdirSync(setting.path);
  expect(contentsOf(setting.path)).toBe(null);
  rmSync(setting.path, { recursive: true });
  makeFifo(setting.path);
  expect(contentsOf(setting.path)).toBe(null);
});

test('a journal that has grown is written anew, and has all that runs', ({ setting }) => {
  const journal = setting.open();
  const long = { LONG: 'x'.repeat(10_000) };
  const stays = running('stays', 7, long);
  const moves = running('moves', 8, long);
  setting.programs.push(stays, moves);
  journal.remember(stays);
  journal.remember(moves);
  let largest = 0;
  let rewrites = 0;
  for (let pid = 9; rewrites < 3; pid += 1) {
    moves.ends();
    journal.remember(moves);
    moves.runsAs(pid);
    journal.remember(moves);
    const { size } = statSync(setting.path);
    rewrites += size < largest ? 1 : 0;
    largest = size < largest ? 0 : size;
    expect(size).toBeLessThan(2 << 20);
    if (pid % 50 === 0 || size < 30_000) expect(setting.pids()).toEqual({ stays: 7, moves: pid });
  }
  expect(contentsOf(setting.path)?.records).toEqual([stays.record, moves.record]);
  expect(readdirSync(join(setting.path, '..'))).toEqual(['journal']);
});

/** What a child writes of a note. */
function noteOf(note: SpawnNote | null, pid: number, startTicks: number): Buffer {
  if (note === null) throw new Error('there is no note');
  const { text, pidAt, startTicksAt } = note;
  text.write(String(pid).padEnd(PID_DIGITS), pidAt);
  text.write(String(startTicks).padEnd(TICKS_DIGITS), startTicksAt);
  return text;
}

/** The record of a process that is about to be spawned. */
function spawnedRecord({ record }: Program): ProcessRecord {
  return {
    ...record,
    machine: { ...record.machine, state: { name: 'STARTING', pid: UNKNOWN_PID, runningAtMs: 5 } },
  };
}

test('the line that a child has written about itself is not written again', ({ setting }) => {
  const program = new Program('"startTicks":null "pid":2147483647 ü');
  setting.programs.push(program);
  program.runsAs(1);
  const journal = setting.open();
  appendFileSync(setting.path, noteOf(journal.noteFor(program, spawnedRecord(program)), 4711, 99));
  expect(contentsOf(setting.path)).toMatchObject({
    damage: [],
    records: [{ startTicks: 99, machine: { state: { name: 'STARTING', pid: 4711, runningAtMs: 5 } } }],
  });
  const { size } = statSync(setting.path);
  program.runsAs(4711);
  journal.remember(program);
  expect(statSync(setting.path).size).toBe(size);
  journal.remember(program);
  expect(statSync(setting.path).size).toBeGreaterThan(size);
  expect(setting.pids()).toEqual({ [program.config.name]: 4711 });
});

test('a line that the child has not written, or not completely, is written by the daemon', ({ setting }) => {
  const program = new Program('p');
  setting.programs.push(program);
  program.runsAs(1);
  const journal = setting.open();
  for (const part of [0, 20]) {
    const note = noteOf(journal.noteFor(program, spawnedRecord(program)), 7, 8);
    appendFileSync(setting.path, note.subarray(0, part));
    program.runsAs(7 + part);
    journal.remember(program);
    expect(contentsOf(setting.path)?.damage).toEqual([]);
    expect(setting.pids()).toEqual({ p: 7 + part });
  }
});

test('a journal that has been cut, or added to, is written anew at the next change', ({ setting }) => {
  const [one, other] = [new Program('one'), new Program('other')];
  setting.programs.push(one, other);
  for (const [index, program] of setting.programs.entries()) program.runsAs(5 + index);
  const journal = setting.open();
  truncateSync(setting.path, 20);
  journal.remember(one);
  expect(setting.pids()).toEqual({ one: 5, other: 6 });
  appendFileSync(setting.path, '{"gone":["g","other"]}\n');
  journal.remember(one);
  expect(setting.pids()).toEqual({ one: 5, other: 6 });
});

test('a name that a cleaner of temporary folders has taken is put back at the next change', ({ setting }) => {
  const journal = setting.open();
  const [a, b] = [running('a', 7), running('b', 8)];
  setting.programs.push(a, b);
  journal.remember(a);
  unlinkSync(setting.path);
  journal.remember(b);
  expect(setting.pids()).toEqual({ a: 7, b: 8 });
  b.runsAs(9);
  journal.remember(b);
  expect(setting.pids()).toEqual({ a: 7, b: 9 });
  expect(setting.log.lines).toEqual([]);
});

test('a folder that a cleaner has taken is put back too, for its owner alone', ({ folder }) => {
  const place = join(folder, 'runtime');
  mkdirSync(place);
  const a = running('a', 7);
  const log = new FakeLog();
  const journal = new Journal({ path: join(place, 'journal'), log, everything: () => [a] });
  rmSync(place, { recursive: true });
  journal.remember(a);
  expect(pidsIn(join(place, 'journal'))).toEqual({ a: 7 });
  expect([statSync(place).mode & 0o777, log.lines]).toEqual([0o700, []]);
  journal.close();
});

test('a journal that cannot be written is logged once, and is whole as soon as it can be, which is logged too', ({
  folder,
}) => {
  vi.useFakeTimers();
  const before = openDescriptors();
  const place = join(folder, 'runtime');
  mkdirSync(place);
  const path = join(place, 'journal');
  const log = new FakeLog();
  const programs = [running('a', 7), running('b', 8)];
  const journal = new Journal({ path, log, everything: () => programs });
  renameSync(path, join(folder, 'aside'));
  rmSync(join(folder, 'aside'));
  rmSync(place, { recursive: true });
  writeFileSync(place, 'in the way');
  for (const program of programs) journal.remember(program);
  vi.advanceTimersByTime(60_000);
  expect(log.lines).toEqual([
    `error: journal ${path} cannot be written: ${place} belongs to another user, or is not a folder; ` +
      'until it can, programs of a daemon that is killed are not adopted by the next one',
  ]);
  expect(openDescriptors()).toBe(before);

  rmSync(place);
  programs[1]?.runsAs(9);
  vi.advanceTimersByTime(60_000);

  expect(pidsIn(path)).toEqual({ a: 7, b: 9 });
  expect(log.lines.slice(1)).toEqual([`info: journal ${path} is written again`]);
  journal.close();
  expect([vi.getTimerCount(), openDescriptors()]).toEqual([0, before]);
  vi.useRealTimers();
});

test('one that is closed while it cannot be written is not tried again', ({ setting }) => {
  vi.useFakeTimers();
  mkdirSync(setting.path);
  const journal = setting.open();
  expect(setting.log.lines).toHaveLength(1);
  journal.close();
  rmSync(setting.path, { recursive: true });
  vi.advanceTimersByTime(60_000);
  journal.remember(running('a', 7));
  journal.leave();
  expect([existsSync(setting.path), vi.getTimerCount()]).toEqual([false, 0]);
});

const canMount = isRoot && spawnSync('mount', ['--version']).status === 0;

/** A file system with room for little. */
function mountSmall(place: string): void {
  mkdirSync(place);
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', place]);
  expect([String(stderr), status]).toEqual(['', 0]);
}

needing(test, need(canMount, 'run as root'))(
  'on a full disk a cut line spoils nothing, and nothing is lost when there is room',
  ({ folder }) => {
    vi.useFakeTimers();
    const place = join(folder, 'small');
    mountSmall(place);
    try {
      const path = join(place, 'journal');
      const log = new FakeLog();
      const programs = [running('a', 7, { LONG: 'x'.repeat(10_000) }), running('b', 8)];
      const journal = new Journal({ path, log, everything: () => programs });
      expect(() => writeFileSync(join(place, 'filler'), Buffer.alloc(1 << 20))).toThrow('ENOSPC');
      const [a, b] = programs;
      for (let pid = 9; log.lines.length === 0; pid += 1) {
        b?.runsAs(pid);
        if (b !== undefined) journal.remember(b);
      }
      expect(log.lines.join()).toContain('ENOSPC');
      if (a !== undefined) a.ends();
      vi.advanceTimersByTime(60_000);
      expect(Object.keys(pidsIn(path))).toEqual(['a', 'b']);
      expect(log.lines).toHaveLength(1);

      rmSync(join(place, 'filler'));
      vi.advanceTimersByTime(60_000);

      expect(contentsOf(path)?.records).toEqual([b?.record]);
      expect(log.lines.at(-1)).toBe(`info: journal ${path} is written again`);
      journal.close();
    } finally {
      vi.useRealTimers();
      spawnSync('umount', [place]);
    }
  },
);

test('that the daemon is leaving is in the journal, also in one that is written anew', ({ setting }) => {
  const journal = setting.open();
  const a = running('a', 7);
  setting.programs.push(a);
  journal.remember(a);
  journal.leave();
  expect(contentsOf(setting.path)).toMatchObject({ isLeaving: true, records: [a.record] });
  unlinkSync(setting.path);
  a.runsAs(8);
  journal.remember(a);
  expect(contentsOf(setting.path)).toMatchObject({ isLeaving: true, records: [a.record] });
});

test('what is handed over holds everything, what does not run as well', ({ setting }) => {
  const [runs, ended] = [new Program('runs'), new Program('ended')];
  setting.programs.push(runs, ended);
  runs.runsAs(7);
  const journal = setting.open();
  const handover = {
    softFileLimit: 1024,
    leftAtMs: 5,
    isDetached: true,
    sockets: [{ address: 'here', descriptor: 5, connections: [6, 7] }],
    inactive: ['out'],
    serials: { next: 3, pools: { pool: 2 } },
    listening: [],
    pools: {
      pool: {
        buffer: [{ event: remoteCommunicationEvent('kind', 'däta\n'), serial: 2, poolSerial: 1 }],
        listeners: {
          busy: {
            protocol: { state: 'BUSY', held: Buffer.from([0xff, 0x0a]), resultBytes: 7 },
            event: { event: remoteCommunicationEvent('kind', ''), serial: 0, poolSerial: 0 },
          },
          ready: READY_LISTENER,
        },
      },
    },
    inputs: { 'g\nruns': Buffer.from([0, 0xfe]) },
    ends: { 'g\nruns': { stdin: 8, stdout: 9, stderr: null } },
    leftPipes: [{ groupName: 'g', name: 'ended', channel: 'stderr', fd: 10 }],
    heldSockets: [{ url: 'unix:///x', descriptor: 11 }],
    history: 12,
  } satisfies Handover;
  journal.handOver(handover);
  expect(contentsOf(setting.path)).toMatchObject({ handover, records: [runs.record, ended.record] });
  // The program that goes on writes one of its own; after a failure this one goes on.
  ended.runsAs(8);
  journal.remember(ended);
  expect(setting.pids()).toEqual({ runs: 7, ended: 8 });
});

test('a handover that cannot be written is an error', ({ setting }) => {
  const journal = setting.open();
  rmSync(dirname(setting.path), { recursive: true });
  writeFileSync(dirname(setting.path), '');
  expect(() => journal.handOver(readHandover({}, null))).toThrow(`journal ${setting.path} cannot be written`);
});

test('a journal that was removed or replaced is written again at a look, also where nothing has changed', ({
  setting,
}) => {
  setting.programs.push(running('a', 7));
  const { keptFile } = setting.open();
  expect(keptFile.look(true)).toBe(null);
  unlinkSync(setting.path);
  expect(keptFile.look(true)).toEqual({ kind: 'made again', was: 'removed' });
  expect(setting.pids()).toEqual({ a: 7 });
  writeFileSync(`${setting.path}.other`, '');
  renameSync(`${setting.path}.other`, setting.path);
  expect(keptFile.look(true)).toEqual({ kind: 'made again', was: 'replaced' });
  expect(setting.pids()).toEqual({ a: 7 });
});

/** What a journal has of the name `p`: the pid of its process, and role and pid of the one beside it. */
function nameIn(path: string): readonly unknown[] {
  const { besides = [] } = contentsOf(path) ?? {};
  const [beside] = besides.map(({ role, record: { machine } }) => [role, pidOf(machine.state)]);
  return [pidsIn(path).p ?? null, beside ?? null];
}

test('a restart with start_first: at every moment the journal names the process and the one beside it', ({
  setting,
}) => {
  const [former, successor] = [new Program('p'), new Program('p', { NEW: '1' })];
  setting.programs.push(former, successor);
  const journal = setting.open();
  const seen: (readonly unknown[])[] = [];
  const note = (change: () => void): void => {
    change();
    seen.push(nameIn(setting.path));
  };
  const remember = (program: Program, change: () => void) => (): void => {
    change();
    journal.remember(program);
  };
  successor.role = 'successor';
  note(remember(former, () => former.runsAs(10)));
  note(remember(successor, () => successor.runsAs(20)));
  note(() => {
    former.role = 'leaving';
    successor.role = null;
    journal.tookOver(successor);
  });
  note(remember(successor, () => {}));
  note(remember(former, () => former.ends()));
  note(remember(successor, () => successor.ends()));
  expect(seen).toEqual([
    [10, null],
    [10, ['successor', 20]],
    [20, ['leaving', 10]],
    [20, ['leaving', 10]],
    [20, null],
    [null, null],
  ]);
});

test('a journal that is written anew has the process beside another one', ({ setting }) => {
  const [former, successor] = [new Program('p'), new Program('p')];
  successor.role = 'successor';
  former.runsAs(10);
  successor.runsAs(20);
  setting.programs.push(former, successor);
  setting.open();
  expect(nameIn(setting.path)).toEqual([10, ['successor', 20]]);
});
