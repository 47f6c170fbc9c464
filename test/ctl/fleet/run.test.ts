/** Commands on nodes that answer, refuse, are silent, and go away. */
import { readFileSync } from 'node:fs';
import { afterEach, expect, vi } from 'vitest';
import { COMMANDS } from '../../../src/ctl/commands/table.ts';
import type { Fleet } from '../../../src/ctl/wire/fleet.ts';
import {
  answers,
  type FakeServer,
  fault,
  locking,
  openSession,
  processInfo,
  result,
  runLine,
  STOPPED,
  test,
  WEB,
} from '../fake-server.ts';

const LIMIT_MS = 5000;

afterEach(() => {
  vi.useRealTimers();
});

/** Time is a fake clock in some tests: the condition is looked at after each turn of the event loop. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

function fleetOf(nodes: Readonly<Record<string, string>>, limitMs = LIMIT_MS): Fleet {
  return {
    name: 'prod',
    limitMs,
    hasEngine: false,
    nodes: Object.entries(nodes).map(([name, serverUrl]) => ({
      name,
      connection: { serverUrl, username: null, password: null, silenceMs: 2 * limitMs },
    })),
  };
}

function openFleet(fleet: Fleet | null, isAsked = true) {
  return openSession('unix:///nonexistent/local.sock', {
    fleet: { isAsked, read: () => Promise.resolve(fleet) },
  });
}

function nowhere(server: FakeServer): string {
  return `${server.url}-none`;
}

test('status has the nodes as a column, and a line for one that does not exist', async ({ server }) => {
  server.answer = answers({ getAllProcessInfo: result([processInfo('web')]) });
  const { session, stdout } = openFleet(fleetOf({ app1: server.url, other: nowhere(server) }));
  await runLine(session, 'status');
  expect(stdout()).toBe(
    'app1   web                              RUNNING   pid 7, uptime 0:00:05\n' +
      `other  ERROR (${nowhere(server)} no such file: is supervisord running?)\n`,
  );
  expect(session.exitStatus).toBe(4);
});

test('a process that is down is exit code 3, as on one host', async ({ server }) => {
  server.answer = answers({ getAllProcessInfo: result([processInfo('web', STOPPED)]) });
  const { session } = openFleet(fleetOf({ a: server.url, b: server.url }));
  await runLine(session, 'status');
  expect(session.exitStatus).toBe(3);
});

test('a node that accepts and never answers delays no other one', async ({ server }) => {
  server.answer = (method, body) =>
    server.calls.length === 1
      ? null
      : answers({ getAllProcessInfo: result([processInfo('web')]) })(method, body);
  const { session, stdout } = openFleet(fleetOf({ app1: server.url, app2: server.url }));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const running = runLine(session, 'status');
  await until(() => server.calls.length === 2 && vi.getTimerCount() === 1);
  vi.advanceTimersByTime(LIMIT_MS);
  await running;
  expect(stdout().trimEnd().split('\n').toSorted()).toEqual([
    expect.stringMatching(/^app[12] {2}ERROR \(.* has not answered for 5 seconds\)$/),
    expect.stringMatching(/^app[12] {2}web .* RUNNING/),
  ]);
  expect(session.exitStatus).toBe(4);
});

test('a name with a node is for the fleet without --fleet, too', async ({ server }) => {
  server.answer = answers({ getAllProcessInfo: result(WEB), stopProcess: result(true) });
  const { session, stdout } = openFleet(fleetOf({ app1: server.url, app2: nowhere(server) }), false);
  await runLine(session, 'stop app1/web-1');
  expect([stdout(), session.exitStatus]).toEqual(['app1  web-1: stopped\n', 0]);
});

test('without a [fleet] section a slash means nothing, and --fleet is an error', async () => {
  const plain = openFleet(null, false);
  await runLine(plain.session, 'status a/b');
  expect(plain.stdout()).toBe('unix:///nonexistent/local.sock no such file\n');
  const asked = openFleet(null);
  await runLine(asked.session, 'status');
  expect([asked.stdout(), asked.session.exitStatus]).toEqual([
    'Error: the configuration has no [fleet] section\n',
    2,
  ]);
});

test('a start runs on the nodes that have the process', async ({ server }) => {
  server.answer = answers({
    getAllProcessInfo: () => result(server.calls.length % 2 === 0 ? [processInfo('db')] : WEB),
    startProcess: result(true),
  });
  const { session, stdout } = openFleet(fleetOf({ app1: server.url, app2: server.url }));
  await runLine(session, 'start web-2');
  expect(stdout()).toMatch(/^app[12] {2}web-2: started\n$/);
  expect(session.exitStatus).toBe(0);
});

test('unknown names and nodes are reported', async ({ server }) => {
  server.answer = answers({ getAllProcessInfo: result(WEB) });
  const { session, stdout } = openFleet(fleetOf({ app1: server.url }));
  await runLine(session, 'status nope app1/gone other/web-1');
  expect(stdout()).toBe(
    'other/web-1: ERROR (no such node)\nnope: ERROR (no such process)\napp1  gone: ERROR (no such process)\n',
  );
  expect(session.exitStatus).toBe(4);
});

test('a node that goes away during a start ends the wait', async ({ server }) => {
  server.answer = (method, body) => {
    if (server.calls.some((called) => called.endsWith('startProcess'))) return null;
    return answers({ getAllProcessInfo: result(WEB) })(method, body);
  };
  const { session, stdout } = openFleet(fleetOf({ app1: server.url }));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const running = runLine(session, 'start web-1');
  const hasCalled = (method: string): boolean => server.calls.at(-1)?.endsWith(method) === true;
  await until(() => hasCalled('startProcess'));
  vi.advanceTimersByTime(LIMIT_MS);
  await until(() => hasCalled('getVersion'));
  vi.advanceTimersByTime(LIMIT_MS);
  await running;
  expect(stdout()).toBe(`app1  ERROR (${server.url} has not answered for 5 seconds)\n`);
  expect(session.exitStatus).toBe(4);
});

test('--json has all nodes', async ({ server }) => {
  server.answer = answers({ getAllProcessInfo: result(WEB), getSupervisorVersion: result('4.2.5') });
  const { session, stdout } = openFleet(fleetOf({ app1: server.url, app2: nowhere(server) }));
  await runLine(session, 'version --json');
  expect(JSON.parse(stdout())).toEqual({
    fleet: 'prod',
    nodes: [
      { node: 'app1', answer: { version: '4.2.5' }, error: null },
      { node: 'app2', answer: null, error: expect.stringContaining('no such file') },
    ],
  });
});

test('a rolling restart does not begin while a node is down, unless one more may be', async ({ server }) => {
  server.answer = answers({
    getAllProcessInfo: result(WEB),
    stopProcess: result(true),
    startProcess: result(true),
  });
  const fleet = fleetOf({ app1: server.url, app2: nowhere(server) });
  const refused = openFleet(fleet);
  await runLine(refused.session, 'restart --rolling pool');
  expect(refused.stdout()).toContain(
    'nothing restarted: 1 of the nodes not answering, and --max-unavailable is 1\n',
  );
  expect(server.calls.some((method) => method.endsWith('stopProcess'))).toBe(false);
  const allowed = openFleet(fleet);
  await runLine(allowed.session, 'restart --rolling --max-unavailable 2 pool');
  expect(allowed.stdout()).toContain(
    'app1  pool:w1: stopped\napp1  pool:w1: started\napp1  pool:w2: stopped\napp1  pool:w2: started\n',
  );
  expect(allowed.session.exitStatus).toBe(4);
});

test('a rolling restart stops at the first failure, on all nodes', async ({ server }) => {
  server.answer = answers({
    getAllProcessInfo: result(WEB),
    stopProcess: result(true),
    startProcess: fault('ABNORMAL_TERMINATION', 'w1'),
  });
  const { session, stdout } = openFleet(fleetOf({ app1: server.url, app2: server.url }));
  await runLine(session, 'restart --rolling pool');
  expect(stdout()).toBe(
    'app1  pool:w1: stopped\napp1  pool:w1: ERROR (abnormal termination)\nstopped rolling: 3 not restarted\n',
  );
  expect(session.exitStatus).toBe(7);
});

test('a rolling restart takes the lock of a fleet with an engine, and releases it', async ({ server }) => {
  server.answer = locking({ id: null }, '7', {
    getAllProcessInfo: result([processInfo('web')]),
    stopProcess: result(true),
    startProcess: result(true),
  });
  const { session, stdout } = openFleet(fleetOf({ app1: server.url }));
  await runLine(session, 'restart --rolling web');
  expect([stdout(), session.exitStatus]).toEqual(['app1  web: stopped\napp1  web: started\n', 0]);
  expect(server.calls.filter((method) => /ockRolling|Process$/.test(method))).toEqual([
    // Whether it has an engine; then the lock.
    'visord.lockRolling',
    'visord.lockRolling',
    'supervisor.stopProcess',
    'supervisor.startProcess',
    'visord.unlockRolling',
  ]);
});

test('a rolling restart is refused while another client has the lock', async ({ server }) => {
  server.answer = locking({ id: 'dev' }, '7', { getAllProcessInfo: result([processInfo('web')]) });
  const { session, stdout } = openFleet(fleetOf({ app1: server.url, app2: server.url }));
  await runLine(session, 'restart --rolling web');
  expect(stdout()).toBe('nothing restarted: dev has it\n');
  expect(session.exitStatus).toBe(1);
  expect(server.calls).not.toContain('supervisor.stopProcess');
});

test('a rolling restart does not ask nodes for their lock that have none of the processes', async ({
  server,
  other,
}) => {
  server.answer = answers({
    getAllProcessInfo: result([processInfo('web')]),
    stopProcess: result(true),
    startProcess: result(true),
  });
  other.answer = answers({ getAllProcessInfo: result([processInfo('db')]) });
  const { session, stdout } = openFleet(fleetOf({ app1: server.url, app2: other.url }));
  await runLine(session, 'restart --rolling web');
  expect(stdout()).toBe('app1  web: stopped\napp1  web: started\n');
  expect(other.calls).not.toContain('visord.lockRolling');
});

test('a rolling restart whose lock is lost stops no further process', async ({ server }) => {
  // It has ended when it is taken.
  server.answer = locking({ id: null }, '7', { getAllProcessInfo: result([processInfo('web')]) }, 0);
  const { session, stdout } = openFleet(fleetOf({ app1: server.url, app2: server.url }));
  await runLine(session, 'restart --rolling web');
  expect(stdout()).toBe('ERROR: the lock of the rolling restart is lost\nstopped rolling: 2 not restarted\n');
  expect(session.exitStatus).toBe(1);
});

test('status of a fleet with an engine has a line where configurations differ', async ({ server }) => {
  const node = (name: string, digest: string) => ({ name, url: '', digest, drained: false });
  server.answer = answers({
    getAllProcessInfo: result([processInfo('web')]),
    'visord.getFleet': result({
      name: 'prod',
      node: 'app1',
      connected: true,
      slots: [],
      nodes: [node('app1', 'aa'), node('app2', 'bb')],
    }),
  });
  const fleet = { ...fleetOf({ app1: server.url }), hasEngine: true };
  const { session, stdout } = openFleet(fleet);
  await runLine(session, 'status');
  expect(stdout().split('\n').slice(1)).toEqual(['configurations differ: aa on app1; bb on app2', '']);
  expect(session.exitStatus).toBe(0);
  for (const line of ['status app1/web', 'status --json']) {
    const other = openFleet(fleet);
    await runLine(other.session, line);
    expect(other.stdout()).not.toContain('differ');
  }
});

test.for([
  ['shutdown', 'Error: shutdown cannot be used with --fleet\n'],
  ['version web', 'Error: version accepts no arguments but NODE/\n'],
  ['start --fast web', 'Error: start has no option --fast\n'],
  ['restart --max-unavailable 2 web', 'Error: --max-unavailable of restart requires --rolling\n'],
])('refuses %s', async ([line = '', error], { server }) => {
  const { session, stdout } = openFleet(fleetOf({ app1: server.url }));
  await runLine(session, line);
  expect([stdout(), session.exitStatus, server.calls]).toEqual([error, 2, []]);
});

test('docs/fleet.md has every action that runs on a fleet', () => {
  const page = readFileSync(new URL('../../../docs/fleet.md', import.meta.url), 'utf8');
  const [, actions = ''] = /## Actions\n(.*?)\n## /s.exec(page) ?? [];
  for (const { name } of COMMANDS.filter(({ isForFleet }) => isForFleet)) {
    expect(actions).toMatch(new RegExp(`\`${name}\\b`));
  }
});
