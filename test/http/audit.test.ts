/** The lines that `[supervisord] audit` adds to the main log. */
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { group, processConfig } from '../rpc/fakes.ts';
import { as, get, methodCall, openedInTest, post, type TestServer, user } from './client.ts';

const { serve, client } = openedInTest();

const GROUPS = [group('web', [processConfig('web')]), group('db', [processConfig('db')])];
const CLIENT = `uid ${process.getuid?.()}, pid ${process.pid}`;

function records({ supervisor }: TestServer): string[] {
  return supervisor.log.lines.filter((line) => line.includes('audit'));
}

async function audited(...requests: readonly string[]): Promise<string[]> {
  const server = await serve({
    audit: true,
    groups: GROUPS,
    users: [user('eyes'), user('boss', { role: 'admin' })],
  });
  for (const process of [server.supervisor.process('web'), server.supervisor.process('db')]) {
    process.onStart = () => process.become('RUNNING', { pid: 100 });
    process.onStop = () => {
      process.become('STOPPED', { pid: 0 });
      return null;
    };
  }
  for (const request of requests) await client(server).ask(request);
  return records(server);
}

describe('an action', () => {
  test('is a line with the client, its user, the call and the result', async () => {
    expect(
      await audited(
        post(methodCall('supervisor.startProcess', 'web'), [as('boss')]),
        post(methodCall('supervisor.startProcess', 'web'), [as('boss')]),
        post(methodCall('supervisor.stopProcess', 'nope\nforged: line')),
        post(methodCall('supervisor.shutdown')),
      ),
    ).toEqual([
      `info: audit: ${CLIENT}, user 'boss': supervisor.startProcess('web'): ok`,
      `info: audit: ${CLIENT}, user 'boss': supervisor.startProcess('web'): ALREADY_STARTED: web`,
      `info: audit: ${CLIENT}: supervisor.stopProcess('nope\\nforged: line'): BAD_NAME: nope\\nforged: line`,
      `info: audit: ${CLIENT}: supervisor.shutdown(): ok`,
    ]);
  });

  test('on several processes names those for which it failed', async () => {
    const server = await serve({ audit: true, groups: GROUPS });
    const web = server.supervisor.process('web');
    web.onStart = () => web.become('RUNNING', { pid: 100 });
    const db = server.supervisor.process('db');
    db.onStart = () => db.become('BACKOFF', { spawnError: 'x' });
    await client(server).ask(post(methodCall('supervisor.startAllProcesses')));
    expect(records(server)).toEqual([
      `info: audit: ${CLIENT}: supervisor.startAllProcesses(): failed for db:db SPAWN_ERROR`,
    ]);
  });

  test('of the web page is a line for each call', async () => {
    expect(await audited(get('/?action=restart&processname=web'), get('/?action=refresh'))).toEqual([
      `info: audit: ${CLIENT}, web page: supervisor.stopProcess('web'): NOT_RUNNING: web`,
      `info: audit: ${CLIENT}, web page: supervisor.startProcess('web'): ok`,
    ]);
  });

  test('that the role of the user does not allow is a line', async () => {
    expect(
      await audited(
        post(methodCall('supervisor.shutdown'), [as('eyes')]),
        get('/?action=stopall', [as('eyes')]),
      ),
    ).toEqual([
      `info: audit: ${CLIENT}, user 'eyes': supervisor.shutdown refused: User 'eyes' has the role read, and supervisor.shutdown needs the role admin.`,
      `info: audit: ${CLIENT}, user 'eyes', web page: refused: User 'eyes' has the role read, and supervisor.stopAllProcesses needs the role operate.`,
    ]);
  });

  test('is recorded if its client disconnects before it has ended', async () => {
    const server = await serve({ audit: true, groups: GROUPS });
    const connection = client(server).send(post(methodCall('supervisor.startProcess', 'web')));
    await waitFor(() => server.supervisor.process('web').listenerCount > 0);
    connection.end();
    await waitFor(() => records(server).length > 0);
    expect(records(server)).toEqual([
      `info: audit: ${CLIENT}: supervisor.startProcess('web'): begun; the client disconnected before its end`,
    ]);
  });
});

test('secrets are not recorded', async () => {
  const lines = await audited(
    post(methodCall('supervisor.startProcess', 'web')),
    post(methodCall('supervisor.sendProcessStdin', 'web', 'the secret é')),
    post(methodCall('supervisor.sendRemoteCommEvent', 'deploy', 'the secret')),
  );
  expect(lines.slice(1)).toEqual([
    `info: audit: ${CLIENT}: supervisor.sendProcessStdin('web', <13 bytes>): ok`,
    `info: audit: ${CLIENT}: supervisor.sendRemoteCommEvent('deploy', <10 bytes>): ok`,
  ]);
});

test('what only reads is not recorded', async () => {
  expect(
    await audited(
      post(methodCall('supervisor.getAllProcessInfo')),
      post(methodCall('supervisor.readLog', '0', '0')),
      get('/'),
    ),
  ).toEqual([]);
});

test('nothing is recorded without audit', async () => {
  const server = await serve({ groups: GROUPS });
  await client(server).ask(post(methodCall('supervisor.shutdown')));
  expect(records(server)).toEqual([]);
});

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}
