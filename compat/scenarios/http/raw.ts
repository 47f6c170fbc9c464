/**
 * HTTP below XML-RPC: versions, connections, lengths, paths, and bodies that are not calls.
 *
 * @module
 */
import type { Scenario, Side } from '../../scenario.ts';
import { observeCalls, observeStates } from '../support/calls.ts';
import { program } from '../support/programs.ts';
import { methodCall, observeExchange, type RequestParts, request } from '../support/requests.ts';

export const httpRaw: Scenario = {
  name: 'http-raw',
  title: 'HTTP on the wire: versions, keep-alive, pipelining, lengths, paths, malformed XML',
  differences: [
    'answer-version',
    'bad-content-length',
    'bad-request-line',
    'blank-lines-before-request',
    'empty-body',
    'fault-for-traceback',
    'request-size-limit',
    'strict-xml-rpc',
    'xml-entities',
  ],
  run: async (side) => {
    const port = await side.freePort();
    side.writeFile(
      'supervisord.conf',
      `${side.preamble}\n[inet_http_server]\nport=127.0.0.1:${port}\n${program('cat', '/bin/cat')}`,
    );
    const daemon = await side.start();
    const inet = { kind: 'inet', host: '127.0.0.1', port } as const;
    const close = { Connection: 'close' };
    for (const [what, parts] of Object.entries(CONNECTIONS))
      await observeExchange(side, what, request(parts));
    await observeExchange(side, 'over inet', request({ body: GET_STATE, headers: close }), { address: inet });
    for (const [what, bytes] of Object.entries(SEVERAL)) await observeExchange(side, what, bytes);
    await observeInPieces(side);
    await observeCalls(side, [['stopProcess', 'cat']]);
    for (const [what, parts] of Object.entries(PATHS)) {
      await observeExchange(side, what, request({ ...parts, headers: { ...close, ...parts.headers } }));
    }
    for (const [what, body] of Object.entries(BODIES)) {
      await observeExchange(side, `body: ${what}`, request({ body, headers: close }));
    }
    const large = methodCall('supervisor.getProcessInfo', `<string>${'x'.repeat(1_500_000)}</string>`);
    const answer = await side.rawHttp(request({ body: large, headers: close }));
    side.observe('body: larger than 1 MiB', answer.slice(0, 12));
    await observeStates(side, 'states at the end');
    side.observe('the daemon lives', daemon.isRunning());
  },
};

const GET_STATE = methodCall('supervisor.getState');
const NO_SUCH = methodCall('supervisor.getProcessInfo', '<string>nope</string>');
const DEFERRED = methodCall('supervisor.startProcessGroup', '<string>cat</string>');

const CONNECTIONS: Readonly<Record<string, RequestParts>> = {
  'HTTP/1.1': { body: GET_STATE },
  'HTTP/1.1, close': { body: GET_STATE, headers: { Connection: 'close' } },
  'HTTP/1.1, keep-alive': { body: GET_STATE, headers: { Connection: 'keep-alive' } },
  'HTTP/1.1, a fault': { body: NO_SUCH },
  'HTTP/1.1, a deferred answer': { body: DEFERRED },
  'HTTP/1.1, a deferred answer, close': { body: DEFERRED, headers: { Connection: 'close' } },
  'HTTP/1.0': { body: GET_STATE, version: ' HTTP/1.0' },
  'HTTP/1.0, keep-alive': { body: GET_STATE, version: ' HTTP/1.0', headers: { Connection: 'keep-alive' } },
  'HTTP/1.0, a deferred answer': { body: DEFERRED, version: ' HTTP/1.0' },
  'no version': { body: GET_STATE, version: '' },
  'lower-case headers': { body: GET_STATE, headers: { 'content-type': 'text/xml', host: 'x' } },
  'no Content-Length': { headers: { 'Content-Type': 'text/xml' } },
  'Content-Length of 0': { headers: { 'Content-Length': '0' } },
  'a header of 20 KB': { body: GET_STATE, headers: { Cookie: 'x'.repeat(20_000) } },
  'a folded header': { body: GET_STATE, headers: { 'X-Folded': 'a\r\n b\r\n\tc' } },
  'the same Content-Length twice': {
    body: GET_STATE,
    headers: { 'X-Before': `x\r\nContent-Length: ${Buffer.byteLength(GET_STATE)}` },
  },
  'the coding identity': {
    body: GET_STATE,
    headers: { 'Transfer-Encoding': 'identity', 'Content-Length': String(Buffer.byteLength(GET_STATE)) },
  },
  'a Content-Length that is not a number': { headers: { 'Content-Length': 'ten' }, body: GET_STATE },
  'a negative Content-Length': { headers: { 'Content-Length': '-5' }, body: GET_STATE },
};

const SEVERAL: Readonly<Record<string, string>> = {
  'three requests on one connection':
    request({ body: GET_STATE }) + request({ body: NO_SUCH }) + request({ body: GET_STATE }),
  'a blank line before a request': `\r\n${request({ body: GET_STATE })}`,
  'the second closes':
    request({ body: GET_STATE }) + request({ body: GET_STATE, headers: { Connection: 'close' } }),
  'a deferred answer, then another': request({ body: DEFERRED }) + request({ body: GET_STATE }),
  'no request at all': '\r\n\r\n',
  'a line that is not a request': 'complete nonsense\r\n\r\n',
  'a request line with too many words': 'POST /RPC2 x HTTP/1.1\r\n\r\n',
  'a bare word': 'GET\r\n\r\n',
};

