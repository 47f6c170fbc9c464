import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { waitUntil } from '../../compat/harness/wait.ts';
import { defaultConfig } from '../../src/config/tables/defaults.ts';
import type { EventType } from '../../src/config/tables/event-types.ts';
import { POOL_OPTIONS } from '../../src/config/tables/program-options.ts';
import type { GroupConfig, PluginSpec } from '../../src/config/types.ts';
import { remoteCommunicationEvent } from '../../src/events/event.ts';
import { EventSystem } from '../../src/events/event-system.ts';
import type { StateChange } from '../../src/process/host.ts';
import type { StateName } from '../../src/process/machine/states.ts';
import type { Process } from '../../src/process/process.ts';
import { FakeLog } from '../rpc/fakes.ts';

let folder: string;
let log: FakeLog;
let system: EventSystem;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'visord-events-'));
  log = new FakeLog();
  system = new EventSystem({ identifier: 'here', log, now: () => ({ monotonicMs: 0, wallMs: 0 }) });
});

afterEach(() => {
  system.stop();
  rmSync(folder, { recursive: true });
});

function addPool(name: string, events: readonly EventType[], resultHandler: PluginSpec | null = null): void {
  const pool = { ...defaultConfig(POOL_OPTIONS).pool, events, resultHandler };
  const group: GroupConfig = { name, priority: -1, processes: [], pool };
  system.addPool(group);
}

interface FakeProcess {
  readonly process: Process;
  readonly sent: string[];
  change(to: StateName, details?: Partial<StateChange>): void;
  setPid(pid: number): void;
}

function fakeProcess(groupName: string, eventsEnabled = false): FakeProcess {
  const sent: string[] = [];
  const channel = { eventsEnabled };
  const state = { pid: 0, state: 'STOPPED' as StateName };
  const process = {
    groupName,
    config: { name: 'p', stdout: channel, stderr: channel },
    get pid() {
      return state.pid;
    },
    get state() {
      return state.state;
    },
    writeStdin: (bytes: Buffer) => sent.push(bytes.toString()),
  } as unknown as Process;
  return {
    process,
    sent,
    setPid: (pid) => {
      state.pid = pid;
    },
    change: (to, details) => {
      const from = state.state;
      state.state = to;
      system.processChanged(process, {
        type: 'changed',
        from,
        to,
        pid: 5,
        tries: 0,
        expected: true,
        ...details,
      });
    },
  };
}

/** A listener of the pool that runs and is ready. */
function readyListener(pool: string): FakeProcess & { says(text: string): void } {
  const listener = fakeProcess(pool);
  listener.change('STARTING');
  const hear = system.outputListenersOf(listener.process, 'stdout').protocol;
  listener.change('RUNNING');
  const says = (text: string) => hear?.(Buffer.from(text));
  says('READY\n');
  return { ...listener, says };
}

function remote(): void {
  system.bus.publish('REMOTE_COMMUNICATION', () => remoteCommunicationEvent('t', 'd'));
}

test('a listener receives its own start, and its end in its next run', () => {
  addPool('pool', ['PROCESS_STATE']);
  const listener = readyListener('pool');
  listener.says('');
  expect(listener.sent[0]).toContain('eventname:PROCESS_STATE_STARTING');
  listener.says('RESULT 2\nOKREADY\n');
  expect(listener.sent[1]).toContain('eventname:PROCESS_STATE_RUNNING');
  listener.change('EXITED');
  listener.change('STARTING');
  const hear = system.outputListenersOf(listener.process, 'stdout').protocol;
  listener.change('RUNNING');
  hear?.(Buffer.from('READY\n'));
  expect(listener.sent[2]).toBe(listener.sent[1]);
  hear?.(Buffer.from('RESULT 2\nOKREADY\n'));
  expect(listener.sent[3]).toContain('eventname:PROCESS_STATE_EXITED');
});

test('a pool that was removed receives nothing more', () => {
  addPool('pool', ['EVENT']);
  const listener = readyListener('pool');
  listener.change('STOPPED');
  system.removePool('pool');
  const before = listener.sent.length;
  remote();
  listener.says('RESULT 2\nOKREADY\n');
  expect(listener.sent.length).toBe(before);
  expect(system.bus.isWanted('REMOTE_COMMUNICATION')).toBe(false);
});

