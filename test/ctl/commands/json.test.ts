/** --json. */
import { describe, expect } from 'vitest';
import { answers, openSession, processInfo, result, runLine, STOPPED, test, WEB } from '../fake-server.ts';

describe('--json', () => {
  test('status is the answer of the server, and the exit code stays', async ({ server }) => {
    server.answer = answers({ getAllProcessInfo: result(WEB) });
    const { session, stdout, stderr } = openSession(server.url);
    await runLine(session, 'status --json web-2 nope');
    expect(JSON.parse(stdout())).toEqual([processInfo('web-2', STOPPED)]);
    expect(stderr()).toBe('nope: ERROR (no such process)\n');
    expect(session.exitStatus).toBe(3);
  });

  test('pid names every process, and the daemon where none is asked for', async ({ server }) => {
    server.answer = answers({ getAllProcessInfo: result(WEB), getPID: result(77) });
    const some = openSession(server.url);
    await runLine(some.session, 'pid pool:* web-2 --json');
    expect(JSON.parse(some.stdout())).toEqual({ 'pool:w1': 7, 'pool:w2': 7, 'web-2': 0 });
    expect(some.session.exitStatus).toBe(7);
    const none = openSession(server.url);
    await runLine(none.session, 'pid --json');
    expect(JSON.parse(none.stdout())).toEqual({ supervisord: 77 });
  });

  test('version and avail', async ({ server }) => {
    const config = { name: 'a', group: 'a', inuse: true, autostart: false, group_prio: 1, process_prio: 2 };
    server.answer = answers({ getSupervisorVersion: result('4.3.0'), getAllConfigInfo: result([config]) });
    const first = openSession(server.url);
    await runLine(first.session, 'version --json');
    expect(JSON.parse(first.stdout())).toEqual({ version: '4.3.0' });
    const second = openSession(server.url);
    await runLine(second.session, 'avail --json');
    expect(JSON.parse(second.stdout())).toEqual([config]);
  });
});
