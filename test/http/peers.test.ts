/** Which local processes may use a unix socket, and as which user. */
import { execFile } from 'node:child_process';
import { chmodSync } from 'node:fs';
import process from 'node:process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { needing, ROOT } from '../needs.ts';
import { as, get, methodCall, openedInTest, post, type TestServer, user } from './client.ts';

const { serve, client } = openedInTest();

const OWN = process.getuid?.() ?? 0;
const OWN_GROUP = process.getgid?.() ?? 0;
const STRANGER = OWN + 4321;

const GET_STATE = post(methodCall('supervisor.getState'));
const SHUTDOWN = post(methodCall('supervisor.shutdown'));

describe('uid= and gid= of a unix server', () => {
  test.each([
    [[OWN], [], 200],
    [[STRANGER, OWN], [], 200],
    [[], [OWN_GROUP], 200],
    [[STRANGER], [OWN_GROUP], 200],
    [[STRANGER], [], 403],
    [[], [STRANGER], 403],
  ])('%j and %j answer this process with %i', async (peerUids, peerGids, status) => {
    const server = await serve({ section: { peerUids, peerGids } });
    expect((await client(server).ask(GET_STATE)).status).toBe(status);
  });

  test('give the reason in one sentence, for every path, also a public one', async () => {
    const server = await serve({ section: { peerUids: [STRANGER] }, healthz: 'public' });
    for (const request of [GET_STATE, get('/'), get('/healthz'), get('/mainlogtail')]) {
      expect((await client(server).ask(request)).body).toBe(
        'This server is only for the users and groups that uid= and gid= in [unix_http_server] name.\n',
      );
    }
  });

  test('demand the password as well', async () => {
    const credentials = { username: 'root', password: 'secret' };
    const server = await serve({ section: { peerUids: [OWN] }, credentials });
    expect((await client(server).ask(GET_STATE)).status).toBe(401);
    expect((await client(server).ask(post(methodCall('a.b'), [as('root')]))).status).toBe(200);
  });

  test('apply as they were read last', async () => {
    const server = await serve({ section: { peerUids: [STRANGER] } });
    const connection = client(server);
    expect((await connection.ask(GET_STATE)).status).toBe(403);
    const { config } = server.supervisor;
    server.supervisor.config = {
      ...config,
      servers: config.servers.map((each) => ({ ...each, peerUids: [OWN] })),
    };
    expect((await connection.ask(GET_STATE)).status).toBe(200);
  });
});

describe('a local process', () => {
  test('is the user whose section names its uid, without a password', async () => {
    const server = await serve({ users: [user('me', { password: null, uids: [OWN], role: 'read' })] });
    expect((await client(server).ask(GET_STATE)).status).toBe(200);
    expect((await client(server).ask(SHUTDOWN)).body).toBe(
      "User 'me' has the role read, and supervisor.shutdown needs the role admin.\n",
    );
  });

  test('is the user whose section names its uid before the one that names its group', async () => {
    const users = [
      user('group', { password: null, gids: [OWN_GROUP], role: 'read' }),
      user('me', { password: null, uids: [OWN], role: 'operate' }),
    ];
    const server = await serve({ users });
    expect((await client(server).ask(SHUTDOWN)).body).toContain("User 'me' has the role operate");
  });

  test('can be another user with a password', async () => {
    const users = [user('me', { password: null, uids: [OWN] }), user('boss', { role: 'admin' })];
    const server = await serve({ users });
    const request = post(methodCall('supervisor.shutdown'), [as('boss')]);
    expect((await client(server).ask(request)).status).toBe(200);
    expect((await client(server).ask(post(methodCall('a.b'), [as('me')]))).status).toBe(401);
  });

  test('of the user of the daemon stays an admin where other users are configured', async () => {
    const server = await serve({ users: [user('other')] });
    expect((await client(server).ask(SHUTDOWN)).status).toBe(200);
  });

  test('of the user of the daemon needs the password of a server that has one', async () => {
    const credentials = { username: 'root', password: 'secret' };
    const server = await serve({ users: [user('other')], credentials });
    expect((await client(server).ask(SHUTDOWN)).status).toBe(401);
  });
});

needing(describe, ROOT)('a process of another user', () => {
  const NOBODY_ID = 65_534;
  const STAFF = 50;

  /** The status of a request by a process with these ids, whose primary group is that of its user. */
  async function statusFor({ file, folder }: TestServer, groups: readonly number[]): Promise<string> {
    chmodSync(folder, 0o755);
    const ids = [
      `--reuid=${NOBODY_ID}`,
      `--regid=${NOBODY_ID}`,
      `--groups=${[NOBODY_ID, ...groups].join(',')}`,
    ];
    const ask = ['curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', '--unix-socket', file];
    const { stdout } = await promisify(execFile)('setpriv', [...ids, ...ask, 'http://localhost/ok.html']);
    return stdout;
  }

  test('is known by its supplementary groups', async () => {
    const server = await serve({ section: { peerGids: [STAFF], mode: 0o777 } });
    expect([await statusFor(server, []), await statusFor(server, [STAFF])]).toEqual(['403', '200']);
  });

  test('needs credentials where users are configured', async () => {
    const server = await serve({
      section: { mode: 0o777 },
      users: [user('staff', { password: null, gids: [STAFF] })],
    });
    expect([await statusFor(server, []), await statusFor(server, [STAFF])]).toEqual(['401', '200']);
  });
});
