/** The examples of the reference page are calls that the daemon accepts. */
import { describe, expect, test } from 'vitest';
import { methodsPage } from '../../scripts/docs/methods-page.ts';
import {
  CACHE_RPC_FACTORY,
  MAIN_RPC_FACTORY,
  TWIDDLER_RPC_FACTORY,
} from '../../src/config/sections/rpc-interfaces.ts';
import { integer, optional, required } from '../../src/rpc/arguments.ts';
import { CallScope } from '../../src/rpc/call-scope.ts';
import { callMethod } from '../../src/rpc/dispatcher.ts';
import { RpcFault } from '../../src/rpc/faults.ts';
import { bind, extensionMethod } from '../../src/rpc/method.ts';
import { createMethodTable } from '../../src/rpc/rpc-interfaces.ts';
import { SYSTEM_METHODS } from '../../src/rpc/system/methods.ts';
import { readMethodCall } from '../../src/xmlrpc/request-reader.ts';
import type { MethodCall, RpcParameter } from '../../src/xmlrpc/values.ts';
import { need, needing } from '../needs.ts';
import { FakeSupervisor } from '../rpc/fakes.ts';
import { hasPython, runPython } from '../rpc/python.ts';

const PAGE = methodsPage();

/** The fenced pieces of the page that are in a language. */
function pieces(language: string): string[] {
  return [...PAGE.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\\n\`\`\``, 'gs'))].map(
    ([, text = '']) => text,
  );
}

const CURL_CALLS: readonly MethodCall[] = pieces('sh').map((line) => {
  const [, body = ''] = /^curl http:\/\/127\.0\.0\.1:9001\/RPC2 -d '(.*)'$/s.exec(line) ?? [];
  return readMethodCall(body.replaceAll("'\\''", "'"));
});

const supervisor = new FakeSupervisor();
const table = createMethodTable(supervisor, [
  { name: 'supervisor', factory: MAIN_RPC_FACTORY, options: {} },
  { name: 'twiddler', factory: TWIDDLER_RPC_FACTORY, options: {} },
  { name: 'cache', factory: CACHE_RPC_FACTORY, options: {} },
]);

describe('the reference page of the methods', () => {
  test('has an example of each method', () => {
    expect(CURL_CALLS.map(({ method }) => method).sort()).toEqual([...table.keys()].sort());
  });

  test.each(CURL_CALLS.map((call) => [call.method, call] as const))(
    'has an example of %s that fits its parameters',
    async (_, { method, parameters }) => {
      const fault = await Promise.resolve()
        .then(() => callMethod(table, method, parameters, new CallScope()))
        .then(
          () => null,
          (error: unknown) => error,
        );
      if (fault instanceof RpcFault)
        expect(fault.message).not.toMatch(/^(?:UNKNOWN_METHOD|INCORRECT_PARAMETERS)/);
      else expect(fault).toBeNull();
    },
  );

  needing(test, need(hasPython, 'install python3'))('has the same calls in Python and for curl', () => {
    const [head = '', ...examples] = pieces('python');
    const requests = runPython(RECORDER, { head, examples }) as string[];
    expect(requests.map((request) => readMethodCall(request))).toEqual(CURL_CALLS);
  });
});

describe('a row that is added to a table of methods', () => {
  const row = extensionMethod<null>('9.9.9')({
    right: 'read',
    name: 'count',
    help: 'Count up',
    parameters: {
      from: required(integer, 'First number', 3),
      to: optional(integer, 9, 'Last number'),
    },
    returns: { type: 'array', name: 'numbers', help: 'The numbers' },
    faults: ['FAILED'],
    handle: ({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index),
  });
  const methods = new Map(bind([row], null).map((method) => ['new.count', method]));
  const call = (method: string, ...args: RpcParameter[]) => callMethod(system, method, args, new CallScope());
  const system = new Map(methods);
  for (const method of bind(SYSTEM_METHODS, { table: system })) system.set(`system.${method.name}`, method);

  test('can be called, is listed and describes itself', () => {
    expect(call('new.count', 1, 3)).toEqual([1, 2, 3]);
    expect(call('new.count', '8')).toEqual([8, 9]);
    expect(() => call('new.count')).toThrow('INCORRECT_PARAMETERS');
    expect(() => call('new.count', 'x')).toThrow('INCORRECT_PARAMETERS');
    expect(call('system.listMethods')).toContain('new.count');
    expect(call('system.methodSignature', 'new.count')).toEqual(['array', 'int', 'int']);
    expect(call('system.methodHelp', 'new.count')).toContain(' Count up\n\n        @param int from ');
  });

  test('is in the reference page', () => {
    const page = methodsPage([{ name: 'new', factory: null, help: 'New ones.', methods: [row] }]);
    expect(page).toContain('`new.count(from, [to])` → `array`');
    expect(page).toContain('| `to` | int | `9` | Last number |');
    expect(page).toContain('Since 9.9.9; not in supervisord.');
    expect(page).toContain('server.new.count(3, 9)');
  });
});

/** Runs each example with a transport that keeps the request and answers nothing. */
const RECORDER = `
import json, sys, xmlrpc.client
given = json.load(sys.stdin)
requests = []

class Recorder(xmlrpc.client.Transport):
    def request(self, host, handler, body, verbose=False):
        requests.append(body.decode())
        return (None,)

make = xmlrpc.client.ServerProxy
xmlrpc.client.ServerProxy = lambda address: make(address, transport=Recorder())
names = {}
exec(given['head'], names)
for example in given['examples']:
    exec(example, names)
print(json.dumps(requests))
`;
