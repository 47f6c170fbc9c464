/** update of our client against a stock supervisord, which has no visord.applyConfig. */
import { describe, expect } from 'vitest';
import { answers, fault, openSession, result, runLine, test, WEB } from '../fake-server.ts';

describe('update against a stock supervisord', () => {
  const changes = (added: string[], changed: string[], removed: string[]) =>
    result([[added, changed, removed]]);
  const table = {
    getAllProcessInfo: result(WEB),
    stopProcessGroup: result([]),
    removeProcessGroup: result(true),
    addProcessGroup: result(true),
  };

  test('works group by group, with the lines of the stock client', async ({ server }) => {
    server.answer = answers({ ...table, reloadConfig: changes(['new'], ['pool'], ['old']) });
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'update');
    expect(stdout()).toBe(
      'old: stopped\nold: removed process group\n' +
        'pool: stopped\npool: updated process group\n' +
        'new: added process group\n',
    );
    expect(session.exitStatus).toBe(0);
    expect(server.calls.filter((method) => method.endsWith('Group'))).toEqual([
      'supervisor.stopProcessGroup',
      'supervisor.removeProcessGroup',
      'supervisor.stopProcessGroup',
      'supervisor.removeProcessGroup',
      'supervisor.addProcessGroup',
      'supervisor.addProcessGroup',
    ]);
  });

  test('touches the named groups only, and reports an unknown one', async ({ server }) => {
    server.answer = answers({ ...table, reloadConfig: changes(['new'], ['pool'], ['old']) });
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'update new nothing');
    expect(stdout()).toBe('ERROR: no such group: nothing\nnew: added process group\n');
    expect(session.exitStatus).toBe(1);
    expect(server.calls).not.toContain('supervisor.stopProcessGroup');
  });

  test('leaves a group whose processes do not stop', async ({ server }) => {
    const failed = [{ group: 'old', name: 'old', status: 30, description: 'FAILED' }];
    server.answer = answers({
      ...table,
      reloadConfig: changes([], [], ['old']),
      stopProcessGroup: result(failed),
    });
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'update');
    expect(stdout()).toBe('old: stopped\nold: has problems; not removing\n');
    expect(session.exitStatus).toBe(1);
    expect(server.calls).not.toContain('supervisor.removeProcessGroup');
  });

  test('reports a shutdown; --diff is refused', async ({ server }) => {
    server.answer = answers({ ...table, reloadConfig: fault('SHUTDOWN_STATE') });
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'update');
    expect([stdout(), session.exitStatus]).toEqual(['ERROR: already shutting down\n', 1]);
    const other = openSession(server.url);
    await runLine(other.session, 'update --diff');
    expect(other.stdout()).toBe('ERROR: the server does not have this method; it is not a visord daemon\n');
    expect(server.calls.filter((method) => method.endsWith('reloadConfig'))).toHaveLength(1);
  });
});
