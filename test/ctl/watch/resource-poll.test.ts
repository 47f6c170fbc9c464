/** Where the live view has processor time and memory from. */
import { describe, expect } from 'vitest';
import { resourcePoll } from '../../../src/ctl/watch/resource-poll.ts';
import type { Connection } from '../../../src/ctl/wire/rpc-client.ts';
import type { Target } from '../../../src/ctl/wire/server-url.ts';
import type { ProcessInfo } from '../../../src/ctl/wire/supervisor-api.ts';
import { Double } from '../../../src/xmlrpc/values.ts';
import { answers, type FakeServer, fault, processInfo, result, test } from '../fake-server.ts';

const WEB = processInfo('web') as unknown as ProcessInfo;
const REMOTE: Target = { kind: 'inet', host: 'elsewhere.example', port: 9001, isSecure: false };

const connectionOf = ({ url }: FakeServer): Connection => ({
  serverUrl: url,
  username: null,
  password: null,
  silenceMs: 60_000,
});
const localOf = ({ path }: FakeServer): Target => ({ kind: 'unix', path });

const resources = result([
  {
    group: 'web',
    name: 'web',
    pid: 7,
    processes: 2,
    cpu_seconds: new Double(1.5),
    resident_bytes: new Double(4096),
    restarts: 3,
  },
]);

describe('processor time and memory', () => {
  test('are those that the daemon reports', async ({ server }) => {
    server.answer = answers({ 'visord.getResources': resources });
    const poll = resourcePoll(connectionOf(server), REMOTE);
    expect((await poll.read())(WEB)).toMatchObject({ cpuSeconds: 1.5, memoryBytes: 4096, restarts: 3 });
    expect(poll.isKnown()).toBe(true);
  });

  test('are unknown with a stock daemon of another machine, which is asked once', async ({ server }) => {
    server.answer = answers({});
    const poll = resourcePoll(connectionOf(server), REMOTE);
    expect((await poll.read())(WEB)).toBeNull();
    expect((await poll.read())(WEB)).toBeNull();
    expect(poll.isKnown()).toBe(false);
    expect(server.calls).toEqual(['visord.getResources']);
  });

  test('are read from /proc with a stock daemon of this machine', async ({ server }) => {
    server.answer = answers({});
    const poll = resourcePoll(connectionOf(server), localOf(server));
    const usageOf = await poll.read();
    const started = Math.floor(Date.now() / 1000 - process.uptime());
    expect(usageOf({ ...WEB, pid: process.pid, start: started })).toMatchObject({ restarts: null });
    expect(poll.isKnown()).toBe(true);
  });

  test('are asked for again after the daemon was away', async ({ server }) => {
    server.answer = answers({});
    const poll = resourcePoll(connectionOf(server), REMOTE);
    await poll.read();
    server.answer = answers({ 'visord.getResources': resources });
    poll.forget();
    expect((await poll.read())(WEB)).toMatchObject({ restarts: 3 });
  });

  test('a daemon that is shutting down fails the poll', async ({ server }) => {
    server.answer = answers({ 'visord.getResources': fault('SHUTDOWN_STATE') });
    await expect(resourcePoll(connectionOf(server), REMOTE).read()).rejects.toThrow('SHUTDOWN_STATE');
  });
});
