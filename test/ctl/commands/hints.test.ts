/** Hints and colours for a person on a terminal. */
import { describe, expect } from 'vitest';
import { answers, fault, onTerminal, openSession, result, runLine, test, WEB } from '../fake-server.ts';

describe('a mistyped word', () => {
  for (const [line, hint] of [
    ['statsu', 'Did you mean status?'],
    ['rstart web-1', 'Did you mean restart?'],
    ['frobnicate', 'Type help for a list of commands.'],
  ]) {
    test(`${line} on a terminal`, async ({ server }) => {
      const { session, stdout, stderr } = openSession(server.url, onTerminal);
      await runLine(session, line ?? '');
      expect([stdout(), stderr()]).toEqual([`*** Unknown syntax: ${line}\n`, `${hint}\n`]);
    });
  }

  test('help strat on a terminal', async ({ server }) => {
    const { session, stdout, stderr } = openSession(server.url, onTerminal);
    await runLine(session, 'help strat');
    expect([stdout(), stderr()]).toEqual(['*** No help on strat\n', 'Did you mean start?\n']);
  });

  test('of a process or a group', async ({ server }) => {
    server.answer = answers({ getAllProcessInfo: result(WEB), stopProcess: fault('BAD_NAME', 'x') });
    for (const [name, hint] of [
      ['wbe-1', 'Did you mean web-1?'],
      ['W2', 'Did you mean pool:w2?'],
      ['pool', 'pool is a group: did you mean pool:*?'],
    ]) {
      const { session, stdout, stderr } = openSession(server.url, onTerminal);
      await runLine(session, `stop ${name}`);
      expect([stdout(), stderr()]).toEqual([`${name}: ERROR (no such process)\n`, `${hint}\n`]);
    }
  });

  test('prints no more than the stock client to a script', async ({ server }) => {
    const { session, stderr } = openSession(server.url);
    await runLine(session, 'statsu');
    expect(stderr()).toBe('');
  });
});

describe('on a terminal', () => {
  test('states have colours, and the text is the same', async ({ server }) => {
    server.answer = answers({ getAllProcessInfo: result(WEB) });
    const plain = openSession(server.url);
    const painted = openSession(server.url, { ...onTerminal, hasColour: true });
    await runLine(plain.session, 'status');
    await runLine(painted.session, 'status');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences.
    expect(painted.stdout()).toMatch(/\u001b\[32m\S+ +RUNNING {3}\u001b\[0m/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences.
    expect(painted.stdout().replace(/\u001b\[[0-9;]*m/g, '')).toBe(plain.stdout());
  });

  test('help has our own commands too; a script sees those of the stock client', async ({ server }) => {
    const seen = openSession(server.url, onTerminal);
    const script = openSession(server.url);
    await runLine(seen.session, 'help');
    await runLine(script.session, 'help');
    expect(seen.stdout().startsWith(script.stdout())).toBe(true);
    expect(seen.stdout()).toContain('watch');
    expect(script.stdout()).not.toContain('watch');
  });

  test('help of a command has its options too; a script sees the words of the stock client', async ({
    server,
  }) => {
    const seen = openSession(server.url, onTerminal);
    const script = openSession(server.url);
    await runLine(seen.session, 'help restart');
    await runLine(script.session, 'help restart');
    expect(seen.stdout()).toBe(
      `${script.stdout()}--rolling\t\tRestart one process after the other.\n` +
        '--max-unavailable NUMBER\t\tWith --rolling: how many processes may be down at once, 1 without the option.\n',
    );
    expect(script.stdout()).toMatch(/reread and update\.\n$/);
  });
});
