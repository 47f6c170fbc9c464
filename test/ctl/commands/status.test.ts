/** The command status. */
import { describe, expect } from 'vitest';
import { answers, openSession, processInfo, result, runLine, test, WEB } from '../fake-server.ts';

describe('status', () => {
  test('asks version and processes in one request where the server can answer it', async ({ server }) => {
    server.answer = answers({ 'system.multicall': result(['3.0', WEB.slice(0, 1)]) });
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'status');
    expect(stdout()).toBe('web-1                            RUNNING   pid 7, uptime 0:00:05\n');
    expect(server.calls).toEqual(['system.multicall']);
  });

  test('prints what the parts of the answer have', async ({ server }) => {
    const unknown = { faultCode: 1, faultString: 'UNKNOWN_METHOD' };
    for (const [parts, says, code] of [
      [[unknown, unknown], /^Sorry, supervisord responded but did not recognize/, 4],
      [['9.9', []], /but the remote version is 9\.9/, 4],
      [['3.0', { faultCode: 6, faultString: 'SHUTDOWN_STATE' }], /^error: SHUTDOWN_STATE \(fault 6\)/, 1],
      [['3.0'], /answered multicall with something else/, 1],
    ] as const) {
      server.answer = answers({ 'system.multicall': result(parts) });
      const { session, stdout } = openSession(server.url);
      await runLine(session, 'status');
      expect(stdout()).toMatch(says);
      expect(session.exitStatus).toBe(code);
    }
  });
});

describe('ten thousand programs', () => {
  const many = Array.from({ length: 10_000 }, (_unused, index) => processInfo(`program-${index}`));

  test('have a line each', async ({ server }) => {
    server.answer = answers({ getAllProcessInfo: result(many) });
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'status');
    expect(stdout().split('\n')).toHaveLength(10_001);
  });
});
