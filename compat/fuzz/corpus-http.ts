/**
 * Requests to begin with, and a grammar that makes others.
 *
 * @module
 */
import type { Random } from '../harness/random.ts';

const CALL =
  '<?xml version="1.0"?><methodCall><methodName>supervisor.getState</methodName><params/></methodCall>';

export const REQUESTS: readonly string[] = [
  'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'GET /index.html?action=refresh HTTP/1.0\r\n\r\n',
  'GET /logtail/cat HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  'GET /tail.html?processname=cat&limit=100 HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET /stylesheets/supervisor.css HTTP/1.1\r\nHost: x\r\nIf-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n',
  'GET /mainlogtail HTTP/1.1\r\nHost: x\r\nAuthorization: Basic dXNlcjpwYXNz\r\n\r\n',
  'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: y\r\n\r\n',
  'HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n',
  `POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: ${CALL.length}\r\n\r\n${CALL}`,
  `POST /RPC2 HTTP/1.0\r\nContent-Length: ${CALL.length}\r\nConnection: Keep-Alive\r\n\r\n${CALL}`,
  'POST /RPC2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'POST /RPC2 HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello',
  'GET / HTTP/1.1\r\nX: a\r\n  folded\r\nHost: x\r\n\r\n',
];

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'get', 'G ET', '', 'CONNECT', 'A'.repeat(40)];
const TARGETS = [
  '/',
  '/RPC2',
  '*',
  'http://x/',
  '/a b',
  '//',
  '/%00',
  '/..%2f..',
  '',
  'x',
  '/?a=%',
  '/\u00e9',
];
const VERSIONS = ['HTTP/1.1', 'HTTP/1.0', 'HTTP/0.9', '', 'HTTP/2.0', 'HTTP/1.10', 'http/1.1', 'HTTP/1.1 '];
const NAMES = [
  'Host',
  'Content-Length',
  'content-length',
  'Transfer-Encoding',
  'Connection',
  'X',
  'Cookie',
  'Expect',
  'Authorization',
  'X y',
  '',
  ' X',
  'X ',
];
const VALUES = [
  'x',
  '',
  '5',
  '+5',
  '-5',
  '5, 5',
  '0x5',
  '5 ',
  ' 5',
  '99999999999999999999',
  'chunked',
  'identity',
  'chunked, chunked',
  'gzip, chunked',
  'xchunked',
  'close',
  'keep-alive',
  'close, x',
  '100-continue',
  'Basic =',
  '\u00e9',
  'a\tb',
];
const ENDS = ['\r\n', '\r\n', '\r\n', '\n', '\r', '\r\n '];
const CHUNKS = [
  '5\r\nhello\r\n',
  '05\r\nhello\r\n',
  '5;x=y\r\nhello\r\n',
  '5 \r\nhello\r\n',
  '-5\r\nhello\r\n',
  '0\r\n\r\n',
  '0\r\nX: y\r\n\r\n',
  'fffffffff\r\n',
  'g\r\n',
  '\r\n',
  '5\r\nhelloX\r\n',
];

/** A request that is built by the rules, or against one of them. */
export function generatedRequest(random: Random): string {
  const likely = <Value>(good: Value, others: readonly Value[]): Value =>
    random.chance(0.7) ? good : random.pick(others);
  const head = [`${likely('POST', METHODS)} ${likely('/RPC2', TARGETS)} ${likely('HTTP/1.1', VERSIONS)}`];
  for (let headers = random.integer(0, 5); headers > 0; headers -= 1) {
    head.push(`${random.pick(NAMES)}${likely(': ', [':', ' : ', ' '])}${random.pick(VALUES)}`);
  }
  const end = random.chance(0.8) ? '\r\n' : random.pick(ENDS);
  const body = random.chance(0.5)
    ? 'hello'
    : Array.from({ length: random.integer(0, 3) }, () => random.pick(CHUNKS)).join('');
  return `${head.join(end)}${end}${end}${body}`;
}
