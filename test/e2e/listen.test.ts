/** Sockets of `listen=` under the real daemon: they stay open whatever happens to the program and the daemon. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect, createServer, type NetConnectOpts } from 'node:net';
import { describe, expect } from 'vitest';
import { isAlive } from '../../compat/harness/processes.ts';
import type { Daemon, Side } from '../../compat/scenario.ts';
import { errnoMessage } from '../../src/native/posix-error.ts';
import {
  call,
  count,
  faultOf,
  infoOf,
  program,
  startWith,
  test,
  untilFilesAreKept,
  untilState,
} from './support.ts';

/** Answers each client of each of its sockets with the result of sd_listen_fds(3). */
const SERVER = `
import os, select, socket
count = int(os.environ['LISTEN_FDS'])
sockets = [socket.socket(fileno=3 + i) for i in range(count)]
facts = [os.environ['SUPERVISOR_PROCESS_NAME'], str(os.environ['LISTEN_PID'] == str(os.getpid())),
         str(count), os.environ['LISTEN_FDNAMES'], str(os.get_blocking(3))]
poller = select.poll()
for s in sockets: poller.register(s, select.POLLIN)
while True:
    for fd, _ in poller.poll():
        client, _ = sockets[fd - 3].accept()
        client.sendall((' '.join(facts) + ' ' + str(fd)).encode())
        client.close()
`;

function server(side: Side, name: string, keys: Readonly<Record<string, string | number>>): string {
  const command = `/usr/bin/python3 ${side.writeFile('server.py', SERVER)}`;
  return program(name, { command, startsecs: 0, autorestart: 'true', ...keys });
}

function ask(where: NetConnectOpts): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const client = connect(where);
    client.on('data', (chunk) => {
      answer += chunk;
    });
    client.on('end', () => resolve(answer));
    client.on('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? String(error)));
  });
}

async function kill(daemon: Daemon): Promise<void> {
  daemon.signal('SIGKILL');
  await daemon.exited();
}

