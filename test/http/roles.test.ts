/** What users may do, by their roles and their programs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { group, processConfig } from '../rpc/fakes.ts';
import { as, get, methodCall, openedInTest, post, user } from './client.ts';

const { serve, client, keep } = openedInTest();

const GROUPS = [
  group('web', [processConfig('web_0', { program: 'web' }), processConfig('web_1', { program: 'web' })]),
  group('db', [processConfig('db')]),
];
const USERS = [
  user('eyes', { role: 'read' }),
  user('hands', { role: 'operate' }),
  user('boss', { role: 'admin' }),
  user('webmaster', { role: 'operate', programs: ['web'] }),
];

/** A call as a user, on a connection of its own; the answer as status and body. */
async function asking() {
  const server = await serve({ groups: GROUPS, users: USERS });
  const ask = async (name: string, request: string) => {
    const { status, body } = await client(server).ask(request.replace('\r\n', `\r\n${as(name)}\r\n`));
    return { status, body };
  };
  return { server, ask, call: (name: string, xml: string) => ask(name, post(xml)) };
}

function multicall(...calls: readonly (readonly [method: string, ...args: string[]])[]): string {
  const text = (value: string) => `<value><string>${value}</string></value>`;
  const member = (name: string, value: string) => `<member><name>${name}</name>${value}</member>`;
  const structs = calls.map(([method, ...args]) => {
    const params = `<value><array><data>${args.map(text).join('')}</data></array></value>`;
    return `<value><struct>${member('methodName', text(method))}${member('params', params)}</struct></value>`;
  });
  return `<?xml version="1.0"?><methodCall><methodName>system.multicall</methodName><params><param><value><array><data>${structs.join('')}</data></array></value></param></params></methodCall>`;
}

describe('a server that knows users', () => {
  test('answers no client without credentials', async () => {
    // With a user of its own: otherwise the owner of the daemon needs none on a unix socket.
    const credentials = { username: 'root', password: 'secret' };
    const server = await serve({ users: USERS, credentials });
    expect((await client(server).ask(post(methodCall('supervisor.getState')))).status).toBe(401);
    expect((await client(server).ask(get('/'))).status).toBe(401);
  });

  test('is not open to users of other servers', async () => {
    const server = await serve({
      users: [user('eyes'), user('outside', { servers: ['inet_http_server*'] })],
    });
    const statusAs = async (name: string) =>
      (await client(server).ask(post(methodCall('supervisor.getState'), [as(name)]))).status;
    expect([await statusAs('eyes'), await statusAs('outside')]).toEqual([200, 401]);
  });

  test('knows new users, and no longer removed ones, after the configuration was read again', async () => {
    const { server, call } = await asking();
    server.supervisor.config = { ...server.supervisor.config, users: [user('fresh')] };
    expect((await call('eyes', methodCall('supervisor.getState'))).status).toBe(401);
    expect((await call('fresh', methodCall('supervisor.getState'))).status).toBe(200);
  });

  test('leaves all rights to its own user', async () => {
    const credentials = { username: 'root', password: 'secret' };
    const server = await serve({ credentials, users: USERS });
    const { status } = await client(server).ask(post(methodCall('supervisor.shutdown'), [as('root')]));
    expect([status, server.supervisor.state]).toEqual([200, 'SHUTDOWN']);
  });
});

