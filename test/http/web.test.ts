import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { GroupConfig } from '../../src/config/types.ts';
import { openHttpServers } from '../../src/http/servers.ts';
import type { StateName } from '../../src/process/machine/states.ts';
import { FakeSupervisor, group, processConfig } from '../rpc/fakes.ts';
import { get, openedInTest, type TestServer, unixServer } from './client.ts';

const { serve, client, keep } = openedInTest();

function programs(...names: readonly string[]): GroupConfig[] {
  return names.map((name) => group(name, [processConfig(name)]));
}

async function pageOf(server: TestServer, path = '/'): Promise<string> {
  const { status, body } = await client(server).ask(get(path));
  expect(status).toBe(200);
  return body;
}

/** The rows of the table as scrapers take them apart. */
function rowsOf(page: string): string[] {
  return [...page.matchAll(/<tr class="[^"]*">.*?<\/tr>/gs)].map(([row]) => row);
}

function linksOf(html: string): string[] {
  return [...html.matchAll(/<a [^>]*?href="([^"]*)"[^>]*>([^<]*)<\/a>/g)].map(
    ([, href, text]) => `${text} ${href}`,
  );
}

const NAME_AND_LOGS = {
  name: 'p tail.html?processname=p',
  after: [
    'Clear Log index.html?processname=p&amp;action=clearlog',
    'Tail -f Stdout logtail/p',
    'Tail -f Stderr logtail/p/stderr',
  ],
};

describe('the status page', () => {
  const START = ['Start index.html?processname=p&amp;action=start', 'Action #'];
  const RESTART = [
    'Restart index.html?processname=p&amp;action=restart',
    'Stop index.html?processname=p&amp;action=stop',
  ];
  const NOTHING = ['Action #', 'Action #'];

  test.each<[StateName, string, readonly string[]]>([
    ['STOPPED', 'statusnominal', START],
    ['STARTING', 'statusnominal', NOTHING],
    ['RUNNING', 'statusrunning', RESTART],
    ['BACKOFF', 'statuserror', NOTHING],
    ['STOPPING', 'statusnominal', NOTHING],
    ['EXITED', 'statusnominal', START],
    ['FATAL', 'statuserror', START],
    ['UNKNOWN', 'statusnominal', NOTHING],
  ])('shows a process that is %s as %s, and offers what can be done with it', async (state, style, links) => {
    const server = await serve();
    server.supervisor.process('p').become(state);
    const [row = ''] = rowsOf(await pageOf(server));
    expect(row).toContain(`<td class="status"><span class="${style}">${state.toLowerCase()}</span></td>`);
    expect(linksOf(row)).toEqual([NAME_AND_LOGS.name, ...links, ...NAME_AND_LOGS.after]);
    expect(row.match(/class="hidden"/g)?.length ?? 0).toBe(
      links.filter((link) => link === 'Action #').length,
    );
  });

  test('names processes with their groups, sorted, every other row shaded', async () => {
    const server = await serve({
      groups: [...programs('b'), group('a', [processConfig('y'), processConfig('x'), processConfig('a')])],
    });
    const rows = rowsOf(await pageOf(server, '/index.html'));
    expect(rows.map((row) => linksOf(row)[0])).toEqual([
      'a tail.html?processname=a',
      'a:x tail.html?processname=a%3Ax',
      'a:y tail.html?processname=a%3Ay',
      'b tail.html?processname=b',
    ]);
    expect(rows.map((row) => /class="([^"]*)"/.exec(row)?.[1])).toEqual(['', 'shade', '', 'shade']);
  });

  test('has the buttons for all processes, the version and the year', async () => {
    const page = await pageOf(await serve());
    expect(linksOf(page).slice(0, 3)).toEqual([
      'Refresh index.html?action=refresh',
      'Restart All index.html?action=restartall',
      'Stop All index.html?action=stopall',
    ]);
    expect(page).toContain('<a href="http://supervisord.org">Supervisor</a> <span>4.3.0</span>');
    expect(page).toContain(`<span>${new Date().getFullYear()}</span>`);
  });

  test('reports that there is nothing to show where there is no program', async () => {
    const page = await pageOf(await serve({ groups: [] }));
    expect(page).toContain('No programs to manage');
    expect(page).not.toContain('<table');
  });

  test('lets no markup through, wherever it comes from', async () => {
    const evil = `<img/src=x\tonerror="alert('1')">&lt;`;
    const server = await serve({ groups: programs(evil) });
    server.supervisor.process(evil).become('FATAL', { spawnError: evil });
    const page = await pageOf(server, `/?message=${encodeURIComponent(evil)}`);
    expect(page).not.toContain('<img/');
    const shown = '&lt;img/src=x\tonerror="alert(\'1\')">&amp;lt;';
    expect(page).toContain(`<div class="status_msg">${shown}</div>`);
    expect(page).toContain(`<td><span>${shown}</span></td>`);
    expect(page).toContain(
      `<a href="tail.html?processname=%3Cimg/src%3Dx%09onerror%3D%22alert%28%271%27%29%22%3E%26lt%3B" target="_blank">${shown}</a>`,
    );
  });

  test('keeps the place of a message hidden where there is none', async () => {
    expect(await pageOf(await serve(), '/?message=')).toContain('<div class="hidden">#</div>');
  });

  test('is never cached', async () => {
    const { headers } = await client(await serve()).ask(get('/'));
    expect([...headers].filter(([name]) => name !== 'date' && name !== 'content-length').sort()).toEqual([
      ['cache-control', 'no-cache'],
      [
        'content-security-policy',
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
          "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      ],
      ['content-type', 'text/html;charset=utf-8'],
      ['expires', 'Thu, 01 Jan 1970 00:00:00 GMT'],
      ['pragma', 'no-cache'],
      ['referrer-policy', 'same-origin'],
      ['server', 'Medusa/1.12'],
    ]);
  });

  test('has a row for each of a thousand programs', async () => {
    const names = Array.from({ length: 1000 }, (_, index) => `program-${index}`);
    expect(rowsOf(await pageOf(await serve({ groups: programs(...names) }))).length).toBe(1000);
  });

  test('needs no RPC interface in the configuration', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'visord-web-'));
    keep({ end: () => rmSync(folder, { recursive: true }) });
    const file = join(folder, 'http.sock');
    const supervisor = new FakeSupervisor(programs('p'), [unixServer(file)]);
    supervisor.config = { ...supervisor.config, rpcInterfaces: [] };
    const servers = await openHttpServers(supervisor);
    keep({ end: () => servers.close() });
    const connection = client({ file });
    expect((await connection.ask(get('/'))).body).toContain('processname=p');
    const answer = await connection.ask(get('/?processname=p&action=stop'));
    expect(answer.headers.get('location')).toContain('NOT_RUNNING');
  });
});

