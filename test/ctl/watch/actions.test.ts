/** What the live view does to processes and groups, and the line for it. */
import { describe, expect, it } from 'vitest';
import { type ActionTarget, act, summarise } from '../../../src/ctl/watch/actions.ts';
import { groupTarget, nameTargets, rowsOfGroup, targetOf } from '../../../src/ctl/watch/targets.ts';
import type { Connection } from '../../../src/ctl/wire/rpc-client.ts';
import { FAULT_CODES } from '../../../src/rpc/faults.ts';
import { answers, type FakeServer, fault, result, test } from '../fake-server.ts';
import { row } from './support.ts';

const connectionTo = (serverUrl: string): Connection => ({
  serverUrl,
  username: null,
  password: null,
  silenceMs: 60_000,
});

const processAt = (server: FakeServer, name: string): ActionTarget => ({
  connection: connectionTo(server.url),
  prefix: '',
  name,
  isGroup: false,
});

const done = (name: string, status: number = FAULT_CODES.SUCCESS) => ({
  name,
  group: 'pool',
  status,
  description: 'OK',
});

describe('an action', () => {
  test('on several processes has errors first, then the number of those that are done', async ({
    server,
  }) => {
    let started = 0;
    server.answer = answers({
      startProcess: () => {
        started += 1;
        return started === 2 ? fault('SPAWN_ERROR', 'b') : result(true);
      },
    });
    const one = (name: string): ActionTarget => processAt(server, name);
    const results = [
      ...(await act('start', [one('a')])),
      ...(await act('start', [one('b')])),
      ...(await act('start', [one('c')])),
    ];
    expect(summarise('start', results)).toBe('b: ERROR (spawn error); 2 processes: started');
  });

  test('restart starts a process that did not run', async ({ server }) => {
    server.answer = answers({ stopProcess: fault('NOT_RUNNING', 'a'), startProcess: result(true) });
    expect(summarise('restart', await act('restart', [processAt(server, 'a')]))).toBe('a: started');
    expect(server.calls).toEqual([
      'visord.getRestartModes',
      'supervisor.stopProcess',
      'supervisor.startProcess',
    ]);
  });

  test('restart of a program with a restart_mode is that of the daemon', async ({ server }) => {
    server.answer = answers({
      'visord.getRestartModes': result([{ group: 'pool', name: 'w1', mode: 'start_first' }]),
      'visord.restartGroup': result([done('w1')]),
    });
    const results = await act('restart', [processAt(server, 'pool:w1')]);
    expect(summarise('restart', results)).toBe('pool:w1: restarted');
    expect(server.calls).toEqual(['visord.getRestartModes', 'visord.restartGroup']);
  });

  test('on a group is one call, and a group of which nothing is to be done is reported as such', async ({
    server,
  }) => {
    const group = { ...processAt(server, 'pool'), prefix: 'app1/', isGroup: true };
    server.answer = answers({
      stopProcessGroup: result([done('w1'), done('w2', FAULT_CODES.FAILED)]),
      startProcessGroup: result([]),
    });
    const stopped = await act('stop', [group]);
    expect(stopped.map(({ isDone }) => isDone)).toEqual([true, false]);
    expect(stopped[0]?.line).toBe('app1/pool:w1: stopped');
    expect(summarise('start', await act('start', [group]))).toBe('no process to start');
  });

  test('a fault without words of its own shows its text, and a daemon that is gone the reason', async ({
    server,
  }) => {
    server.answer = answers({ startProcess: fault('SHUTDOWN_STATE') });
    const [refused] = await act('start', [processAt(server, 'a')]);
    expect(refused).toEqual({ isDone: false, line: 'a: ERROR (SHUTDOWN_STATE)' });
    const gone = { ...processAt(server, 'a'), connection: connectionTo(`${server.url}-none`) };
    const [failed] = await act('restart', [gone]);
    expect(failed?.line).toMatch(/^a: unix:.*no such file: is supervisord running\?$/);
  });
});

describe('the rows of a fleet', () => {
  const hosts = ['app/', 'app1/'].map((prefix) => ({
    prefix,
    connection: connectionTo(`unix:///${prefix}`),
    limitMs: 1000,
  }));
  const rows = [
    row('app/pool:a', { group: 'pool' }),
    row('app/pool:b', { group: 'pool' }),
    row('app1/pool:a', { group: 'pool' }),
    row('gone/', { group: '', state: 'SILENT' }),
  ];
  const [first = row('none'), , other = row('none'), silent = row('none')] = rows;

  it('are those of their own host', () => {
    expect(targetOf(hosts, other)).toMatchObject({ prefix: 'app1/', name: 'pool:a', isGroup: false });
    expect(rowsOfGroup(hosts, rows, first).map(({ name }) => name)).toEqual(['app/pool:a', 'app/pool:b']);
    expect(groupTarget(hosts, rows, first)).toMatchObject({
      target: { prefix: 'app/', name: 'pool', isGroup: true },
      what: 'group app/pool (2 processes)',
    });
  });

  it('of a host that does not answer mean no process', () => {
    expect(targetOf([...hosts, { ...hosts[0], prefix: 'gone/' } as (typeof hosts)[0]], silent)).toBeNull();
    expect(groupTarget(hosts, rows, silent)).toBeNull();
  });

  it('are named in a question', () => {
    const targets = rows
      .slice(0, 2)
      .map((each) => targetOf(hosts, each))
      .filter((each) => each !== null);
    expect(nameTargets(targets)).toBe('2 processes (app/pool:a, app/pool:b)');
    expect(nameTargets(targets.slice(0, 1))).toBe('app/pool:a');
  });
});
