import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CommandError } from '../../src/process/spawn/command.ts';
import { CallScope } from '../../src/rpc/call-scope.ts';
import { caller, stateOf } from './call.ts';
import { FakeSupervisor, group, processConfig } from './fakes.ts';

const OK = { status: 80, description: 'OK' };

function oneProcess() {
  const supervisor = new FakeSupervisor([group('p', [processConfig('p')])]);
  const scope = new CallScope();
  return { supervisor, scope, process: supervisor.process('p'), call: caller(supervisor, scope) };
}

/** Two groups whose processes start in the order b, c, a. */
function threeProcesses() {
  const supervisor = new FakeSupervisor([
    group('g', [processConfig('c', { priority: 2 }), processConfig('b', { priority: 1 })], 5),
    group('a', [processConfig('a')], 6),
  ]);
  const [a, b, c] = [supervisor.process('a'), supervisor.process('b', 'g'), supervisor.process('c', 'g')];
  return { supervisor, call: caller(supervisor), a, b, c };
}

describe('startProcess', () => {
  test('answers the moment that the process is RUNNING', async () => {
    const { process, call } = oneProcess();
    const answer = call('supervisor.startProcess', 'p');
    expect(await stateOf(answer)).toBe('pending');
    process.become('RUNNING');
    expect(await stateOf(answer)).toBe('settled');
    expect(await answer).toBe(true);
    expect(process.listenerCount).toBe(0);
  });

  test('without wait answers at once; any value is a flag, as in Python', async () => {
    for (const wait of [false, 0, '', null, []]) {
      expect(await oneProcess().call('supervisor.startProcess', 'p', wait)).toBe(true);
    }
    for (const wait of [true, 1, 'no', [0]]) {
      expect(await stateOf(oneProcess().call('supervisor.startProcess', 'p', wait))).toBe('pending');
    }
  });

  test('reports why a command cannot be run, before it looks at the state', async () => {
    const { process, call } = oneProcess();
    process.become('RUNNING');
    process.onCheckCommand = () => {
      throw new CommandError('not-found', "can't find command '/x'");
    };
    expect(await call('supervisor.startProcess', 'p')).toBe("20 NO_FILE: can't find command '/x'");
    process.onCheckCommand = () => {
      throw new CommandError('not-executable', "command at '/x' is not executable");
    };
    expect(await call('supervisor.startProcess', 'p')).toBe(
      "21 NOT_EXECUTABLE: command at '/x' is not executable",
    );
  });

  test.each(['STARTING', 'RUNNING', 'BACKOFF'] as const)('is refused in %s', async (state) => {
    const { process, call } = oneProcess();
    process.become(state);
    expect(await call('supervisor.startProcess', 'p')).toBe('60 ALREADY_STARTED: p');
  });

  test('fails in UNKNOWN', async () => {
    const { process, call } = oneProcess();
    process.become('UNKNOWN');
    expect(await call('supervisor.startProcess', 'p')).toBe('30 FAILED: p is in an unknown process state');
  });

  test('of a process that cannot be spawned is SPAWN_ERROR, waiting or not', async () => {
    for (const wait of [true, false]) {
      const { process, call } = oneProcess();
      process.onStart = () => process.become('BACKOFF', { spawnError: 'too many open files' });
      expect(await call('supervisor.startProcess', 'p', wait)).toBe('50 SPAWN_ERROR: p');
    }
  });

  test('of a process that exits too quickly is SPAWN_ERROR', async () => {
    const { process, call } = oneProcess();
    const answer = call('supervisor.startProcess', 'p');
    process.become('BACKOFF', { spawnError: 'Exited too quickly (process log may have details)' });
    expect(await answer).toBe('50 SPAWN_ERROR: p');
  });

  test('of a process that is stopped meanwhile is ABNORMAL_TERMINATION', async () => {
    const { process, call } = oneProcess();
    const answer = call('supervisor.startProcess', 'p');
    process.become('STOPPING');
    expect(await answer).toBe('40 ABNORMAL_TERMINATION: p');
  });

  test('is forgotten when the client goes away', async () => {
    const { process, scope, call } = oneProcess();
    const answer = call('supervisor.startProcess', 'p');
    expect(process.listenerCount).toBe(1);
    scope.cancel();
    expect(process.listenerCount).toBe(0);
    process.become('RUNNING');
    expect(await stateOf(answer)).toBe('pending');
  });

  test('refuses names that are not text, where the reference answers 500', async () => {
    const { call } = oneProcess();
    for (const name of [5, true, null, ['p'], {}]) {
      expect(await call('supervisor.startProcess', name)).toBe('2 INCORRECT_PARAMETERS');
    }
  });
});

