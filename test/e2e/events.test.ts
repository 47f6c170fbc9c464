import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { isAlive } from '../../compat/harness/processes.ts';
import type { Side } from '../../compat/scenario.ts';
import { listener, pool, received } from './listener.ts';
import {
  call,
  count,
  infoOf,
  openFiles,
  program,
  residentMb,
  script,
  startWith,
  test,
  untilFilesAreKept,
  untilState,
} from './support.ts';

async function remote(side: Side, data: string): Promise<void> {
  await call(side, 'sendRemoteCommEvent', 'k', data);
}

describe('a result_handler in a JavaScript module', () => {
  const handled = (side: Side, module: string, answer: string) => {
    side.writeFile('judge.mjs', module);
    const keys = { result_handler: './judge.mjs:judge' };
    return startWith(side, listener(side, 'l', 'REMOTE_COMMUNICATION', keys, answer));
  };

  test('judges each answer, and a refused event is sent again', async ({ side }) => {
    const module = `let refusals = 2;
export async function judge(event, result) {
  if (result.toString() !== 'DONE') throw new Error('odd answer ' + result);
  if (refusals-- > 0) throw Object.assign(new Error('again'), { name: 'RejectEvent' });
}`;
    await handled(side, module, 'DONE');
    for (const data of ['first', 'second']) await remote(side, data);
    await side.waitFor('both are taken', () => received(side, 'l').length >= 8);
    const payloads = received(side, 'l').filter((line) => !line.includes('type:k'));
    expect(payloads).toEqual(['first', 'first', 'first', 'second']);
    expect(count(side.readFile('main.log'), /l: event was rejected/g)).toBe(2);
  });

  test('that throws costs its listener, and reports why', async ({ side }) => {
    const daemon = await handled(side, 'export function judge() { return undefined.nothing; }', 'OK');
    await remote(side, 'x');
    await side.logged('WARN l: has entered the UNKNOWN state');
    await side.logged('the result_handler failed');
    await side.logged("Cannot read properties of undefined (reading 'nothing')");
    expect(await daemon.stop()).toBe(0);
  });

  test('that lacks the named export is logged when the daemon starts', async ({ side }) => {
    await handled(side, 'export const other = 1;', 'OK');
    await side.logged(
      'CRIT pool l: result_handler ./judge.mjs:judge cannot be used: it exports no function judge',
    );
  });
});

test('an idle daemon with listeners that do not ask for ticks sleeps', async ({ side }) => {
  const daemon = await startWith(
    side,
    listener(side, 'l', 'PROCESS_STATE,REMOTE_COMMUNICATION') +
      program('cat', { command: '/bin/cat', startsecs: 0 }),
  );
  await untilState(side, 'cat', 'RUNNING');
  await remote(side, 'last words');
  await side.waitFor('all is received', () => received(side, 'l').includes('last words'));
  const wakes = () =>
    Number(
      /^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync(`/proc/${daemon.pid}/status`, 'latin1'))?.[1],
    );

  // The last request may cause work for a moment: then some seconds without a wake must follow.
  let quietest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 8 && quietest > 1; round += 1) {
    const before = wakes();
    const began = performance.now();
    await side.waitFor('four seconds have passed', () => performance.now() - began > 4000);
    quietest = Math.min(quietest, wakes() - before);
  }
  expect(quietest).toBeLessThanOrEqual(1);
});

test('ticks begin when a listener of ticks is added, and end when it is removed', async ({ side }) => {
  await startWith(side, listener(side, 'first', 'REMOTE_COMMUNICATION'));
  const config = side.preamble + listener(side, 'first', 'REMOTE_COMMUNICATION');
  side.writeFile('supervisord.conf', config + listener(side, 'ticks', 'TICK_5'));
  await call(side, 'reloadConfig');
  await call(side, 'addProcessGroup', 'ticks');
  await side.waitFor('a tick comes', () => received(side, 'ticks').length > 0);
  expect(received(side, 'ticks')[0]).toMatch(/^TICK_5 when:\d+[05]$/);
  await call(side, 'stopProcess', 'ticks');
  expect(await call(side, 'removeProcessGroup', 'ticks')).toBe(true);
  await remote(side, 'still here');
  await side.waitFor('the other receives it', () => received(side, 'first').includes('still here'));
});

