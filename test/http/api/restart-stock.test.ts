import { describe, expect, test } from 'vitest';
import { NodeFault } from '../../../src/http/api/nodes/ask-node.ts';
import { restartStock } from '../../../src/http/api/nodes/restart-stock.ts';
import { FAULT_CODES } from '../../../src/rpc/faults.ts';
import type { RpcParameter, RpcValue } from '../../../src/xmlrpc/values.ts';

/** A node that answers as given, and the calls that it has received. */
function node(answers: Readonly<Record<string, RpcParameter | NodeFault>>) {
  const calls: string[] = [];
  const call = async (method: string, params: readonly RpcValue[]): Promise<RpcParameter> => {
    calls.push(`${method} ${JSON.stringify(params)}`);
    const answer = answers[method] ?? true;
    if (answer instanceof NodeFault) throw answer;
    return answer;
  };
  return { calls, call };
}

function status(name: string, code: number): RpcParameter {
  return { name, group: 'g', status: code, description: `status ${code}` };
}

const { SUCCESS, NOT_RUNNING, BAD_NAME, SPAWN_ERROR, FAILED } = FAULT_CODES;

describe('a restart on a stock supervisord', () => {
  test('of a process is a stop and a start', async () => {
    const { calls, call } = node({});
    expect(await restartStock(call, ['g:web'])).toEqual([
      { name: 'web', group: 'g', status: SUCCESS, description: 'OK' },
    ]);
    expect(calls).toEqual(['supervisor.stopProcess ["g:web"]', 'supervisor.startProcess ["g:web",true]']);
  });

  test('starts a process that does not run', async () => {
    const { calls, call } = node({
      'supervisor.stopProcess': new NodeFault(NOT_RUNNING, 'NOT_RUNNING: web'),
    });
    await restartStock(call, ['g:web']);
    expect(calls).toHaveLength(2);
  });

  test('leaves a process alone that cannot be stopped', async () => {
    for (const code of [BAD_NAME, FAILED]) {
      const fault = new NodeFault(code, 'no');
      const { calls, call } = node({ 'supervisor.stopProcess': fault });
      await expect(restartStock(call, ['g:web'])).rejects.toBe(fault);
      expect(calls).toHaveLength(1);
    }
  });

  test.each(['g', 'g:*'])('of %s is one of the group, whose answer has all that failed', async (name) => {
    const { calls, call } = node({
      'supervisor.stopProcessGroup': [status('a', SUCCESS), status('b', NOT_RUNNING), status('c', FAILED)],
      'supervisor.startProcessGroup': [status('a', SUCCESS), status('b', SPAWN_ERROR)],
    });
    expect(await restartStock(call, [name])).toEqual([
      status('c', FAILED),
      status('a', SUCCESS),
      status('b', SPAWN_ERROR),
    ]);
    expect(calls).toEqual(['supervisor.stopProcessGroup ["g"]', 'supervisor.startProcessGroup ["g",true]']);
  });

  test('does not wait for the start where the caller does not', async () => {
    const { calls, call } = node({});
    expect(await restartStock(call, ['g:web', false])).toBe(true);
    expect(calls[1]).toBe('supervisor.startProcess ["g:web",false]');
  });
});