describe('a path', () => {
  test.each([
    ['//index.html', 200],
    ['/index%2ehtml', 200],
    ['/?', 200],
    ['/?action=', 200],
    ['/INDEX.html', 404],
    ['/index.html/', 404],
    ['/status.html', 404],
    ['/images/', 404],
    ['/stylesheets/../images/icon.png', 404],
    ['/images/%2e%2e/%2e%2e/%2e%2e/etc/passwd', 404],
  ])('%s is answered %i', async (path, status) => {
    expect((await client(await serve()).ask(get(path))).status).toBe(status);
  });

  test.each([
    ['PUT / HTTP/1.1\r\nContent-Length: 0\r\n\r\n', 400],
    ['DELETE /index.html HTTP/1.1\r\n\r\n', 400],
    ['POST /index.html HTTP/1.1\r\n\r\n', 411],
    ['POST /index.html HTTP/1.1\r\nContent-Length: 2000\r\n\r\n', 413],
    ['POST /stylesheets/supervisor.css HTTP/1.1\r\nContent-Length: 0\r\n\r\n', 400],
    ['POST /ok.html HTTP/1.1\r\nContent-Length: 0\r\n\r\n', 200],
  ])('under %j is answered %i', async (request, status) => {
    expect((await client(await serve({ maxBodyBytes: 1000 })).ask(request)).status).toBe(status);
  });

  test('/ok.html is OK', async () => {
    const { headers, body } = await client(await serve()).ask(get('/ok.html'));
    expect([headers.get('content-type'), body]).toEqual(['text/plain', 'OK']);
  });

  test.each([
    '/',
    '/index.html?action=stopall',
    '/tail.html?processname=p',
    '/ok.html',
    '/stylesheets/supervisor.css',
    '/images/icon.png',
    '/nope',
  ])('%s asks for the password', async (path) => {
    const server = await serve({ credentials: { username: 'anna', password: 'secret' } });
    expect((await client(server).ask(get(path))).status).toBe(401);
    const allowed = `Authorization: Basic ${Buffer.from('anna:secret').toString('base64')}`;
    expect((await client(server).ask(get(path, [allowed]))).status).not.toBe(401);
  });
});