test('a group that is not a pool is left alone', () => {
  system.addPool({ name: 'web', priority: 999, processes: [] });
  expect(system.bus.isWanted('EVENT')).toBe(false);
  expect(system.outputListenersOf(fakeProcess('web').process, 'stdout').protocol).toBeNull();
});

describe('output', () => {
  test('is sent with the pid, also after the end of the process', () => {
    addPool('pool', ['PROCESS_LOG']);
    const listener = readyListener('pool');
    const writer = fakeProcess('web', true);
    writer.setPid(42);
    const { logged } = system.outputListenersOf(writer.process, 'stderr');
    logged?.(Buffer.from('first\n'));
    writer.setPid(0);
    logged?.(Buffer.from('last\n'));
    listener.says('RESULT 2\nOKREADY\n');
    expect(listener.sent.map((text) => text.split('\n').slice(1).join('|'))).toEqual([
      'processname:p groupname:web pid:42 channel:stderr|first|',
      'processname:p groupname:web pid:42 channel:stderr|last|',
    ]);
  });

  test('that is not UTF-8 is sent as by the reference', () => {
    addPool('pool', ['PROCESS_LOG']);
    const listener = readyListener('pool');
    system.outputListenersOf(fakeProcess('web', true).process, 'stdout').logged?.(Buffer.from([0xff, 0x0a]));
    expect(listener.sent[0]).toContain("channel:stdout\nUndecodable: b'\\xff\\n'");
  });

  test('is sent only where the program has the key for it, and never that of a listener itself', () => {
    addPool('pool', ['EVENT']);
    expect(system.outputListenersOf(fakeProcess('web').process, 'stdout').logged).toBeNull();
    expect(system.outputListenersOf(fakeProcess('pool', true).process, 'stdout').logged).toBeNull();
    expect(system.outputListenersOf(fakeProcess('pool', true).process, 'stderr').logged).not.toBeNull();
  });

  test('that was captured is sent with its channel, and noted in the main log', () => {
    addPool('pool', ['PROCESS_COMMUNICATION']);
    const listener = readyListener('pool');
    system.outputListenersOf(fakeProcess('web').process, 'stderr').captured(Buffer.from('über'));
    expect(listener.sent[0]).toMatch(/eventname:PROCESS_COMMUNICATION_STDERR len:\d+\n.*\nüber$/);
    expect(log.lines).toContain("debug: 'p' stderr emitted a comm event");
  });
});

describe('a result handler in a module', () => {
  const spec = (text: string, exportName: string, file = 'handler.mjs'): PluginSpec => {
    writeFileSync(join(folder, file), text);
    return { text: `./${file}:${exportName}`, path: join(folder, file), exportName };
  };

  const answer = async (handler: PluginSpec, result: string, outcome: string) => {
    addPool('pool', ['REMOTE_COMMUNICATION'], handler);
    const listener = readyListener('pool');
    remote();
    listener.says(`RESULT ${result.length}\n${result}`);
    await waitUntil(outcome, () => log.lines.includes(outcome), 60);
  };

  test('judges the answer', async () => {
    const module = spec(
      'export function judge(event, result) { if (result.toString() !== event.type) throw 1; }',
      'judge',
    );
    await answer(module, 'REMOTE_COMMUNICATION', 'debug: p: event was processed');
  });

  test('may be CommonJS', async () => {
    const module = spec(
      'exports.judge = async () => { throw Object.assign(new Error("no"), { name: "RejectEvent" }); }',
      'judge',
      'handler.cjs',
    );
    await answer(module, 'OK', 'warn: p: event was rejected');
  });

  test('that does not export the function is logged at once, and every answer is an error', async () => {
    await answer(spec('export const other = 1;', 'judge'), 'OK', 'warn: p: event caused an error');
    expect(log.lines).toContain(
      'critical: pool pool: result_handler ./handler.mjs:judge cannot be used: it exports no function judge',
    );
  });

  test('that cannot be parsed is logged, and everything else goes on', async () => {
    addPool('pool', ['EVENT'], spec('export function {', 'judge'));
    await waitUntil(
      'the failure is logged',
      () => log.lines.some((line) => line.startsWith('critical: ')),
      10,
    );
    remote();
  });
});