describe('a role', () => {
  test.each([
    ['read', 'eyes', 'supervisor.getProcessInfo', ['db'], 200],
    ['read', 'eyes', 'supervisor.readLog', [], 200],
    ['read', 'eyes', 'supervisor.startProcess', ['db'], 403],
    ['read', 'eyes', 'supervisor.sendProcessStdin', ['db', 'x'], 403],
    ['read', 'eyes', 'supervisor.clearProcessLogs', ['db'], 403],
    ['read', 'eyes', 'supervisor.shutdown', [], 403],
    ['operate', 'hands', 'supervisor.stopAllProcesses', [], 200],
    ['operate', 'hands', 'supervisor.clearProcessLogs', ['db'], 200],
    ['operate', 'hands', 'supervisor.sendRemoteCommEvent', ['a', 'b'], 200],
    ['operate', 'hands', 'supervisor.reloadConfig', [], 403],
    ['operate', 'hands', 'supervisor.addProcessGroup', ['db'], 403],
    ['operate', 'hands', 'supervisor.removeProcessGroup', ['db'], 403],
    ['operate', 'hands', 'supervisor.clearLog', [], 403],
    ['operate', 'hands', 'supervisor.restart', [], 403],
    ['admin', 'boss', 'supervisor.reloadConfig', [], 200],
    ['admin', 'boss', 'supervisor.removeProcessGroup', ['db'], 200],
  ])('%s: %s calls %s', async (_, name, method, args, status) => {
    const { call } = await asking();
    expect((await call(name, methodCall(method, ...args))).status).toBe(status);
  });

  test('that is too low is the reason of the refusal, in one sentence', async () => {
    const { call } = await asking();
    expect(await call('eyes', methodCall('supervisor.startProcess', 'db'))).toEqual({
      status: 403,
      body: "User 'eyes' has the role read, and supervisor.startProcess needs the role operate.\n",
    });
  });

  test('is checked for each call of a multicall before the first is carried out', async () => {
    const { server, call } = await asking();
    const answer = await call(
      'hands',
      multicall(['supervisor.startProcess', 'db'], ['supervisor.reloadConfig']),
    );
    expect(answer).toEqual({
      status: 403,
      body: "User 'hands' has the role operate, and supervisor.reloadConfig needs the role admin.\n",
    });
    expect(server.supervisor.process('db').state).toBe('STOPPED');
    expect((await call('hands', multicall(['supervisor.getState'], ['no.such']))).status).toBe(200);
  });

  test('read gets a page with the links that read, operate one with all', async () => {
    const { server, ask } = await asking();
    server.supervisor.process('db').become('RUNNING', { pid: 100 });
    const linksOf = async (name: string) => {
      const { body } = await ask(name, get('/'));
      const links = [...body.matchAll(/<a href="([^"]+)"/g)].map(([, href = '']) => href);
      return links.filter((href) => /action=|db/.test(href)).sort();
    };
    const reading = [
      'index.html?action=refresh',
      'logtail/db',
      'logtail/db/stderr',
      'tail.html?processname=db',
    ];
    expect(await linksOf('eyes')).toEqual(reading);
    const all = await linksOf('hands');
    expect(all).toEqual(expect.arrayContaining(reading));
    expect(all).toEqual(
      expect.arrayContaining([
        'index.html?action=stopall',
        'index.html?processname=db&amp;action=stop',
        'index.html?processname=db&amp;action=clearlog',
      ]),
    );
  });

  test('read sees the page and cannot use its actions', async () => {
    const { server, ask } = await asking();
    expect((await ask('eyes', get('/'))).status).toBe(200);
    for (const action of ['start&processname=db', 'stop&processname=db', 'restartall', 'stopall']) {
      expect((await ask('eyes', get(`/?action=${action}`))).status).toBe(403);
    }
    expect((await ask('eyes', get('/?action=clearlog&processname=db'))).status).toBe(403);
    expect((await ask('eyes', get('/?action=refresh'))).status).toBe(301);
    expect(server.supervisor.process('db').state).toBe('STOPPED');
    expect((await ask('hands', get('/?action=stopall'))).status).toBe(301);
  });
});

