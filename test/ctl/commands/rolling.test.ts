/** restart --rolling. */
import { describe, expect } from 'vitest';
import { answers, fault, openSession, result, runLine, test, WEB } from '../fake-server.ts';

describe('restart --rolling', () => {
  const table = { getAllProcessInfo: result(WEB), stopProcess: result(true), startProcess: result(true) };

  test('stops the next only when the last one runs', async ({ server }) => {
    server.answer = answers(table);
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'restart --rolling pool');
    expect(stdout()).toBe('pool:w1: stopped\npool:w1: started\npool:w2: stopped\npool:w2: started\n');
    expect(session.exitStatus).toBe(0);
  });

  test('leaves the others alone when one does not come up', async ({ server }) => {
    server.answer = answers({ ...table, startProcess: fault('ABNORMAL_TERMINATION', 'pool:w1') });
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'restart --rolling pool:*');
    expect(stdout()).toBe(
      'pool:w1: stopped\npool:w1: ERROR (abnormal termination)\nstopped rolling: 1 not restarted\n',
    );
    expect(session.exitStatus).toBe(7);
    expect(server.calls.filter((method) => method.endsWith('stopProcess'))).toHaveLength(1);
  });

  test('starts what did not run', async ({ server }) => {
    server.answer = answers({ ...table, stopProcess: fault('NOT_RUNNING', 'web-2') });
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'restart --rolling web-2');
    expect([stdout(), session.exitStatus]).toEqual(['web-2: started\n', 0]);
  });

  test('leaves a group with a restart_mode to the daemon, and a group without one is restarted from here', async ({
    server,
  }) => {
    const modes = ['w1', 'w2'].map((name) => ({ group: 'pool', name, mode: 'rolling' }));
    const done = (name: string) => ({ group: 'pool', name, status: 80, description: 'OK' });
    server.answer = answers({
      ...table,
      'visord.getRestartModes': result(modes),
      'visord.restartGroup': result([done('w1'), done('w2')]),
    });
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'restart --rolling pool web-2');
    expect(stdout()).toBe('pool:w1: restarted\npool:w2: restarted\nweb-2: stopped\nweb-2: started\n');
    expect(server.calls.filter((method) => method === 'visord.restartGroup')).toHaveLength(1);
    expect(session.exitStatus).toBe(0);
  });

  test('leaves the others alone when one that the daemon restarts fails', async ({ server }) => {
    server.answer = answers({
      ...table,
      'visord.getRestartModes': result([{ group: 'pool', name: 'w1', mode: 'rolling' }]),
      'visord.restartGroup': result([{ group: 'pool', name: 'w1', status: 40, description: 'it exited' }]),
    });
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'restart --rolling pool');
    expect(stdout()).toBe('pool:w1: ERROR (it exited)\nstopped rolling: 1 not restarted\n');
    expect(session.exitStatus).toBe(7);
    expect(server.calls).not.toContain('supervisor.stopProcess');
  });

  test('of an unknown name stops no process', async ({ server }) => {
    server.answer = answers(table);
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'restart --rolling pool nope');
    expect([stdout(), session.exitStatus]).toEqual(['nope: ERROR (no such process or group)\n', 2]);
    expect(server.calls).not.toContain('supervisor.stopProcess');
  });
});
