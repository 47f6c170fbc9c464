/** Patterns in the place of names. */
import { describe, expect } from 'vitest';
import { answers, fault, onTerminal, openSession, result, runLine, test, WEB } from '../fake-server.ts';

describe('patterns', () => {
  const started = (body: string): string => /<string>([^<]*)<\/string>/.exec(body)?.[1] ?? '';

  for (const [line, names] of [
    ['start web-*', ['web-1', 'web-2']],
    ['start pool:w?', ['pool:w1', 'pool:w2']],
    ['start *:w[2-9] päron', ['pool:w2', 'päron']],
    ['start odd*', ['odd*']],
    ['start nope-*', ['nope-*']],
    ['start web-? web-1', ['web-1', 'web-2']],
  ] as const) {
    test(`${line} on a terminal`, async ({ server }) => {
      const asked: string[] = [];
      const table = answers({ getAllProcessInfo: result(WEB), startProcess: result(true) });
      server.answer = (method, body) => {
        if (method.endsWith('.startProcess')) asked.push(started(body));
        return table(method, body);
      };
      await runLine(openSession(server.url, onTerminal).session, line);
      expect(asked).toEqual(names);
    });
  }

  test('are names like any other for a script', async ({ server }) => {
    server.answer = answers({ startProcess: fault('BAD_NAME', 'web-*') });
    const { session, stdout, stderr } = openSession(server.url);
    await runLine(session, 'start web-*');
    expect([stdout(), stderr(), session.exitStatus]).toEqual(['web-*: ERROR (no such process)\n', '', 1]);
    expect(server.calls).toEqual(['supervisor.getVersion', 'supervisor.startProcess']);
  });

  test('choose for status as well', async ({ server }) => {
    server.answer = answers({ getAllProcessInfo: result(WEB) });
    const { session, stdout } = openSession(server.url, onTerminal);
    await runLine(session, 'status pool:*2');
    expect(stdout()).toBe('pool:w2                          RUNNING   pid 7, uptime 0:00:05\n');
  });
});