describe('the tail page', () => {
  async function logging(text: string | Buffer): Promise<TestServer> {
    const server = await serve();
    const file = join(server.folder, 'p.log');
    writeFileSync(file, text);
    server.supervisor.process('p').stdoutLogfile = file;
    return server;
  }

  const REFRESH = (limit: number) => `<a href="tail.html?processname=p&amp;limit=${limit}">`;

  test('shows the last 1024 bytes, or as many more as are asked for', async () => {
    const server = await logging(`begin${'x'.repeat(2000)}end\n`);
    const short = await pageOf(server, '/tail.html?processname=p');
    expect(short).toContain(`<pre>${'x'.repeat(1020)}end\n</pre>`);
    expect(short).toContain('<title>Supervisor tail of process p</title>');
    expect(short).toContain(REFRESH(1024));
    const long = await pageOf(server, '/tail.html?processname=p&limit=100000');
    expect(long).toContain('<pre>beginx');
    expect(long).toContain(REFRESH(100_000));
  });

  test.each(['7', '-5', 'abc', '1e9', ''])('takes a limit of "%s" for 1024', async (limit) => {
    const page = await pageOf(await logging('y'.repeat(3000)), `/tail.html?processname=p&limit=${limit}`);
    expect(page).toContain(`<pre>${'y'.repeat(1024)}</pre>`);
    expect(page).toContain(REFRESH(1024));
  });

  test('takes a limit of any length', async () => {
    const page = await pageOf(await logging('all'), `/tail.html?processname=p&limit=${'9'.repeat(400)}`);
    expect(page).toContain('<pre>all</pre>');
  });

  test('shows a log as it is, markup and broken characters too', async () => {
    const server = await logging(
      Buffer.concat([Buffer.from('</pre><script>&lt;\u{1F600}'), Buffer.from([0xff, 0x0a])]),
    );
    expect(await pageOf(server, '/tail.html?processname=p')).toContain(
      '<pre>&lt;/pre>&lt;script>&amp;lt;\u{1F600}\u{FFFD}\n</pre>',
    );
  });

  test.each([
    ['/tail.html', 'None', 'No process name found'],
    ['/tail.html?processname=', 'None', 'No process name found'],
    ['/tail.html?processname=p', 'p', 'No file for p'],
    ['/tail.html?processname=a%3Ab', 'a:b', 'ERROR: unexpected rpc fault [10] BAD_NAME: a:b'],
    ['/tail.html?processname=p:*', 'p:*', 'ERROR: unexpected rpc fault [10] BAD_NAME: p:*'],
    ['/tail.html?processname=%3Ci%3E', '&lt;i>', 'ERROR: unexpected rpc fault [10] BAD_NAME: &lt;i>'],
  ])('%s reports why there is nothing to show', async (path, name, text) => {
    const page = await pageOf(await serve(), path);
    expect(page).toContain(`<title>Supervisor tail of process ${name}</title>`);
    expect(page).toContain(`<pre>${text}</pre>`);
    expect(page.includes('name="refresh"')).toBe(name !== 'None');
  });
});

describe('a file of the page', () => {
  test.each([
    ['/stylesheets/supervisor.css', 'text/css', '.statusrunning'],
    ['/images/icon.png', 'image/png', 'PNG\r\n'],
    ['/images/supervisor.gif', 'image/gif', 'GIF89a'],
    ['/images/rule.gif', 'image/gif', 'GIF89a'],
    ['/images/state0.gif', 'image/gif', 'GIF89a'],
    ['/images/state3.gif', 'image/gif', 'GIF89a'],
  ])('%s comes as %s', async (path, type, beginning) => {
    const { status, headers, body } = await client(await serve()).ask(`GET ${path} HTTP/1.0\r\n\r\n`);
    expect([status, headers.get('content-type')]).toEqual([200, type]);
    expect(body).toContain(beginning);
  });

  test('is sent again only when it has changed', async () => {
    const connection = client(await serve());
    const path = '/stylesheets/supervisor.css';
    const changed = (await connection.ask(get(path))).headers.get('last-modified');
    const again = client(await serve());
    again.send(get(path, [`If-Modified-Since: ${changed}`, 'Connection: close']));
    expect(await again.untilClosed()).toMatch(/^HTTP\/1\.1 304 Not Modified\r\n.*\r\n\r\n$/s);
    const old = `If-Modified-Since: ${new Date(0).toUTCString()}`;
    expect((await connection.ask(get(path, [old]))).status).toBe(200);
    expect((await connection.ask(get(path, ['If-Modified-Since: soon']))).status).toBe(200);
  });

  test.each([
    '/',
    '/index.html',
    '/index.html?message=x',
    '/tail.html?processname=p',
    '/ok.html',
    '/stylesheets/supervisor.css',
    '/images/supervisor.gif',
    '/nope',
  ])('under HEAD %s has the head that it has under GET', async (path) => {
    const server = await serve();
    const ask = async (method: string) => {
      const connection = client(server);
      connection.send(`${method} ${path} HTTP/1.1\r\nConnection: close\r\n\r\n`);
      return (await connection.untilClosed()).replace(/\r\nDate: .*/, '');
    };
    const [got] = (await ask('GET')).split(/(?<=\r\n\r\n)/, 1);
    expect(await ask('HEAD')).toBe(got);
  });

  test('under HEAD no action is carried out', async () => {
    const server = await serve();
    server.supervisor.process('p').become('RUNNING');
    const connection = client(server);
    connection.send('HEAD /?action=stopall HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect(await connection.untilClosed()).toMatch(/^HTTP\/1\.1 200 /);
    expect(server.supervisor.process('p').state).toBe('RUNNING');
  });

  test('has a length and no body under HEAD', async () => {
    const connection = client(await serve());
    connection.send('HEAD /images/icon.png HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect(await connection.untilClosed()).toMatch(/Content-Length: [1-9]\d*\r\n.*\r\n\r\n$/s);
  });
});