describe('a user with programs=', () => {
  test('sees these only', async () => {
    const { ask, call } = await asking();
    for (const method of ['getAllProcessInfo', 'getAllConfigInfo']) {
      const { body } = await call('webmaster', methodCall(`supervisor.${method}`));
      expect([...body.matchAll(/<string>(web_\d|db)<\/string>/g)].map(([, name]) => name)).toEqual([
        'web_0',
        'web_1',
      ]);
    }
    const { body } = await ask('webmaster', get('/'));
    expect([body.includes('web_1'), body.includes('db')]).toEqual([true, false]);
  });

  test('acts on these only, also where it acts on all', async () => {
    const { server, call } = await asking();
    const processes = [...server.supervisor.groups.keys()].flatMap((of) =>
      GROUPS.filter(({ name }) => name === of).flatMap((each) =>
        each.processes.map(({ name }) => server.supervisor.process(name, of)),
      ),
    );
    for (const process of processes) process.onStart = () => process.become('RUNNING', { pid: 100 });
    const { body } = await call('webmaster', methodCall('supervisor.startAllProcesses'));
    expect(processes.map(({ config, state }) => `${config.name} ${state}`)).toEqual([
      'web_0 RUNNING',
      'web_1 RUNNING',
      'db STOPPED',
    ]);
    expect(body).not.toContain('db');
  });

  test.each([
    ['supervisor.startProcess', 'db'],
    ['supervisor.startProcess', 'db:*'],
    ['supervisor.startProcess', 'unknown'],
    ['supervisor.stopProcessGroup', 'db'],
    ['supervisor.getProcessInfo', 'db'],
    ['supervisor.tailProcessStdoutLog', 'db'],
    ['visord.startProcess', 'db'],
    ['visord.getGraph', 'db'],
  ])('is refused others: %s %s', async (method, name) => {
    const { call } = await asking();
    const { status, body } = await call('webmaster', methodCall(method, name));
    expect(status).toBe(403);
    expect(body).toMatch(/^User 'webmaster' sees only the programs web, and '.*' is not one of them\.\n$/);
  });

  test('gets the fault for a name that would be one of its own', async () => {
    const { call } = await asking();
    const { status, body } = await call('webmaster', methodCall('supervisor.startProcess', 'web'));
    expect([status, body.includes('BAD_NAME: web')]).toEqual([200, true]);
  });

  test('is refused what concerns all programs', async () => {
    const { ask, call } = await asking();
    expect(await call('webmaster', methodCall('supervisor.readLog', '0', '0'))).toEqual({
      status: 403,
      body: "User 'webmaster' sees only the programs web, and supervisor.readLog concerns all programs.\n",
    });
    expect((await call('webmaster', methodCall('supervisor.sendRemoteCommEvent', 'a', 'b'))).status).toBe(
      403,
    );
    expect((await ask('webmaster', get('/mainlogtail'))).status).toBe(403);
    expect((await ask('webmaster', get('/logtail/db'))).status).toBe(403);
    expect((await ask('webmaster', get('/tail.html?processname=db'))).status).toBe(403);
    expect((await ask('webmaster', get('/?action=stop&processname=db'))).status).toBe(403);
  });

  test('follows the logs of its programs', async () => {
    const { server } = await asking();
    const folder = mkdtempSync(join(tmpdir(), 'visord-roles-'));
    keep({ end: () => rmSync(folder, { recursive: true }) });
    const log = join(folder, 'web.log');
    writeFileSync(log, 'hello\n');
    server.supervisor.process('web_0', 'web').stdoutLogfile = log;
    const connection = client(server);
    connection.send(get('/logtail/web:web_0', [as('webmaster')]));
    expect(await connection.until((text) => text.includes('hello'))).toContain('HTTP/1.1 200');
  });
});

test('a password file that was read again is what counts, and the password of the configuration stays', async () => {
  const word = (text: string) => ({ path: '/word', text, isPublic: false });
  const server = await serve({ groups: GROUPS });
  const askAs = async (name: string) =>
    (await client(server).ask(post(methodCall('supervisor.getState'), [as(name)]))).status;
  const { config } = server.supervisor;
  const reread = (changes: object) => {
    server.supervisor.config = {
      ...config,
      servers: config.servers.map((each) => ({ ...each, ...changes })),
    };
  };
  reread({ username: 'new', password: 'secret' });
  expect(await askAs('unknown')).toBe(200);
  reread({ usernameFile: word('ops'), passwordFile: word('secret') });
  expect([await askAs('unknown'), await askAs('ops')]).toEqual([401, 200]);
  reread({ usernameFile: word('ops'), passwordFile: word('other') });
  expect(await askAs('ops')).toBe(401);
});
