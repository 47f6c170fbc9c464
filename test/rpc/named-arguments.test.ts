import { describe, expect, test } from 'vitest';
import { flag, integer, optional, required, text } from '../../src/rpc/arguments.ts';
import { CallScope } from '../../src/rpc/call-scope.ts';
import { callMethod } from '../../src/rpc/dispatcher.ts';
import { RpcFault } from '../../src/rpc/faults.ts';
import { bind, type MethodDescription, stockMethods } from '../../src/rpc/method.ts';
import { positionalArguments } from '../../src/rpc/named-arguments.ts';

const scale = stockMethods<string[]>()({
  right: 'read',
  name: 'scale',
  help: 'Scale',
  parameters: {
    name: required(text, 'Name', 'web'),
    count: required(integer, 'Count', 2),
    wait: optional(flag, true, 'Whether to wait'),
    reason: optional(text, 'none', 'Why'),
  },
  returns: { type: 'string', name: 'result', help: 'What was called' },
  handle: ({ name, count, wait, reason }, calls) => {
    // The types of the arguments are those of the row.
    const call: [string, number, boolean, string] = [name, count, wait, reason];
    calls.push(call.join(' '));
    return call.join(' ');
  },
});

const [method] = bind([scale], []);
const described: MethodDescription = scale;

function call(given: Parameters<typeof positionalArguments>[1]): unknown {
  if (!method) throw new Error('no method');
  try {
    return callMethod(
      new Map([['x.scale', method]]),
      'x.scale',
      positionalArguments(described, given),
      new CallScope(),
    );
  } catch (error) {
    if (error instanceof RpcFault) return error.message;
    throw error;
  }
}

describe('arguments by name', () => {
  test.each([
    [{ name: 'web', count: 3 }, 'web 3 true none'],
    [{ count: '4', name: 'web', reason: 'load' }, 'web 4 true load'],
    [{ name: 'web', count: 3, wait: false, reason: '' }, 'web 3 false '],
    [['web', 3], 'web 3 true none'],
    [['web', 3, 0], 'web 3 false none'],
  ])('%j are put in the order of the parameters', (given, called) => {
    expect(call(given)).toBe(called);
  });

  test.each([
    [{ name: 'web' }, 'INCORRECT_PARAMETERS: missing parameter count'],
    [{}, 'INCORRECT_PARAMETERS: missing parameter name'],
    [{ name: 'web', count: 3, size: 1 }, 'INCORRECT_PARAMETERS: unknown parameter size'],
    [{ name: 'web', count: 3, toString: 1 }, 'INCORRECT_PARAMETERS: unknown parameter toString'],
    [{ name: 5, count: 3 }, 'INCORRECT_PARAMETERS'],
    [['web'], 'INCORRECT_PARAMETERS'],
    [['web', 1, true, 'x', 5], 'INCORRECT_PARAMETERS'],
  ])('%j are fault 2', (given, fault) => {
    expect(call(given)).toBe(fault);
  });
});

describe('a row', () => {
  test('gives help and signature, also where an optional parameter has a default', () => {
    expect(scale.parameters.map(({ name, type, isOptional }) => [name, type, isOptional])).toEqual([
      ['name', 'string', false],
      ['count', 'int', false],
      ['wait', 'boolean', true],
      ['reason', 'string', true],
    ]);
    expect(scale.rows.reason?.default).toBe('none');
  });
});
