/** What the launcher in front of the daemon keeps: the environment, the limit of open files, and early signals. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, statSync, symlinkSync } from 'node:fs';
import { createConnection } from 'node:net';
import { expect } from 'vitest';
import type { Side } from '../../compat/scenario.ts';
import {
  call,
  count,
  infoOf,
  program,
  SUPERVISORD,
  startWith,
  test,
  thorough,
  untilState,
} from './support.ts';

const STAYS = { command: '/bin/sleep 1000', startsecs: 0 };

const HELD = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;

/** Bytes of a mask in /proc/PID/status. */
const SIGTERM_BIT = 1n << 14n;

/** The moments at which signals are sent, in milliseconds. SIGTERM, the usual one, is sent at each of them. */
const MOMENTS_MS = [0, 2, 8, 16, 32, 64];

/** Node's debugger listens here. */
const DEBUGGER = { host: '127.0.0.1', port: 9229 };

test('a program gets every variable as it was given, byte for byte, also after an upgrade', async ({
  side,
}) => {
  side.writeFile(
    'supervisord.conf',
    side.preamble +
      program('shows', {
        command: '/bin/cat /proc/self/environ',
        stdout_logfile: side.path('shows.log'),
        startsecs: 0,
      }) +
      program('expands', { command: '/bin/sleep 1000', environment: 'GIVEN="%(ENV_NODE_OPTIONS)s"' }),
  );
  const given = [
    ['NODE_OPTIONS', '--require /no/such/module'],
    ['NODE_ODD', '\\344\\377'],
    ['NODE_EMPTY', ''],
    ['NODE_ENV', 'production'],
    ['NODE_EXTRA_CA_CERTS', '/no/such/file'],
    ['UV_THREADPOOL_SIZE', '1'],
    ['OPENSSL_CONF', '/no/such\\nfile'],
    ['SSL_CERT_FILE', 'a=b'],
    ['VISORD_ENV_NODE_OPTIONS', 'not what it seems'],
    ['VISORD_LAUNCH', '1:2:3:1'],
    ['LD_PRELOAD', ''],
    ['LIBC', 'musl'],
    ['OTHER', '\\351'],
  ];
  const exports = given.map(
    ([name, value]) => `export ${name}="$(printf -- '${value}.')"; ${name}=\${${name}%.}`,
  );
  const script = `${exports.join('; ')}; exec "$0" -c supervisord.conf`;
  const started = await side.command('/bin/sh', ['-c', script, SUPERVISORD]);
  expect(started).toEqual({ stdout: '', stderr: '', code: 0 });
  const daemon = side.daemonAt(side.path('supervisord.pid'));

  const expected = given.map(([name, value]) =>
    `${name}=${value}`.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))),
  );
  /** The output of the program after this number of bytes of its log. */
  const shown = async (from: number): Promise<string[]> => {
    const text = (): string => readFileSync(side.path('shows.log'), 'latin1').slice(from);
    await untilState(side, 'shows', 'EXITED');
    await side.waitFor('its output is logged', () => text().includes('SUPERVISOR_GROUP_NAME=shows\0'));
    return text().split('\0');
  };
  const before = await shown(0);
  for (const entry of expected) expect(before).toContain(entry.replace('\\n', '\n'));
  expect(before.filter((entry) => /^(VISORD_|LD_PRELOAD)/.test(entry)).sort()).toEqual([
    'LD_PRELOAD=',
    'VISORD_ENV_NODE_OPTIONS=not what it seems',
    'VISORD_LAUNCH=1:2:3:1',
  ]);
  const { pid } = await untilState(side, 'expands', 'RUNNING');
  expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).toContain('GIVEN=--require /no/such/module');

  daemon.signal('SIGUSR1');
  await side.waitFor('it was upgraded', () => count(side.readFile('main.log'), /supervisord started/g) === 2);
  expect((await infoOf(side, 'expands')).pid).toBe(pid);
  const { size } = statSync(side.path('shows.log'));
  await call(side, 'startProcess', 'shows');
  expect((await shown(size)).sort()).toEqual(before.sort());
  await daemon.stop();
});

test('programs get the soft limit of open files, also from a daemon that was executed in the place of a shell', async ({
  side,
}) => {
  const keys = {
    command: '/bin/sh -c "ulimit -Sn; ulimit -Hn"',
    stdout_logfile: side.path('limits.log'),
    startsecs: 0,
  };
  const daemon = await startWith(side, program('limits', keys), {
    prefix: ['/bin/sh', '-c', 'ulimit -Sn 1500; ulimit -Hn 3000; exec "$0" "$@"'],
  });
  await untilState(side, 'limits', 'EXITED');
  await side.waitFor('they are logged', () => side.readFile('limits.log') === '1500\n3000\n');
  daemon.signal('SIGUSR1');
  await side.waitFor('it was upgraded', () => count(side.readFile('main.log'), /supervisord started/g) === 2);
  await call(side, 'startProcess', 'limits');
  await side.waitFor('they are the same', () => side.readFile('limits.log') === '1500\n3000\n1500\n3000\n');
  await daemon.stop();
});

