/** The command completion. */
import { describe, expect } from 'vitest';
import { answers, openSession, result, runLine, test, WEB } from '../fake-server.ts';

describe('completion', () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    test(`prints a script for ${shell} without asking a server`, async ({ server }) => {
      const { session, stdout } = openSession(server.url);
      await runLine(session, `completion ${shell}`);
      expect(stdout()).toContain('supervisorctl');
      expect(server.calls).toEqual([]);
    });
  }

  test('lists names for the scripts', async ({ server }) => {
    server.answer = answers({ getAllProcessInfo: result(WEB.slice(1, 4)) });
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'completion processes');
    expect(stdout()).toBe('web-2\npool:w1\npool:*\npool:w2\n');
  });

  test('of another shell is refused', async ({ server }) => {
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'completion csh');
    expect(stdout()).toMatch(/^Error: completion requires bash, zsh, fish/);
    expect(session.exitStatus).toBe(2);
  });
});
