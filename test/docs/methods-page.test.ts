/** The examples of the reference page are calls that the daemon accepts. */
import { describe, expect, test } from 'vitest';
import { methodsPage } from '../../scripts/docs/methods-page.ts';
import {
  CACHE_RPC_FACTORY,
  MAIN_RPC_FACTORY,
  TWIDDLER_RPC_FACTORY,
} from '../../src/config/sections/rpc-interfaces.ts';
import { CallScope } from '../../src/rpc/call-scope.ts';
import { callMethod } from '../../src/rpc/dispatcher.ts';
import { RpcFault } from '../../src/rpc/faults.ts';
import { createMethodTable } from '../../src/rpc/rpc-interfaces.ts';
import { readMethodCall } from '../../src/xmlrpc/request-reader.ts';
import type { MethodCall } from '../../src/xmlrpc/values.ts';
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

  test.skipIf(!hasPython)('says the same in Python and for curl', () => {
    const [head = '', ...examples] = pieces('python');
    const requests = runPython(RECORDER, { head, examples }) as string[];
    expect(requests.map((request) => readMethodCall(request))).toEqual(CURL_CALLS);
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
