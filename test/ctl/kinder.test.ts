/** What our client does beyond the stock one, against a server that says what a test wants. */
import { describe, expect } from 'vitest';
import { answers, fault, openSession, processInfo, result, runLine, test } from './fake-server.ts';

const STOPPED = { statename: 'STOPPED', state: 0, pid: 0, description: 'Not started' };
const WEB = [
  processInfo('web-1'),
  processInfo('web-2', STOPPED),
  processInfo('w1', { group: 'pool' }),
  processInfo('w2', { group: 'pool' }),
  processInfo('odd*', {}),
  processInfo('päron'),
];
const onTerminal = { isTerminal: true, isWatched: true, hasPatterns: true };

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

describe('--json', () => {
  test('status is what the server says, and the exit code stays', async ({ server }) => {
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

  test('of nothing that there is touches nothing', async ({ server }) => {
    server.answer = answers(table);
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'restart --rolling pool nope');
    expect([stdout(), session.exitStatus]).toEqual(['nope: ERROR (no such process or group)\n', 2]);
    expect(server.calls).not.toContain('supervisor.stopProcess');
  });
});

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

  test('says no more than the stock client to a script', async ({ server }) => {
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

  test('help tells of our own commands too; a script sees those of the stock client', async ({ server }) => {
    const seen = openSession(server.url, onTerminal);
    const script = openSession(server.url);
    await runLine(seen.session, 'help');
    await runLine(script.session, 'help');
    expect(seen.stdout().startsWith(script.stdout())).toBe(true);
    expect(seen.stdout()).toContain('watch');
    expect(script.stdout()).not.toContain('watch');
  });
});

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

describe('status', () => {
  test('asks version and processes in one request where the server can answer it', async ({ server }) => {
    server.answer = answers({ 'system.multicall': result(['3.0', WEB.slice(0, 1)]) });
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'status');
    expect(stdout()).toBe('web-1                            RUNNING   pid 7, uptime 0:00:05\n');
    expect(server.calls).toEqual(['system.multicall']);
  });

  test('says what the parts of the answer say', async ({ server }) => {
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
