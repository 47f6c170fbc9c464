import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { foreignRequests } from '../../src/http/foreign-requests.ts';
import { hostName, isNameOfThisMachine } from '../../src/http/machine-names.ts';
import { parseHead } from '../../src/http/messages/request-head.ts';
import { Response } from '../../src/http/messages/response.ts';
import { FakeSupervisor } from '../rpc/fakes.ts';
import { get, methodCall, openedInTest, post } from './client.ts';

const { serve, client } = openedInTest();

interface Setting {
  readonly allowedHosts?: readonly string[];
  readonly isExposed?: boolean;
}

interface Verdict {
  readonly host: boolean;
  readonly action: boolean;
  readonly answer: string;
}

/** The verdict of a server of this kind on a request with these headers. */
function judge(headers: readonly string[], { allowedHosts = [], isExposed = true }: Setting = {}): Verdict {
  const { log } = new FakeSupervisor([], []);
  const foreign = foreignRequests({ section: 'inet_http_server', allowedHosts, isExposed, log });
  const head = parseHead(['GET / HTTP/1.1', ...headers].join('\r\n'));
  if (head === null) throw new Error('malformed');
  let answer = '';
  const wire = {
    send: (before: string, bytes?: Buffer) => {
      answer += before + (bytes?.toString() ?? '');
    },
    waitingBytes: 0,
    answered: () => {},
    abort: () => {},
  };
  const request = { ...head, readBody: () => {} };
  const host = foreign.refuseHost(request, new Response(wire, head));
  return { host, action: foreign.refuseAction(request, new Response(wire, head)), answer };
}

const isRefused = (...headers: string[]): boolean => judge(headers).action;

describe('an action', () => {
  test.each([
    ['a script', ['Host: box:9001']],
    ['a script without a host', []],
    [
      'a script that calls itself a browser',
      ['Host: box:9001', 'User-Agent: Mozilla/5.0 (WindowsPowerShell)'],
    ],
    ['the own page, which the browser trusts', ['Host: localhost:9001', 'Sec-Fetch-Site: same-origin']],
    [
      'the own page behind a proxy that sends another Host',
      ['Host: backend:9001', 'Sec-Fetch-Site: same-origin', 'Origin: https://my.domain'],
    ],
    [
      'fetch of Node.js, with a type that browsers do not send without asking',
      ['Host: box:9001', 'Accept-Language: *', 'Sec-Fetch-Mode: cors', 'Content-Type: application/json'],
    ],
    ['the address line', ['Host: localhost:9001', 'Sec-Fetch-Site: none']],
    ['the own form', ['Host: 10.0.0.5:9001', 'Origin: http://10.0.0.5:9001']],
    [
      'the own link',
      ['Host: box:9001', 'Referer: http://BOX:9001/index.html?message=x', 'Accept-Language: de'],
    ],
    ['the own page on port 80', ['Host: box:80', 'Referer: http://box/']],
    ['the own page on port 443 of a proxy', ['Host: box', 'Origin: https://box']],
    ['the own page on another port of a proxy that sends no port', ['Host: box', 'Origin: https://box:8443']],
    [
      'the own page below a path of a proxy',
      ['Host: my.domain/supervisor/', 'Referer: http://my.domain/supervisor/'],
    ],
    ['the own page at an IPv6 address', ['Host: [::1]:9001', 'Origin: http://[::1]:9001']],
  ])('of %s is carried out', (_, headers) => {
    expect(isRefused(...headers)).toBe(false);
  });

  test.each([
    ['another site', ['Host: box:9001', 'Sec-Fetch-Site: cross-site']],
    ['another host of the site', ['Host: box:9001', 'Sec-Fetch-Site: same-site', 'Origin: http://box:9001']],
    ['a kind of site that is not known yet', ['Host: box:9001', 'Sec-Fetch-Site: ']],
    ['a foreign form', ['Host: box:9001', 'Origin: http://evil.example']],
    [
      'a foreign form that shows our page as its referer',
      ['Host: box:9001', 'Origin: http://evil.example', 'Referer: http://box:9001/'],
    ],
    ['a page without an origin', ['Host: box:9001', 'Origin: null']],
    ['another port of this machine', ['Host: box:9001', 'Origin: http://box:3000']],
    ['a foreign link', ['Host: box:9001', 'Referer: http://evil.example/box:9001']],
    ['a foreign link that hides where it is', ['Host: box:9001', 'Accept-Language: de']],
    ['a host in the name of another', ['Host: box:9001', 'Origin: http://box.evil.example:9001']],
    ['a user in the name of another', ['Host: box:9001', 'Referer: http://box:9001@evil.example/']],
    ['a form that asks for no host', ['Origin: http://evil.example']],
    [
      'a foreign page that sends JSON',
      ['Host: box:9001', 'Content-Type: application/json', 'Origin: http://evil.example'],
    ],
    [
      'a foreign form that hides where it is, and whose type is not that of JSON',
      ['Host: box:9001', 'Accept-Language: de', 'Content-Type: text/plain; application/json'],
    ],
  ])('of %s is refused', (_, headers) => {
    expect(isRefused(...headers)).toBe(true);
  });

  test('of an allowed host is carried out, where a proxy sends another one', () => {
    const headers = ['Host: backend:9001', 'Origin: http://my.domain'];
    expect(judge(headers).action).toBe(true);
    expect(judge(headers, { allowedHosts: ['my.domain'] }).action).toBe(false);
  });
});