describe('a program with listen', () => {
  test('gets its sockets as systemd passes them, in the order of the list', async ({ side }) => {
    const [port, six] = [await side.freePort(), await side.freePort()];
    const path = side.path('web.sock');
    await startWith(
      side,
      server(side, 'web', {
        listen: `tcp://127.0.0.1:${port}, tcp://[::1]:${six}, unix://${path}`,
        listen_names: 'http,six,local',
        listen_mode: '0711',
        environment: 'LISTEN_PID="1",LISTEN_FDS="9"',
      }),
    );
    await untilState(side, 'web', 'RUNNING');
    const facts = 'web True 3 http:six:local True';
    expect(await ask({ host: '127.0.0.1', port })).toBe(`${facts} 3`);
    expect(await ask({ host: '::1', port: six })).toBe(`${facts} 4`);
    expect(await ask({ path })).toBe(`${facts} 5`);
    expect(statSync(path).mode & 0o777).toBe(0o711);
    await call(side, 'shutdown');
    await side.waitFor('the file is gone with the daemon', () => !existsSync(path));
  });

  test('shares them among its processes; with the number of the process each has its own', async ({
    side,
  }) => {
    const processes = { numprocs: 2, process_name: '%(program_name)s%(process_num)d' };
    const [shared, own] = [side.path('shared'), side.path('own')];
    await startWith(
      side,
      server(side, 's', { ...processes, listen: `unix://${shared}` }) +
        server(side, 'o', { ...processes, listen: `unix://${own}%(process_num)d` }),
    );
    for (const name of ['s:s0', 's:s1', 'o:o0', 'o:o1']) await untilState(side, name, 'RUNNING');
    expect(await ask({ path: shared })).toMatch(/^s[01] True 1 s True 3$/);
    await call(side, 'stopProcess', 's:s0');
    expect(await ask({ path: shared })).toBe('s1 True 1 s True 3');
    expect([await ask({ path: `${own}0` }), await ask({ path: `${own}1` })]).toEqual([
      'o0 True 1 o True 3',
      'o1 True 1 o True 3',
    ]);
  });

  test('keeps the clients of the time in which it is stopped, and those of an update', async ({ side }) => {
    const path = side.path('web.sock');
    const keys = { listen: `unix://${path}` };
    await startWith(side, server(side, 'web', keys));
    await untilState(side, 'web', 'RUNNING');
    const { ino } = statSync(path);
    await call(side, 'stopProcess', 'web');
    const early = ask({ path });
    await call(side, 'startProcess', 'web');
    expect(await early).toBe('web True 1 web True 3');
    side.writeFile('supervisord.conf', side.preamble + server(side, 'web', { ...keys, stopwaitsecs: 9 }));
    expect(await call(side, 'reloadConfig')).toEqual([[[], ['web'], []]]);
    await call(side, 'stopProcessGroup', 'web');
    await call(side, 'removeProcessGroup', 'web');
    const late = ask({ path });
    await call(side, 'addProcessGroup', 'web');
    expect(await late).toBe('web True 1 web True 3');
    expect(statSync(path).ino).toBe(ino);
    // Another address: the former one is closed.
    const other = side.path('other.sock');
    side.writeFile('supervisord.conf', side.preamble + server(side, 'web', { listen: `unix://${other}` }));
    await call(side, 'reloadConfig');
    await call(side, 'stopProcessGroup', 'web');
    await call(side, 'removeProcessGroup', 'web');
    await call(side, 'addProcessGroup', 'web');
    expect(await ask({ path: other })).toBe('web True 1 web True 3');
    await side.waitFor('the former socket is closed', () => !existsSync(path));
  });

  test('keeps them over a reload of the daemon, and an upgrade in place', async ({ side }) => {
    const port = await side.freePort();
    const path = side.path('web.sock');
    const daemon = await startWith(
      side,
      server(side, 'web', { listen: `tcp://127.0.0.1:${port},unix://${path}` }),
    );
    const { pid } = await untilState(side, 'web', 'RUNNING');
    const { ino } = statSync(path);
    const main = (): string => side.readFile('main.log');
    daemon.signal('SIGHUP');
    await side.waitFor('the next run', () => count(main(), /spawned: 'web'/g) === 2);
    expect(await ask({ path })).toBe('web True 2 web:web True 4');
    daemon.signal('SIGUSR1');
    await side.waitFor('the upgrade', () => /upgrade: visord .* goes on/.test(main()));
    const { pid: next } = await untilState(side, 'web', 'RUNNING');
    expect(next).not.toBe(pid);
    await call(side, 'stopProcess', 'web');
    const [first, second] = [ask({ path }), ask({ host: '127.0.0.1', port })];
    await call(side, 'startProcess', 'web');
    expect([await first, await second]).toEqual(['web True 2 web:web True 4', 'web True 2 web:web True 3']);
    expect(statSync(path).ino).toBe(ino);
    expect(count(main(), /Creating socket/g)).toBe(2);
  });

  test('hands them to the next daemon where its own is killed', async ({ side }) => {
    const port = await side.freePort();
    const path = side.path('web.sock');
    const first = await startWith(
      side,
      server(side, 'web', { listen: `tcp://127.0.0.1:${port},unix://${path}` }) +
        server(side, 'gone', { listen: `unix://${side.path('gone.sock')}` }),
    );
    const { pid } = await untilState(side, 'web', 'RUNNING');
    const gone = await untilState(side, 'gone', 'RUNNING');
    const { ino } = statSync(path);
    await kill(first);
    process.kill(gone.pid, 'SIGKILL');
    await side.waitFor('the second program has ended', () => !isAlive(gone.pid));
    const second = await side.start();
    expect((await infoOf(side, 'web')).pid).toBe(pid);
    await call(side, 'stopProcess', 'web');
    const waiting = [ask({ path }), ask({ host: '127.0.0.1', port })];
    await call(side, 'startProcess', 'web');
    expect(await Promise.all(waiting)).toEqual(['web True 2 web:web True 4', 'web True 2 web:web True 3']);
    expect(statSync(path).ino).toBe(ino);
    // No process had that one any more.
    await untilState(side, 'gone', 'RUNNING');
    expect(await ask({ path: side.path('gone.sock') })).toBe('gone True 1 gone True 3');
    expect(count(side.readFile('main.log'), /Creating socket/g)).toBe(4);
    second.signal('SIGTERM');
    await second.exited();
    expect(existsSync(path)).toBe(false);
  });

  test('fails its own start where a socket cannot be opened, and has it as soon as it can', async ({
    side,
  }) => {
    const port = await side.freePort();
    const occupant = createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => occupant.on('listening', resolve));
    const path = side.path('folder');
    mkdirSync(path);
    await startWith(
      side,
      server(side, 'web', { listen: `tcp://127.0.0.1:${port}`, startretries: 0 }) +
        server(side, 'local', { listen: `unix://${path}`, startretries: 0 }) +
        server(side, 'twin', { listen: `unix://${side.path('a.sock')}`, priority: 1 }) +
        server(side, 'thief', { listen: `unix://${side.path('a.sock')}`, startretries: 0 }),
    );
    const reason = `Could not create socket tcp://127.0.0.1:${port}: [Errno 98] ${errnoMessage(98)}`;
    expect(await untilState(side, 'web', 'FATAL')).toMatchObject({ spawnerr: reason, description: reason });
    expect((await untilState(side, 'local', 'FATAL')).spawnerr).toContain('Is a directory');
    expect((await untilState(side, 'thief', 'FATAL')).spawnerr).toBe(
      `Could not create socket unix://${side.path('a.sock')}: it is a socket of program twin`,
    );
    expect(await faultOf(side.rpc('supervisor.startProcess', ['web']))).toBe('SPAWN_ERROR: web');
    occupant.close();
    await new Promise((resolve) => occupant.on('close', resolve));
    await call(side, 'startProcess', 'web');
    expect(await ask({ host: '127.0.0.1', port })).toBe('web True 1 web True 3');
  });

  test('gets another socket where the file was removed', async ({ side }) => {
    const path = side.path('web.sock');
    const daemon = await startWith(side, server(side, 'web', { listen: `unix://${path}` }));
    await untilState(side, 'web', 'RUNNING');
    await untilFilesAreKept(side, daemon.pid);
    rmSync(path);
    await side.waitFor('the socket is there again', () => existsSync(path));
    await side.waitFor('clients are answered', async () => (await ask({ path })) === 'web True 1 web True 3');
  });
});

test('the example of the documentation shares its socket', async ({ side }) => {
  const page = readFileSync(new URL('../../docs/deploying.md', import.meta.url), 'utf8');
  const [, example = ''] = /```ini\n(\[program:web\]\n.*?)```/s.exec(page) ?? [];
  side.writeFile('server.py', SERVER);
  await startWith(side, example);
  expect(await ask({ path: side.path('web.sock') })).toMatch(/^web_[01] True 1 web True 3$/);
});