test('listeners that exit at once, flood, and close their descriptors do not disturb the daemon and the other listeners', async ({
  side,
}) => {
  const events = 'PROCESS_STATE,REMOTE_COMMUNICATION,PROCESS_LOG';
  const sh = (name: string, body: string) => script(side, `${name}.sh`, body);
  const daemon = await startWith(
    side,
    listener(side, 'good', events, { buffer_size: 10_000 }) +
      pool('dies', {
        command: sh('dies', 'exit 1'),
        events,
        startretries: 20,
        startsecs: 1,
        buffer_size: 2,
      }) +
      pool('returns', {
        command: sh('returns', 'echo READY; read -r line; exit 0'),
        events,
        autorestart: 'true',
      }) +
      pool('floods', { command: sh('floods', 'exec yes'), events, stdout_logfile: 'NONE' }) +
      pool('boasts', {
        command: sh('boasts', "echo READY; read -r line; printf 'RESULT 16777216\\n'; exec yes"),
        events,
        stdout_logfile: 'NONE',
      }) +
      pool('endless', {
        command: sh('endless', "echo READY; read -r line; tr '\\0' x < /dev/zero"),
        events,
        stdout_logfile: 'NONE',
      }) +
      pool('closes', { command: sh('closes', 'echo READY; exec 0<&-; exec sleep 1000'), events }) +
      pool('talks', {
        command: sh('talks', 'echo READY; while :; do echo chatter >&2; sleep 0.05; done'),
        events,
        stderr_events_enabled: 'true',
      }),
  );
  for (let index = 0; index < 50; index += 1) await remote(side, `event ${index}`);
  await side.waitFor('the good one receives all', () => received(side, 'good').includes('event 49'));

  const remotes = received(side, 'good').filter((line) => line.startsWith('event '));
  expect(remotes).toEqual(Array.from({ length: 50 }, (_, index) => `event ${index}`));
  // The floods go on: what the daemon keeps of them would show within a second.
  const early = await residentMbFor(side, daemon.pid, 1000);
  const late = await residentMbFor(side, daemon.pid, 1000);
  expect(late.lowest).toBeLessThan(early.highest + 8);
  const { pid } = await infoOf(side, 'good');
  expect(await daemon.stop()).toBe(0);
  expect(isAlive(pid)).toBe(false);
});

/** The least and the most resident memory of the process during the time. */
async function residentMbFor(side: Side, pid: number, durationMs: number) {
  const samples: number[] = [];
  const end = performance.now() + durationMs;
  await side.waitFor(
    'the time has passed',
    () => samples.push(residentMb(pid)) > 1 && performance.now() > end,
  );
  return { lowest: Math.min(...samples), highest: Math.max(...samples) };
}

test('ten thousand events through one listener keep their order and cost no descriptor', async ({ side }) => {
  const daemon = await startWith(side, listener(side, 'l', 'REMOTE_COMMUNICATION', { buffer_size: 20_000 }));
  await untilState(side, 'l', 'RUNNING');
  // What the daemon opens a moment after its start, and its end of the listener's stdin, stay.
  await untilFilesAreKept(side, daemon.pid);
  await remote(side, 'first');
  await side.waitFor('it is received', () => received(side, 'l').includes('first'));
  const files = openFiles(daemon.pid);
  for (let batch = 0; batch < 10; batch += 1) {
    const calls = Array.from({ length: 1000 }, (_, index) => ({
      methodName: 'supervisor.sendRemoteCommEvent',
      params: ['k', `n${batch * 1000 + index}`],
    }));
    await side.rpc('system.multicall', [calls]);
  }
  await side.waitFor('all are received', () => received(side, 'l').at(-1) === 'n9999', 240);
  const numbers = received(side, 'l').filter((line) => line.startsWith('n'));
  expect(numbers).toEqual(Array.from({ length: 10_000 }, (_, index) => `n${index}`));
  // The connections of the calls are closed a little after their answers.
  await side.waitFor('no descriptor stays behind', () => openFiles(daemon.pid) <= files + 2);
});

test('SIGHUP gives listeners a new configuration and a fresh start', async ({ side }) => {
  const daemon = await startWith(side, listener(side, 'old', 'SUPERVISOR_STATE_CHANGE,REMOTE_COMMUNICATION'));
  await remote(side, 'before');
  await side.waitFor('it is received', () => received(side, 'old').includes('before'));
  side.writeFile(
    'supervisord.conf',
    side.preamble + listener(side, 'new', 'SUPERVISOR_STATE_CHANGE,PROCESS_GROUP,REMOTE_COMMUNICATION'),
  );
  daemon.signal('SIGHUP');
  await side.waitFor('the new one receives it', () =>
    received(side, 'new').some((line) => line.startsWith('SUPERVISOR_STATE_CHANGE_RUNNING')),
  );
  await remote(side, 'after');
  await side.waitFor('it is received', () => received(side, 'new').includes('after'));
  expect(received(side, 'old')).not.toContain('after');
  expect(received(side, 'new')[0]).toBe('PROCESS_GROUP_ADDED groupname:new');
});

describe('the listener and the result handler of supervisor_stdout', () => {
  const PRINTS = 'echo "from $0"; echo "trouble of $0" >&2; exec sleep 1000';

  test('write the output of all programs with their names to the stdout of the daemon', async ({ side }) => {
    const quiet = { startsecs: 0, stdout_events_enabled: 'true', stderr_events_enabled: 'true' };
    const daemon = await startWith(
      side,
      program('web', { command: `/bin/sh -c '${PRINTS}' web`, ...quiet }) +
        program('worker', { command: `/bin/sh -c '${PRINTS}' worker`, ...quiet }) +
        pool('stdout', {
          command: 'supervisor_stdout',
          buffer_size: 100,
          events: 'PROCESS_LOG',
          result_handler: 'supervisor_stdout : event_handler',
          priority: -1,
        }),
    );
    await untilState(side, 'stdout', 'RUNNING');
    const lines = [
      'web stdout | from web',
      'web stderr | trouble of web',
      'worker stderr | trouble of worker',
    ];
    await side.waitFor('the lines are written', () =>
      lines.every((line) => daemon.output().split('\n').includes(line)),
    );
    const info = await infoOf(side, 'stdout');
    expect(residentMb(info.pid)).toBeLessThan(10);
    expect(side.readFile('main.log')).not.toContain('UNKNOWN');
  });
});