describe('stopProcess', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
  afterEach(() => void vi.useRealTimers());

  test('answers the moment that the process is stopped, and reports until then', async () => {
    const { process, call } = oneProcess();
    process.become('RUNNING');
    const answer = call('supervisor.stopProcess', 'p');
    expect(await stateOf(answer)).toBe('pending');
    expect(process.stopReports).toBe(1);
    vi.advanceTimersByTime(4500);
    expect(process.stopReports).toBe(3);
    process.become('STOPPED');
    expect(await answer).toBe(true);
    vi.advanceTimersByTime(10_000);
    expect(process.stopReports).toBe(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('stops reporting when the client goes away', async () => {
    const { process, scope, call } = oneProcess();
    process.become('RUNNING');
    void call('supervisor.stopProcess', 'p');
    scope.cancel();
    expect([vi.getTimerCount(), process.listenerCount]).toEqual([0, 0]);
  });

  test('of a process in BACKOFF answers at once', async () => {
    const { process, call } = oneProcess();
    process.become('BACKOFF');
    process.onStop = () => {
      process.become('STOPPED');
      return null;
    };
    expect(await call('supervisor.stopProcess', 'p')).toBe(true);
  });

  test('of a process that does not run, or cannot be stopped, is a fault', async () => {
    const { process, call } = oneProcess();
    expect(await call('supervisor.stopProcess', 'p')).toBe('70 NOT_RUNNING: p');
    process.become('RUNNING');
    process.onStop = () => 'unknown problem killing p';
    expect(await call('supervisor.stopProcess', 'p')).toBe('30 FAILED: unknown problem killing p');
  });
});

describe('many processes', () => {
  test('are all begun before one is waited for; the results come as they are known', async () => {
    const { call, a, b, c } = threeProcesses();
    const order: string[] = [];
    for (const process of [a, b, c]) {
      process.onStart = () => {
        order.push(process.config.name);
        process.become('STARTING');
      };
    }
    a.onCheckCommand = () => {
      throw new CommandError('not-found', "can't find command '/x'");
    };
    const answer = call('supervisor.startAllProcesses');
    expect(order).toEqual(['b', 'c']);
    c.become('RUNNING');
    b.become('BACKOFF', { spawnError: 'no' });
    expect(await answer).toEqual([
      { name: 'a', group: 'a', status: 20, description: "NO_FILE: can't find command '/x'" },
      { name: 'c', group: 'g', ...OK },
      { name: 'b', group: 'g', status: 50, description: 'SPAWN_ERROR: g:b' },
    ]);
  });

  test.each(['startProcess', 'stopProcess'])(
    'of a group are named with a star or a colon in %s',
    async (method) => {
      for (const name of ['g:*', 'g:']) {
        const { call, b, c } = threeProcesses();
        if (method === 'stopProcess') for (const process of [b, c]) process.become('RUNNING');
        expect(await call(`supervisor.${method}`, name, false)).toEqual([
          { name: 'b', group: 'g', ...OK },
          { name: 'c', group: 'g', ...OK },
        ]);
      }
    },
  );

  test('that are in the wrong state are left out', async () => {
    const { call, a, b, c } = threeProcesses();
    b.become('RUNNING');
    c.become('STOPPING');
    expect(await call('supervisor.startProcessGroup', 'g', false)).toEqual([
      { name: 'c', group: 'g', ...OK },
    ]);
    expect(await call('supervisor.stopProcessGroup', 'a')).toEqual([]);
    a.become('RUNNING');
    const stopped = call('supervisor.stopAllProcesses');
    expect([b.state, a.state]).toEqual(['STOPPING', 'STOPPING']);
    for (const process of [a, b, c]) process.become('STOPPED');
    expect(await stopped).toMatchObject([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
  });
});

describe('a signal', () => {
  test('is named or numbered, with or without SIG, in any case', async () => {
    const { process, call } = oneProcess();
    process.become('RUNNING');
    for (const signal of ['HUP', 'SIGHUP', ' hup ', '1', 1, true, 1.9]) {
      expect(await call('supervisor.signalProcess', 'p', signal)).toBe(true);
    }
    expect(process.signals).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  test('that does not exist is fault 11, whatever the state is', async () => {
    const { call } = oneProcess();
    expect(await call('supervisor.signalProcess', 'p', 'foo')).toBe('11 BAD_SIGNAL: foo');
    expect(await call('supervisor.signalProcess', 'p', 99)).toBe('11 BAD_SIGNAL: 99');
    expect(await call('supervisor.signalProcess', 'x', 'foo')).toBe('10 BAD_NAME: x');
    expect(await call('supervisor.signalProcess', 'p', ['HUP'])).toBe('2 INCORRECT_PARAMETERS');
  });

  test('reaches what can take it, in the order of priorities', async () => {
    const { call, a, b, c } = threeProcesses();
    b.become('STOPPING');
    a.become('RUNNING');
    a.onSignal = () => 'no permission';
    expect(await call('supervisor.signalAllProcesses', 'USR1')).toEqual([
      { name: 'b', group: 'g', ...OK },
      { name: 'a', group: 'a', status: 30, description: 'FAILED: no permission' },
    ]);
    expect([b.signals, c.signals]).toEqual([[10], []]);
    expect(await call('supervisor.signalProcess', 'g:*', 'x')).toEqual([
      { name: 'b', group: 'g', status: 11, description: 'BAD_SIGNAL: x' },
    ]);
    expect(await call('supervisor.signalProcessGroup', 'a', 'HUP')).toMatchObject([{ status: 30 }]);
    expect(await call('supervisor.signalProcess', 'g:c', 'HUP')).toBe('70 NOT_RUNNING: g:c');
  });
});
