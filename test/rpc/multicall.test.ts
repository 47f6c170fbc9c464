import { describe, expect, test, vi } from 'vitest';
import { CallScope } from '../../src/rpc/call-scope.ts';
import type { RpcParameter } from '../../src/xmlrpc/values.ts';
import { caller, stateOf } from './call.ts';
import { FakeSupervisor, group, processConfig } from './fakes.ts';

function setUp() {
  const supervisor = new FakeSupervisor([group('p', [processConfig('p')])]);
  const scope = new CallScope();
  return { supervisor, scope, process: supervisor.process('p'), call: caller(supervisor, scope) };
}

function named(methodName: string, ...params: RpcParameter[]): RpcParameter {
  return { methodName, params };
}

function fault(faultCode: number, faultString: string) {
  return { faultCode, faultString };
}

describe('a multicall', () => {
  test('answers in order, each value as it is, each fault as a struct', async () => {
    const { call } = setUp();
    const calls = [
      named('supervisor.getAPIVersion'),
      { methodName: 'supervisor.getState' },
      named('supervisor.nope'),
      named('supervisor.getState', 1),
      named('supervisor.getAllProcessInfo'),
    ];
    expect(await call('system.multicall', calls)).toEqual([
      '3.0',
      { statecode: 1, statename: 'RUNNING' },
      fault(1, 'UNKNOWN_METHOD'),
      fault(2, 'INCORRECT_PARAMETERS'),
      [expect.objectContaining({ name: 'p' })],
    ]);
  });

  test('waits for a call before it makes the next', async () => {
    const { supervisor, process, call } = setUp();
    const answer = call('system.multicall', [
      named('supervisor.startProcess', 'p'),
      named('supervisor.sendRemoteCommEvent', 'a', 'b'),
    ]);
    expect(await stateOf(answer)).toBe('pending');
    expect(supervisor.events).toEqual([]);
    process.become('RUNNING');
    expect(await answer).toEqual([true, true]);
    expect(supervisor.events).toEqual(['a=b']);
  });

  test('makes no more calls when its client goes away', async () => {
    const { supervisor, scope, process, call } = setUp();
    void call('system.multicall', [
      named('supervisor.startProcess', 'p'),
      named('supervisor.sendRemoteCommEvent', 'a', 'b'),
    ]);
    scope.cancel();
    process.become('RUNNING');
    await new Promise(setImmediate);
    expect(supervisor.events).toEqual([]);
  });

  test('refuses what is not a call, itself above all', async () => {
    const { call } = setUp();
    const bad: RpcParameter[] = [
      {},
      5,
      null,
      named('system.multicall', []),
      { methodName: 5 },
      { methodName: 'supervisor.getPID', params: 'ab' },
    ];
    expect(await call('system.multicall', bad)).toEqual([
      fault(2, 'INCORRECT_PARAMETERS: No methodName'),
      fault(2, 'INCORRECT_PARAMETERS: No methodName'),
      fault(2, 'INCORRECT_PARAMETERS: No methodName'),
      fault(2, 'INCORRECT_PARAMETERS: Recursive system.multicall forbidden'),
      fault(2, 'INCORRECT_PARAMETERS'),
      fault(2, 'INCORRECT_PARAMETERS'),
    ]);
    for (const calls of ['abc', 5, {}, null]) {
      expect(await call('system.multicall', calls)).toBe('2 INCORRECT_PARAMETERS');
    }
  });

  test('goes on after a call that fails in an unforeseen way', async () => {
    const { process, call } = setUp();
    process.onCheckCommand = () => {
      throw new TypeError('oops');
    };
    const calls = [named('supervisor.startProcess', 'p'), named('supervisor.getAPIVersion')];
    expect(await call('system.multicall', calls)).toEqual([fault(30, 'FAILED: TypeError: oops'), '3.0']);
  });

  test('that takes long lets others have their turn', async () => {
    const { call } = setUp();
    let now = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 15));
    const order: string[] = [];
    setImmediate(() => order.push('another'));
    await call(
      'system.multicall',
      Array.from({ length: 5 }, () => named('supervisor.getState')),
    );
    order.push('multicall');
    clock.mockRestore();
    expect(order).toEqual(['another', 'multicall']);
  });

  test('whose answers are too long is a fault', async () => {
    const supervisor = new FakeSupervisor([group('p', [processConfig('p')])]);
    supervisor.process('p').become('FATAL', { spawnError: 'x'.repeat(1024 * 1024) });
    const calls = Array.from({ length: 40 }, () => named('supervisor.getAllProcessInfo'));
    expect(await caller(supervisor)('system.multicall', calls)).toBe(
      '30 FAILED: the answers are too long for one multicall',
    );
  });
});
