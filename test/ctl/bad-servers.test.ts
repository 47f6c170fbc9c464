/** Whatever answers instead of a supervisord: one clear line, and an exit code. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { COMMANDS } from '../../src/ctl/commands/table.ts';
import { runShell } from '../../src/ctl/shell.ts';
import { writeResponse } from '../../src/xmlrpc/writer.ts';
import { needing, PLAIN_USER } from '../needs.ts';
import { answers, fault, http, openSession, processInfo, result, runLine, test } from './fake-server.ts';

const PAGE = '<!DOCTYPE html>\n<html><body>It works!</body></html>';

const BAD_ANSWERS: Readonly<Record<string, readonly [answer: Buffer | string, says: RegExp]>> = {
  rubbish: ['\u0000\u0001 SSH-2.0-OpenSSH_9.2\r\n', /does not speak HTTP; is this a supervisord\?/],
  'rubbish without an end': ['x'.repeat(100_000), /does not speak HTTP/],
  'nothing, and the connection closed': ['', /closed the connection before it answered/],
  'a status line alone': ['HTTP/1.1 200 OK\r\n', /broke off in the middle of its answer/],
  'half a body': [`HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<?xml`, /broke off in the middle/],
  'half a chunk': [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\nabc',
    /broke off in the middle/,
  ],
  'a chunk without a size': [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n',
    /broke the rules of HTTP/,
  ],
  'a page': [http(PAGE), /did not answer in XML-RPC; is this a supervisord\?/],
  'half a document': [
    http(writeResponse('3.0').subarray(0, 60)),
    /sent the beginning of an answer and not its end \(the original supervisord does that/,
  ],
  'an empty body': [http(''), /did not answer in XML-RPC/],
  'HTTP 500': [
    http('', '500 Internal Server Error'),
    /answered HTTP 500 Internal Server Error: its own log may have the reason/,
  ],
  'HTTP 404': [
    http(PAGE, '404 Not Found'),
    /answered HTTP 404 Not Found: XML-RPC is not served there; is this a supervisord\?/,
  ],
  'HTTP 403 with the reason': [
    http("User 'x' has the role read.\n", '403 Forbidden'),
    /answered HTTP 403 Forbidden: User 'x' has the role read\./,
  ],
  'HTTP 403 with a page': [http(PAGE, '403 Forbidden'), /answered HTTP 403 Forbidden: not allowed/],
  'HTTP 403 with controls': [http('\u001b[2Jx', '403 Forbidden'), /answered HTTP 403 Forbidden: not allowed/],
  'HTTP 403 without an end': [
    `HTTP/1.1 403 Forbidden\r\n\r\n${'x'.repeat(1000)}`,
    /answered HTTP 403 Forbidden: not allowed/,
  ],
  'a redirect': [http('', '301 Moved Permanently'), /answered HTTP 301 Moved Permanently/],
};

describe('a server that is not a supervisord', () => {
  for (const [what, [answer, says]] of Object.entries(BAD_ANSWERS)) {
    test(`answers ${what}`, async ({ server }) => {
      server.answer = () => answer;
      const { session, stdout, stderr } = openSession(server.url);
      await runLine(session, 'pid');
      expect(stdout()).toMatch(new RegExp(`^error: ${server.url} ${says.source}.*\\n$`));
      expect(stderr()).toBe('');
      expect(session.exitStatus).toBe(1);
    });
  }

  test.for(['pid', 'status', 'avail'])('hangs: the silence has an end for %s', async (line, { server }) => {
    const { session, stdout } = openSession(server.url, {
      connection: { serverUrl: server.url, username: null, password: null, silenceMs: 50 },
    });
    await runLine(session, line);
    expect(stdout()).toBe(`error: ${server.url} has not answered for 0 seconds\n`);
    expect(session.exitStatus).toBe(1);
  });

  test('answers status with something else', async ({ server }) => {
    server.answer = answers({ getAllProcessInfo: result([{ name: 'x' }]) });
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'status');
    expect(stdout()).toContain('answered getAllProcessInfo with something else');
    expect(session.exitStatus).toBe(1);
  });

  test('speaks another version of the API', async ({ server }) => {
    server.answer = answers({ getVersion: result('2.0') });
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'pid');
    expect(stdout()).toBe(
      'Sorry, this version of supervisorctl expects to talk to a server with API version 3.0, but the remote version is 2.0.\n',
    );
    expect(session.exitStatus).toBe(5);
  });

  test('has no supervisor namespace', async ({ server }) => {
    server.answer = answers({ getVersion: fault('UNKNOWN_METHOD') });
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'start x');
    expect(stdout()).toMatch(/^Sorry, supervisord responded but did not recognize the supervisor namespace/);
    expect(session.exitStatus).toBe(3);
  });
});

describe('a number that XML-RPC cannot carry', () => {
  for (const line of ['tail -2147483649 x', 'maintail -99999999999999999999']) {
    test(`${line} is refused before anything is asked`, async ({ server }) => {
      server.answer = answers({ readLog: result('text'), readProcessStdoutLog: result('text') });
      const { session, stdout } = openSession(server.url);
      await runLine(session, line);
      expect(stdout()).toMatch(/^error: -\d+ does not fit into a number of XML-RPC \(32 bits\)\n$/);
      expect(session.exitStatus).toBe(1);
      expect(server.calls).toEqual(['supervisor.getVersion']);
    });
  }
});

describe('a socket', () => {
  test('that is not there', async ({ server }) => {
    const { session, stdout } = openSession(`${server.url}-not`);
    await runLine(session, 'status');
    expect(stdout()).toBe(`${server.url}-not no such file\n`);
    expect(session.exitStatus).toBe(4);
  });

  test('without a listener', async ({ server }) => {
    writeFileSync(`${server.path}-file`, '');
    const { session, stdout } = openSession(`${server.url}-file`);
    await runLine(session, 'pid');
    expect(stdout()).toBe(`${server.url}-file refused connection\n`);
    expect(session.exitStatus).toBe(4);
  });

  needing(test, PLAIN_USER)('without permission', async ({ server }) => {
    chmodSync(server.path, 0);
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'pid');
    expect(stdout()).toContain('permission denied');
    expect(session.exitStatus).toBe(1);
  });

  test('whose path is too long', async () => {
    const { session, stdout } = openSession(`unix://${join('/tmp', 'x'.repeat(200))}`);
    await runLine(session, 'pid');
    expect(stdout()).toMatch(
      /^(error: unix:.* (has a path that is too long|cannot be used)|unix:.* no such file)/,
    );
  });

  for (const url of [
    'ftp://x',
    'HTTP://x',
    '',
    'http://host:port',
    'http://h:99999',
    'http://',
    'http://:9001',
    'unix://',
  ]) {
    test(`behind the URL ${JSON.stringify(url)}`, async () => {
      const { session, stdout } = openSession(url);
      await runLine(session, 'status');
      expect(stdout()).toMatch(/^error: cannot use the server URL /);
      expect(session.exitStatus).toBe(1);
    });
  }
});

describe('a server that requires a password', () => {
  const refusal = http('', '401 Unauthorized');

  test('is reported by a command', async ({ server }) => {
    server.answer = () => refusal;
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'status');
    expect(stdout()).toMatch(
      /^Server requires authentication\nerror: \S+ answered HTTP 401 Unauthorized: user name or password is missing or wrong .*\n$/,
    );
    expect(session.exitStatus).toBe(1);
  });

  test('is answered in the shell, and the line runs again', async ({ server }) => {
    const known = answers({ getAllProcessInfo: result([processInfo('a')]) });
    let asked = 0;
    server.answer = (method, body) => {
      asked += 1;
      return asked === 1 ? refusal : known(method, body);
    };
    const { session, stdout } = openSession(server.url, { isInteractive: true, lines: ['me', 'secret'] });
    await runShell(session, { own: COMMANDS, plugins: [] }, 'prompt');
    expect(session.connection).toMatchObject({ username: 'me', password: 'secret' });
    expect(stdout()).toBe(
      'Server requires authentication\nUsername:Password:\na                                RUNNING   pid 7, uptime 0:00:05\nprompt> \n',
    );
  });
});
