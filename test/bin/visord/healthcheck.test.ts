/** The command `visord healthcheck`. */
import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { expect } from 'vitest';
import { type Bench, test } from '../support.ts';

interface Seen {
  url: string;
  authorization: string | undefined;
}

/** Runs the command against a server on the socket of the configuration that answers with this. */
async function checked(bench: Bench, status: number, body: object, ...args: string[]) {
  const seen: Seen[] = [];
  const listener: RequestListener = ({ url = '', headers }, response) => {
    seen.push({ url, authorization: headers.authorization });
    response.writeHead(status).end(JSON.stringify(body));
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(bench.path('s.sock'), resolve));
  writeFileSync(
    bench.path('s.conf'),
    '[supervisorctl]\nserverurl=unix://%(here)s/s.sock\nusername=me\npassword=secret\n',
  );
  try {
    return { seen, ...(await bench.run('visord', 'healthcheck', '-c', 's.conf', ...args)) };
  } finally {
    server.close();
  }
}

test('exits with 0 where all programs are well', async ({ bench }) => {
  const body = { status: 'ok', daemon: 'RUNNING', processes: [] };
  expect(await checked(bench, 200, body)).toEqual({
    seen: [{ url: '/healthz', authorization: `Basic ${btoa('me:secret')}` }],
    code: 0,
    stdout: 'ok\n',
    stderr: '',
  });
});

test('exits with 1 and names the processes in trouble', async ({ bench }) => {
  const processes = [
    { group: 'web', name: 'web', state: 'FATAL' },
    { group: 'all', name: 'db', state: 'RUNNING', healthy: false },
  ];
  const { code, stdout } = await checked(bench, 503, { status: 'unavailable', daemon: 'RUNNING', processes });
  expect([code, stdout]).toEqual([1, 'unavailable\nweb FATAL\nall:db RUNNING, unhealthy\n']);
});

test('asks about one group or one process', async ({ bench }) => {
  const { code, stderr, seen } = await checked(bench, 404, {}, '--process', 'all:db', '--group', 'all');
  expect(seen.map(({ url }) => url)).toEqual(['/healthz?group=all&process=all%3Adb']);
  expect([code, stderr]).toEqual([1, 'Error: the group or the process does not exist\n']);
});

test('a daemon that is not there is unhealthy', async ({ bench }) => {
  writeFileSync(bench.path('s.conf'), '[supervisorctl]\nserverurl=unix://%(here)s/none.sock\n');
  const { code, stderr } = await bench.run('visord', 'healthcheck', '-c', 's.conf');
  expect(code).toBe(1);
  expect(stderr).toContain('ENOENT');
  expect((await bench.run('visord', 'healthcheck', '--timeout', 'soon')).code).toBe(2);
});

test('a daemon that does not answer is unhealthy', async ({ bench }) => {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(bench.path('s.sock'), resolve));
  try {
    const url = `unix://${bench.path('s.sock')}`;
    const { code, stderr } = await bench.run('visord', 'healthcheck', '-s', url, '--timeout', '0.1');
    expect([code, stderr]).toEqual([1, 'Error: no answer in 0.1 seconds\n']);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