const PATHS: Readonly<Record<string, RequestParts>> = {
  'GET /RPC2': { method: 'GET' },
  'PUT /RPC2': { method: 'PUT', body: GET_STATE },
  'a lower-case method': { method: 'post', body: GET_STATE },
  'an encoded path': { path: '/%52PC2', body: GET_STATE },
  'a path below': { path: '/RPC2/below', body: GET_STATE },
  'a longer name': { path: '/RPC2x', body: GET_STATE },
  'a query': { path: '/RPC2?a=b', body: GET_STATE },
  'lower case': { path: '/rpc2', body: GET_STATE },
  'POST elsewhere': { path: '/nope', body: GET_STATE },
  'GET of nothing': { method: 'GET', path: '/nope' },
  'GET of a folder above': { method: 'GET', path: '/../supervisord.conf' },
  'GET of a folder above, encoded': { method: 'GET', path: '/%2e%2e/%2e%2e/etc/passwd' },
  'DELETE of nothing': { method: 'DELETE', path: '/nope' },
};

const bare = (xml: string) => xml.replace(/<\?.*?\?>/, '');
const typed = (xml: string) => methodCall('supervisor.getProcessInfo', xml);

const BODIES: Readonly<Record<string, string>> = {
  empty: '',
  'one blank': ' ',
  text: 'no xml at all',
  'not closed': '<methodCall><methodName>supervisor.getState',
  'wrongly nested': '<methodCall><methodName>supervisor.getState</methodCall></methodName>',
  'text after the end': `${GET_STATE}tail`,
  'two roots': GET_STATE + GET_STATE.replace(/<\?.*?\?>/, ''),
  'no methodName': '<methodCall><params/></methodCall>',
  'empty methodName': methodCall(''),
  'blank methodName': methodCall(' '),
  'blanks around methodName': methodCall(' supervisor.getState '),
  'no params': '<methodCall><methodName>supervisor.getState</methodName></methodCall>',
  'empty params': '<methodCall><methodName>supervisor.getState</methodName><params/></methodCall>',
  'another root': '<call><methodName>supervisor.getState</methodName></call>',
  'params first': '<methodCall><params/><methodName>supervisor.getState</methodName></methodCall>',
  'unknown elements': '<methodCall><x/><methodName>supervisor.getState</methodName><params/></methodCall>',
  'comments and CDATA':
    '<methodCall><!-- a --><methodName><![CDATA[supervisor.getState]]></methodName></methodCall>',
  entities: typed('<string>a&lt;b&#65;&#x42;&amp;</string>'),
  'an unknown entity': typed('<string>&nope;</string>'),
  'a declared entity': `<!DOCTYPE x [<!ENTITY e "cat">]>${typed('<string>&e;</string>').replace(/<\?.*?\?>/, '')}`,
  'a document type': `<?xml version='1.0'?><!DOCTYPE methodCall>${bare(GET_STATE)}`,
  'a document type with a subset': `<!DOCTYPE m [<!ELEMENT m ANY>]>${bare(GET_STATE)}`,
  'an external document type': `<!DOCTYPE m SYSTEM "nope.dtd">${bare(GET_STATE)}`,
  'a reference beyond Unicode': typed('<string>&#x110000;</string>'),
  'a reference to a surrogate': typed('<string>&#xD800;</string>'),
  ']]> in text': typed('<string>a]]>b</string>'),
  attributes: typed('<string a="1" b="2">cat</string>'),
  'an attribute twice': typed('<string a="1" a="2">cat</string>'),
  'blanks before the declaration': ` ${GET_STATE}`,
  'blanks before the root': ` ${bare(GET_STATE)}`,
  'two lists of parameters':
    '<methodCall><methodName>supervisor.getAPIVersion</methodName><params/><params/></methodCall>',
  'a double of many digits': typed(`<double>${'1'.repeat(90_000)}x</double>`),
  'an untyped value': typed('cat'),
  'an empty value': typed(''),
  'an empty string': typed('<string/>'),
  'line ends in a string': typed('<string>a\r\nb</string>'),
  'an int that is none': typed('<int>x</int>'),
  'an empty int': typed('<int></int>'),
  'a huge int': typed('<int>99999999999999999999</int>'),
  'an i4': typed('<i4>5</i4>'),
  'an i8': typed('<i8>5</i8>'),
  'a double': typed('<double>1.5</double>'),
  'a boolean that is none': typed('<boolean>true</boolean>'),
  nil: typed('<nil/>'),
  'an unknown type': typed('<colour>red</colour>'),
  'base64 of text': typed('<base64>Y2F0</base64>'),
  'base64 that is none': typed('<base64>!</base64>'),
  'a date': typed('<dateTime.iso8601>20240101T00:00:00</dateTime.iso8601>'),
  'a date that is none': typed('<dateTime.iso8601>soon</dateTime.iso8601>'),
  'an array without data': typed('<array/>'),
  'a struct with half a member': typed('<struct><member><name>a</name></member></struct>'),
  'a value without param':
    '<methodCall><methodName>supervisor.getProcessInfo</methodName><params><value>cat</value></params></methodCall>',
  'a name in other letters': typed('<string>имя</string>'),
};

/** A request that trickles in is still one request. */
async function observeInPieces(side: Side): Promise<void> {
  const script = `
import socket, sys, time
connection = socket.socket(socket.AF_UNIX)
connection.connect(sys.argv[1])
data = sys.argv[2].encode()
for start in range(0, len(data), 40):
    connection.sendall(data[start:start + 40])
    time.sleep(0.01)
connection.settimeout(60)
answer = b''
while b'</methodResponse>' not in answer:
    answer += connection.recv(65536)
print(answer.decode().split('\\r\\n')[0])
`;
  const { stdout } = await side.python(script, [side.path('s.sock'), request({ body: GET_STATE })]);
  side.observe('a request in pieces', stdout);
}
