/** The examples of docs/examples, with stand-ins for what is not on every machine. The container has a test of its own. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect } from 'vitest';
import { PYTHON } from '../../compat/harness/debian.ts';
import { findCommand } from '../../compat/harness/needs.ts';
import { isAlive } from '../../compat/harness/processes.ts';
import type { Side } from '../../compat/scenario.ts';
import { WITHOUT_CGROUPS } from '../cgroups.ts';
import { needing, unpacked } from '../needs.ts';
import { call, count, infoOf, isRoot, startWith, test, untilAll, untilState } from './support.ts';

const NGINX = findCommand('nginx');

/** A file of an example with its paths below the folder of the test, for the user that runs the test. */
function example(side: Side, name: string): string {
  const text = readFileSync(new URL(`../../docs/examples/${name}`, import.meta.url), 'utf8');
  return text
    .replaceAll(/(?<=[\s=:-])\/(srv|var|run|usr)\//g, `${side.path('')}/$1/`)
    .replaceAll(/^user ?=.*\n/gm, '');
}

function makeFolders(side: Side, ...names: readonly string[]): void {
  for (const name of names) mkdirSync(side.path(name), { recursive: true });
}

/** Puts an executable file in the place of a program. */
function standIn(side: Side, path: string, interpreter: string, body: string): void {
  side.writeFile(path, `#!${interpreter}\n${body}\n`, 0o755);
}

test('laravel: workers finish their jobs when they are stopped, and the scheduler runs by its schedule', async ({
  side,
}) => {
  makeFolders(side, 'srv/laravel', 'var/log/laravel');
  standIn(
    side,
    'usr/bin/php',
    '/bin/sh',
    `case "$2" in
queue:work) trap 'finished=1' TERM; echo working; while [ -z "$finished" ]; do sleep 0.1; done; echo 'job finished' ;;
schedule:run) echo 'schedule ran' ;;
esac`,
  );
  // Every second in place of every minute.
  await startWith(side, example(side, 'laravel/laravel.conf').replace('cron=* * * * *', 'cron=* * * * * *'));
  const log = (name: string): string => side.readFile(`var/log/laravel/${name}.log`);
  await side.waitFor('all workers work', () => count(log('queue'), / \| working\n/g) === 8);
  await side.waitFor('the scheduler has run twice', () => count(log('scheduler'), /schedule ran\n/g) >= 2);
  // While it runs there is a pid in its place.
  await side.waitFor('the next run is shown', async () =>
    (await infoOf(side, 'scheduler')).description.includes('next run '),
  );
  const { stdout } = await side.ctl(['stop', 'queue:*']);
  expect(count(stdout, /queue:queue_\d\d: stopped\n/g)).toBe(8);
  await side.waitFor('all jobs are finished', () => count(log('queue'), / \| job finished\n/g) === 8);
  for (const number of [0, 7]) {
    expect(log('queue')).toMatch(
      new RegExp(`^\\S+ \\S+ queue:queue_0${number} stdout \\| job finished$`, 'm'),
    );
  }
  expect(side.readFile('main.log')).not.toContain('SIGKILL');
});

test('celery: beat waits for the worker, and no process of a pool outlives its worker', async ({ side }) => {
  makeFolders(side, 'srv/shop', 'var/log/shop');
  standIn(
    side,
    'srv/shop/venv/bin/celery',
    '/bin/sh',
    `case "$*" in
*" worker "*) sleep 1000 & trap 'echo "warm shutdown"; kill $!; exit' TERM; echo $! > pool.new; mv pool.new pool; wait ;;
*" beat "*) exec sleep 1000 ;;
esac`,
  );
  // A daemon that is killed at the end of the test would leave a cgroup on the machine.
  await startWith(side, example(side, 'celery/celery.conf'), { prefix: WITHOUT_CGROUPS });
  await untilState(side, 'beat', 'RUNNING');
  const log = side.readFile('main.log');
  expect(log.indexOf("spawned: 'beat'")).toBeGreaterThan(log.indexOf("spawned: 'worker'"));
  const poolOf = async (earlier: string): Promise<string> => {
    await side.waitFor('a pool', () => !['', earlier].includes(side.readFile('srv/shop/pool')));
    return side.readFile('srv/shop/pool');
  };
  const pool = await poolOf('');
  process.kill((await infoOf(side, 'worker')).pid, 'SIGKILL');
  const next = await poolOf(pool);
  await side.waitFor('the former pool has ended', () => !isAlive(Number(pool)));
  expect(isAlive(Number(next))).toBe(true);
  await untilState(side, 'worker', 'RUNNING');
  await call(side, 'stopProcess', 'worker');
  await side.waitFor('the pool has ended', () => !isAlive(Number(next)));
  await side.waitFor('its last words', () =>
    side.readFile('var/log/shop/worker.log').includes('warm shutdown'),
  );
});

const PHP_FPM = `
import os, signal, socket, struct, sys
config = open(sys.argv[sys.argv.index('--fpm-config') + 1]).read()
path = next(line.split('=')[1].strip() for line in config.splitlines() if line.startswith('listen ='))
server = socket.socket(socket.AF_UNIX)
server.bind(path)
os.chmod(path, 0o666)
server.listen()
signal.signal(signal.SIGQUIT, lambda *_: os._exit(0))
socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b'READY=1', os.environ['NOTIFY_SOCKET'])
BODY = b'Content-Type: text/plain\\r\\n\\r\\nhello from php\\n'
while True:
    client = server.accept()[0]
    stream = client.makefile('rb')
    while head := stream.read(8):
        _, kind, request, length, padding, _ = struct.unpack('>BBHHBB', head)
        stream.read(length + padding)
        if kind == 5 and length == 0:
            answer = lambda kind, text: struct.pack('>BBHHBB', 1, kind, request, len(text), 0, 0) + text
            client.sendall(answer(6, BODY) + answer(6, b'') + answer(3, bytes(8)))
            break
    stream.close()
    client.close()`;

needing(test, unpacked('nginx'))(
  'php-fpm: nginx starts when it is ready, and pages are served',
  async ({ side }) => {
    makeFolders(side, 'run', 'srv/site/public', 'nginx');
    standIn(side, 'usr/sbin/php-fpm8.2', PYTHON, PHP_FPM);
    const port = String(await side.freePort());
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((kind) => `${kind}_temp_path ${side.path('nginx')}/${kind};\n`)
      .join('');
    side.writeFile('srv/site/php-fpm.conf', example(side, 'php-fpm/php-fpm.conf'));
    side.writeFile(
      'srv/site/nginx.conf',
      example(side, 'php-fpm/nginx.conf')
        .replace('listen 8080', `listen 127.0.0.1:${port}`)
        .replace('access_log', `${temporary}access_log`),
    );
    side.writeFile(
      'supervisord.conf',
      example(side, 'php-fpm/supervisord.conf')
        .replaceAll(side.path('run/supervisor.sock'), side.path('s.sock'))
        .replaceAll('8080', port)
        .replace(side.path('usr/sbin/nginx'), NGINX ?? ''),
    );
    const daemon = await side.start();
    await untilState(side, 'nginx', 'RUNNING');
    const answer = await fetch(`http://127.0.0.1:${port}/any?page=1`);
    expect([answer.status, await answer.text()]).toEqual([200, 'hello from php\n']);
    daemon.signal('SIGTERM');
    expect(await daemon.exited()).toBe(0);
    const output = daemon.output();
    const order = ["spawned: 'php-fpm'", "spawned: 'nginx'", 'stopped: nginx', 'stopped: php-fpm'];
    const places = order.map((text) => output.indexOf(text));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
  },
);

test('go: a service is RUNNING when it answers, has its limits, and writes JSON', async ({ side }) => {
  makeFolders(side, 'var/log');
  standIn(
    side,
    'srv/api/api',
    process.execPath,
    `const [host, port] = process.argv[3].split(':');
const server = require('node:http').createServer((request, response) => response.end(request.url));
server.listen(Number(port), host, () => console.error('listening, with %s', process.env.GOMEMLIMIT));`,
  );
  const port = String(await side.freePort());
  // The machine may allow fewer open files than the example.
  const text = example(side, 'go/api.conf').replaceAll('8080', port).replace('=65536', '=500');
  // Only root may give rights away.
  await startWith(side, isRoot ? text : text.replace('capabilities=none\n', ''));
  const { pid } = await untilState(side, 'api', 'RUNNING');
  expect(await (await fetch(`http://127.0.0.1:${port}/hello`)).text()).toBe('/hello');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  expect(status).toMatch(/^NoNewPrivs:\t1$/m);
  expect(status).toMatch(isRoot ? /^CapBnd:\t0+$/m : /^CapEff:\t0+$/m);
  expect(readFileSync(`/proc/${pid}/limits`, 'utf8')).toMatch(/^Max open files +500 +500 /m);
  await side.waitFor('a line in the log', () => side.readFile('var/log/api.log').endsWith('\n'));
  expect(JSON.parse(side.readFile('var/log/api.log').split('\n')[0] ?? '')).toMatchObject({
    process: 'api',
    channel: 'stderr',
    message: 'listening, with 350MiB',
  });
});

/** What comes before the last digit of two free ports that end with 0 and 1. */
async function freePrefix(side: Side): Promise<number> {
  for (;;) {
    const prefix = Math.floor((await side.freePort()) / 10);
    const areFree = await Promise.all([isFree(10 * prefix), isFree(10 * prefix + 1)]);
    if (!areFree.includes(false)) return prefix;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

test('node: two servers answer on their ports, and close their connections when they are stopped', async ({
  side,
}) => {
  makeFolders(side, 'srv/web', 'var/log');
  side.writeFile('srv/web/server.js', example(side, 'node/server.js'));
  const prefix = await freePrefix(side);
  await startWith(
    side,
    example(side, 'node/web.conf')
      .replaceAll('300%(process_num)d', `${prefix}%(process_num)d`)
      .replace(side.path('usr/bin/node'), process.execPath),
  );
  await untilAll(side, 'RUNNING');
  for (const number of [0, 1]) {
    const { pid } = await infoOf(side, `web:web_${number}`);
    const answer = await fetch(`http://127.0.0.1:${prefix}${number}/`, { headers: { connection: 'close' } });
    expect(await answer.text()).toBe(`hello from ${pid}\n`);
  }
  await side.ctl(['stop', 'web:*']);
  await side.waitFor(
    'both have closed',
    () => count(side.readFile('var/log/web.log'), / \| closed\n/g) === 2,
  );
  expect(side.readFile('main.log')).not.toContain('SIGKILL');
});
