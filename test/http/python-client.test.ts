import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { need, needing } from '../needs.ts';
import { hasPython } from '../rpc/python.ts';
import { startServer, type TestServer } from './client.ts';

/** Calls over one kept connection, through the transport that supervisorctl has. */
const SCRIPT = `
import http.client, json, socket, sys, xmlrpc.client

class Connection(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(sys.argv[1])

class Transport(xmlrpc.client.Transport):
    def make_connection(self, host):
        if not self._connection or not self._connection[1]:
            self._connection = host, Connection('localhost')
        return self._connection[1]

proxy = xmlrpc.client.ServerProxy('http://localhost/RPC2', transport=Transport(), allow_none=True)
results = []
for method, args in json.loads(sys.argv[2]):
    try:
        results.append(getattr(proxy, method)(*args))
    except xmlrpc.client.Fault as fault:
        results.append([fault.faultCode, fault.faultString])
print(json.dumps(results))
`;

needing(describe, need(hasPython, 'install python3'))("Python's client", () => {
  let server: TestServer;
  afterEach(() => server.end());

  /** Not `spawnSync`: the server answers in this process. */
  async function callAll(calls: readonly (readonly [string, readonly unknown[]])[]): Promise<unknown[]> {
    const child = spawn('/usr/bin/python3', ['-c', SCRIPT, server.file, JSON.stringify(calls)]);
    const [output, errors] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    expect(errors).toBe('');
    return JSON.parse(output);
  }

  test('calls, waits, and reads faults, structs and arrays', async () => {
    server = await startServer();
    const process = server.supervisor.process('p');
    process.onStart = () => {
      process.become('STARTING');
      setImmediate(() => process.become('RUNNING', { pid: 7 }));
    };
    const results = await callAll([
      ['supervisor.getState', []],
      ['supervisor.startProcess', ['p']],
      ['supervisor.getProcessInfo', ['p']],
      ['supervisor.getAllProcessInfo', []],
      ['supervisor.startProcess', ['nope']],
      ['supervisor.startProcess', ['p']],
      ['system.multicall', [[{ methodName: 'supervisor.getAPIVersion', params: [] }]]],
      ['supervisor.startProcess', [null]],
    ]);
    expect(results).toEqual([
      { statecode: 1, statename: 'RUNNING' },
      true,
      expect.objectContaining({ name: 'p', pid: 7, statename: 'RUNNING' }),
      [expect.objectContaining({ name: 'p', pid: 7 })],
      [10, 'BAD_NAME: nope'],
      [60, 'ALREADY_STARTED: p'],
      ['3.0'],
      [2, 'INCORRECT_PARAMETERS'],
    ]);
  });

  test('reads an error that holds whatever a process may have written', async () => {
    server = await startServer();
    server.supervisor.process('p').become('FATAL', { spawnError: 'a\u0000\u001b[1m\ud800]]>&<é😀' });
    expect(await callAll([['supervisor.getProcessInfo', ['p']]])).toEqual([
      expect.objectContaining({ spawnerr: 'a\ufffd\ufffd[1m\ufffd]]>&<é😀' }),
    ]);
  });
});
