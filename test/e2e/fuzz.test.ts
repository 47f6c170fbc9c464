import { expect } from 'vitest';
import type { Json } from '../../compat/scenario.ts';
import { fc } from '../properties.ts';
import { call, count, program, startWith, test, untilState } from './support.ts';

/** Methods that end the daemon by design. */
const ENDINGS = new Set(['supervisor.shutdown', 'supervisor.restart']);

const NAMES = ['cat', 'cat:cat', 'cat:*', 'cat:', ':', '*', '', '../cat', 'cat:../cat', 'none', '__proto__'];

const ODD_TEXTS = ['\u{1f600}', '<>&]]>', 'x'.repeat(3000), '%(x)s', 'constructor'];

const NUMBERS = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 1.5, 9, 64, 65, 1e300];

const scalar: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom(...NAMES, ...ODD_TEXTS),
  fc.constantFrom(...NUMBERS),
  fc.boolean(),
  fc.constantFrom('HUP', 'KILL', 'USR1', 'NOSUCH', '0', '-1'),
);

const parameter: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.constantFrom('methodName', 'params', 'name'), scalar, { maxKeys: 3 }),
  },
);

test('whatever a method is called with, it answers or faults, and the programs run on', async ({ side }) => {
  const keys = { command: '/bin/cat', startsecs: 0, stopwaitsecs: 1, autorestart: 'true' };
  const daemon = await startWith(side, program('cat', keys) + program('quiet', keys));
  await untilState(side, 'cat', 'RUNNING');
  const answer = await side.rpc('system.listMethods');
  const methods = ('result' in answer ? (answer.result as string[]) : []).filter(
    (name) => !ENDINGS.has(name),
  );
  expect(methods.length).toBeGreaterThan(30);

  const calls = fc.tuple(fc.constantFrom(...methods), fc.array(parameter, { maxLength: 4 }));
  const run = async ([method, params]: [string, Json[]]) => {
    const got = await side.rpc(method, params);
    // Not every number that the client writes is one of XML-RPC: such a request is a bad one.
    const isRefused = 'failure' in got && got.failure.endsWith('(HTTP 400)');
    const isAnswered = 'result' in got || 'fault' in got;
    expect(isRefused || isAnswered, `${method} ${JSON.stringify([got, params]).slice(0, 400)}`).toBe(true);
  };
  await fc.assert(fc.asyncProperty(calls, run), { numRuns: 800, seed: 20_211, endOnFailure: true });

  expect(await call(side, 'getPID')).toBe(daemon.pid);
  expect(count(side.readFile('main.log'), /unexpected error|Traceback/g)).toBe(0);
  expect(await daemon.stop()).toBe(0);
});

test('bytes that are not a request disturb no other client', async ({ side }) => {
  const daemon = await startWith(side, program('cat', { command: '/bin/cat', startsecs: 0 }));
  const requests = [
    Buffer.from([0, 1, 2, 255, 254, 13, 10, 13, 10]),
    'GET / HTTP/9.9\r\n\r\n',
    'POST /RPC2 HTTP/1.1\r\nContent-Length: -5\r\n\r\n',
    'POST /RPC2 HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n',
    'POST /RPC2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n',
    `POST /RPC2 HTTP/1.0\r\nContent-Length: 40000\r\n\r\n${'<a>'.repeat(13_333)}`,
    `GET /${'%00'.repeat(1000)} HTTP/1.1\r\n\r\n`,
    `GET / HTTP/1.1\r\n${'X-Long: y\r\n'.repeat(5000)}\r\n`,
    'GET /logtail/%ff%fe/..%2f..%2f HTTP/1.0\r\n\r\n',
  ];
  for (const request of requests) {
    await side.rawHttp(request, { silentMs: 200 });
  }
  expect(await call(side, 'getPID')).toBe(daemon.pid);
  expect(side.readFile('main.log')).not.toContain('unexpected error');
  await untilState(side, 'cat', 'RUNNING');
});
