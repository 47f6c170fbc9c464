import { expect, test } from 'vitest';
import { group, processConfig } from '../rpc/fakes.ts';
import { get, openedInTest, type TestServer, type TestServerOptions } from './client.ts';

const { serve, client } = openedInTest();

const GROUPS = [group('web', [processConfig('a'), processConfig('b')]), group('db', [processConfig('db')])];

async function start(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await serve({ groups: GROUPS, ...options });
  for (const [name, groupName] of [
    ['a', 'web'],
    ['b', 'web'],
    ['db', 'db'],
  ] as const) {
    server.supervisor.process(name, groupName).become('RUNNING', { pid: 1 });
  }
  return server;
}

async function ask(server: TestServer, query = ''): Promise<string> {
  const { status, body } = await client(server).ask(get(`/healthz${query}`));
  return status === 404 || status === 401 ? String(status) : `${status} ${body.toString().trim()}`;
}

const WELL = '200 {"status":"ok","daemon":"RUNNING","processes":[]}';

test('200 where all processes run', async () => {
  expect(await ask(await start())).toBe(WELL);
});

test('503 names the processes that are in trouble; a group is asked about by itself', async () => {
  const server = await start();
  server.supervisor.process('b', 'web').become('BACKOFF', { pid: 0 });
  expect(await ask(server)).toBe(
    '503 {"status":"unavailable","daemon":"RUNNING","processes":[{"group":"web","name":"b","state":"BACKOFF"}]}',
  );
  expect(await ask(server, '?group=web')).toMatch(/^503 /);
  expect(await ask(server, '?group=db')).toBe(WELL);
  expect(await ask(server, '?process=web:a')).toBe(WELL);
  expect(await ask(server, '?group=web&process=b')).toMatch(/^503 /);
});

test('a process that is unhealthy is in trouble; one that was stopped is where the request asks for it', async () => {
  const server = await start();
  server.supervisor.process('a', 'web').health = { isHealthy: false, text: 'unhealthy' };
  expect(await ask(server)).toContain('"state":"RUNNING","healthy":false');
  server.supervisor.process('a', 'web').health = { isHealthy: null, text: null };
  server.supervisor.process('db').become('STOPPED', { pid: 0 });
  expect(await ask(server)).toBe(WELL);
  expect(await ask(server, '?process=db')).toMatch(/^503 /);
});

test('a daemon that is about to end is not available', async () => {
  const server = await start();
  server.supervisor.state = 'SHUTDOWN';
  expect(await ask(server)).toMatch(/^503 .*"daemon":"SHUTDOWN"/);
});

test('a daemon that has not started all of its programs yet is not available', async () => {
  const server = await start();
  server.supervisor.process('db').become('STOPPED', { pid: 0 });
  server.supervisor.isStarting = true;
  expect(await ask(server)).toBe(
    '503 {"status":"unavailable","daemon":"RUNNING","starting":true,"processes":[]}',
  );
  server.supervisor.isStarting = false;
  expect(await ask(server)).toBe(WELL);
});

test.each(['?group=none', '?process=none', '?process=web:none', 'x'])('%s is not known', async (query) => {
  expect(await ask(await start(), query)).toBe('404');
});

test('the password is needed, unless the page is public; then it is still needed for all others', async () => {
  const credentials = { username: 'admin', password: 'secret' };
  expect(await ask(await start({ credentials }))).toBe('401');
  const server = await start({ credentials, healthz: 'public' });
  expect(await ask(server)).toBe(WELL);
  expect((await client(server).ask(get('/healthz/x'))).status).toBe(401);
  expect((await client(server).ask(get('/'))).status).toBe(401);
});