describe('a host', () => {
  test.each([
    ['127.0.0.1:9001'],
    ['[::1]:9001'],
    ['localhost:9001'],
    [`${hostname()}:9001`],
    [hostname().toUpperCase()],
    ['a.localhost'],
  ])('that is %s is this machine', (host) => {
    expect(isNameOfThisMachine(hostName(host))).toBe(true);
    expect(judge([`Host: ${host}`, 'Accept-Language: de']).host).toBe(false);
  });

  test('of another site is refused to a browser, with what to configure', () => {
    const { host, answer } = judge(['Host: evil.example:9001', 'Accept-Language: de']);
    expect(host).toBe(true);
    expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n.*allowed_hosts in \[inet_http_server\]/s);
  });

  test.each([
    'Origin: http://evil.example:9001',
    'Referer: http://evil.example:9001/',
    'Sec-Fetch-Mode: cors',
  ])('of another site is refused with "%s"', (header) => {
    expect(judge(['Host: evil.example:9001', header]).host).toBe(true);
  });

  test('of any name is answered to a script', () => {
    expect(judge(['Host: evil.example:9001']).host).toBe(false);
  });

  test('of any name is answered where no page can read: on a unix socket, and with a password', () => {
    expect(judge(['Host: my.domain', 'Origin: https://my.domain'], { isExposed: false }).host).toBe(false);
  });

  test.each([
    ['my.domain', 'my.domain', true],
    ['my.domain', 'MY.domain:8080', true],
    ['My.Domain:9001', 'my.domain', true],
    ['my.domain', 'other.my.domain', false],
    ['*.my.domain', 'other.my.domain:1', true],
    ['*.my.domain', 'my.domain', false],
    ['*.my.domain', 'evilmy.domain', false],
    ['*', 'anything', true],
    ['my.domain', '127.0.0.1', true],
    ['my.domain', 'my.domain/supervisor/', true],
  ])('with allowed_hosts=%s, %s is answered also to a script: %s', (allowed, host, isAnswered) => {
    for (const isExposed of [true, false]) {
      expect(judge([`Host: ${host}`], { allowedHosts: [allowed], isExposed }).host).toBe(!isAnswered);
    }
  });
});

describe('a server', () => {
  const CALL = methodCall('supervisor.getPID');

  test('executes no call that a foreign page sends', async () => {
    const server = await serve();
    for (const header of ['Sec-Fetch-Site: cross-site', 'Origin: http://evil.example']) {
      const answer = await client(server).ask(post(CALL, ['Host: box:9001', header]));
      expect([answer.status, answer.headers.get('content-type')]).toEqual([403, 'text/plain;charset=utf-8']);
      expect(answer.body).toBe(
        'This server carries out an action for a browser only where its own page asks for it.\n',
      );
    }
    expect((await client(server).ask(post(CALL, ['Host: box:9001']))).status).toBe(200);
    expect((await client(server).ask(post(CALL, ['Host: box', 'Origin: http://box']))).status).toBe(200);
  });

  test('logs the first refusal of a minute, with what was sent on one line', async () => {
    const server = await serve();
    for (const count of [1, 2, 3]) {
      await client(server).ask(post(CALL, ['Host: box', `Origin: \u0085evil-${count}`]));
    }
    expect(server.supervisor.log.lines.filter((line) => line.includes('refused a request'))).toEqual([
      expect.stringMatching(
        /^warn: Server 'unix_http_server': refused a request that a page of another site asked for \(Origin: '[ -~\u00c2]*evil-1'\)$/,
      ),
    ]);
  });

  test('lets no other page show its own', async () => {
    const { headers } = await client(await serve()).ask(get('/'));
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('referrer-policy')).toBe('same-origin');
  });
});