test.for(HELD)(
  '%s in the first moments of the daemon is handled once it can be',
  async (signal, { side }) => {
    side.writeFile('supervisord.conf', side.preamble + program('stays', STAYS));
    for (const delayMs of momentsOf(signal)) {
      side.writeFile('main.log', '');
      const daemon = spawn(SUPERVISORD, ['-n', '-c', 'supervisord.conf'], { cwd: side.dir, stdio: 'ignore' });
      try {
        await untilHeld(side, daemon);
        await pass(delayMs);
        daemon.kill(signal);
        await side.waitFor('the daemon handles it', () =>
          side.readFile('main.log').includes(`received ${signal} `),
        );
        expect(await listensAsDebugger()).toBe(false);
        if (!isExit(signal)) {
          await side.waitFor('the daemon goes on', async () => (await runs(side)) === true);
          daemon.kill('SIGTERM');
        }
        expect(await endOf(daemon)).toEqual([0, null]);
      } finally {
        daemon.kill('SIGKILL');
      }
    }
  },
);

test.for(HELD)('%s in the middle of an upgrade is handled once it can be', async (signal, { side }) => {
  for (const delayMs of momentsOf(signal)) {
    side.writeFile('main.log', '');
    const daemon = await startWith(side, program('stays', STAYS));
    const { pid } = await untilState(side, 'stays', 'RUNNING');
    daemon.signal('SIGUSR1');
    await side.waitFor('the upgrade is under way', () =>
      side.readFile('main.log').includes('upgrade: going on as'),
    );
    await pass(delayMs);
    const received = count(side.readFile('main.log'), new RegExp(`received ${signal} `, 'g'));
    daemon.signal(signal);
    await side.waitFor(
      'the daemon handles it',
      () => count(side.readFile('main.log'), new RegExp(`received ${signal} `, 'g')) > received,
    );
    expect(await listensAsDebugger()).toBe(false);
    if (!isExit(signal)) {
      await side.waitFor('the daemon goes on', async () => (await runs(side)) === true);
      if (signal !== 'SIGHUP') expect((await infoOf(side, 'stays')).pid).toBe(pid);
      daemon.signal('SIGTERM');
    }
    expect(await daemon.exited()).toBe(0);
    expect(side.readFile('main.log')).toContain('stopped: stays');
  }
});

test('the command line begins with the path that was called, by which init scripts look for the daemon', async ({
  side,
}) => {
  const link = side.path('supervisord');
  symlinkSync(SUPERVISORD, link);
  const config = side.writeFile('supervisord.conf', side.preamble + program('stays', STAYS));
  expect((await side.command(link, ['-c', config])).code).toBe(0);
  await side.waitFor('its pidfile', () => side.readFile('supervisord.pid').endsWith('\n'));
  const daemon = side.daemonAt(side.path('supervisord.pid'));
  const firstWord = () => readFileSync(`/proc/${daemon.pid}/cmdline`, 'utf8').split('\0')[0];
  expect(firstWord()).toBe(link);
  daemon.signal('SIGUSR1');
  await side.logged('supervisord started with pid', { times: 2 });
  expect(firstWord()).toBe(link);
});

test('a plain start loads no npm package', async ({ side }) => {
  side.writeFile('supervisord.conf', side.preamble + program('stays', STAYS));
  const hook = side.writeFile(
    'hook.cjs',
    `process.on('exit', () => require('fs').writeFileSync('loaded', Object.keys(require.cache).join('\\n')));`,
  );
  const daemon = spawn(process.execPath, ['-r', hook, `${SUPERVISORD}.cjs`, '-n', '-c', 'supervisord.conf'], {
    cwd: side.dir,
    stdio: 'ignore',
  });
  await untilState(side, 'stays', 'RUNNING');
  daemon.kill('SIGTERM');
  expect(await endOf(daemon)).toEqual([0, null]);
  expect(side.readFile('loaded')).toContain('/dist/bin/supervisord.cjs');
  expect(side.readFile('loaded')).not.toContain('node_modules');
});

test('a configuration that is read from a pipe without an end can be interrupted', async ({ side }) => {
  const daemon = spawn(SUPERVISORD, ['-n', '-c', '/dev/stdin'], {
    cwd: side.dir,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await untilHeld(side, daemon);
  daemon.kill('SIGINT');
  expect(await endOf(daemon)).toEqual([null, 'SIGINT']);
});

/** Waits until the launcher, or Node.js after it, has signals blocked; on a busy machine until Node.js catches them. */
function untilHeld(side: Side, { pid }: ChildProcess): Promise<void> {
  return side.waitFor('signals are blocked', () => {
    const masks = [...readFileSync(`/proc/${pid}/status`, 'utf8').matchAll(/^Sig(?:Blk|Cgt):\s*(\S+)/gm)];
    return masks.some(([, mask]) => (BigInt(`0x${mask}`) & SIGTERM_BIT) !== 0n);
  });
}

function momentsOf(signal: (typeof HELD)[number]): readonly number[] {
  return signal === 'SIGTERM' ? MOMENTS_MS : thorough(MOMENTS_MS, [0, 16]);
}

function isExit(signal: (typeof HELD)[number]): boolean {
  return ['SIGTERM', 'SIGINT', 'SIGQUIT'].includes(signal);
}

async function runs(side: Side): Promise<boolean> {
  try {
    return (await infoOf(side, 'stays')).statename === 'RUNNING';
  } catch {
    return false;
  }
}

function endOf(daemon: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) {
    return Promise.resolve([daemon.exitCode, daemon.signalCode]);
  }
  return new Promise((resolve) => daemon.once('exit', (code, signal) => resolve([code, signal])));
}

function listensAsDebugger(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(DEBUGGER, () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

function pass(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
