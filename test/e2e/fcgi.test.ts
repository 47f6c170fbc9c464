/** FastCGI programs under the real daemon: what happens to their socket while things go wrong around it. */
import { existsSync, mkdirSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { describe, expect } from 'vitest';
import { isAlive } from '../../compat/harness/processes.ts';
import type { Side } from '../../compat/scenario.ts';
import {
  allInfo,
  atOnce,
  call,
  count,
  faultOf,
  infoOf,
  openFiles,
  startWith,
  test,
  untilAll,
  untilFilesAreKept,
  untilState,
} from './support.ts';

/** Accepts on its stdin, and answers with its name. */
const RESPONDER = `
import os, socket
server = socket.socket(fileno=0)
while True:
    client, _ = server.accept()
    client.sendall(os.environ['SUPERVISOR_PROCESS_NAME'].encode())
    client.close()
`;

function fcgi(side: Side, name: string, keys: Readonly<Record<string, string | number>> = {}): string {
  const script = side.writeFile('responder.py', RESPONDER);
  const all = {
    command: `/usr/bin/python3 ${script}`,
    socket: `unix://${side.path(`${name}.sock`)}`,
    startsecs: 0,
    autorestart: 'true',
    ...keys,
  };
  const lines = Object.entries(all).map(([key, value]) => `${key}=${value}\n`);
  return `[fcgi-program:${name}]\n${lines.join('')}`;
}

function ask(path: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const client = connect(path);
    client.on('data', (chunk) => {
      answer += chunk;
    });
    client.on('end', () => resolve(answer));
    client.on('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? String(error)));
  });
}

describe('the socket of a FastCGI program', () => {
  test('refuses no client while its processes are killed one after the other', async ({ side }) => {
    await startWith(side, fcgi(side, 'web', { numprocs: 3, process_name: 'w%(process_num)d' }));
    await untilAll(side, 'RUNNING');
    const path = side.path('web.sock');
    const { ino } = statSync(path);
    let isGoing = true;
    const refused: string[] = [];
    const visitor = (async () => {
      while (isGoing) {
        const answer = await ask(path);
        // A process that is killed in the middle of an answer writes nothing; no client must be refused.
        if (!/^(w\d)?$/.test(answer) && answer !== 'ECONNRESET') refused.push(answer);
      }
    })();
    for (let round = 0; round < 12; round += 1) {
      const name = `web:w${round % 3}`;
      const { pid } = await infoOf(side, name);
      process.kill(pid, 'SIGKILL');
      await side.waitFor(`${name} is back`, async () => {
        const info = await infoOf(side, name);
        return info.pid > 0 && info.pid !== pid;
      });
    }
    isGoing = false;
    await visitor;
    expect(refused).toEqual([]);
    expect(statSync(path).ino).toBe(ino);
  });

  test('costs the daemon no descriptor however often the program is started', async ({ side }) => {
    const daemon = await startWith(side, fcgi(side, 'web'));
    const turn = async () => {
      await call(side, 'stopProcess', 'web');
      await side.waitFor('the socket is gone', () => !existsSync(side.path('web.sock')));
      await call(side, 'startProcess', 'web');
      expect(await ask(side.path('web.sock'))).toBe('web');
    };
    await untilState(side, 'web', 'RUNNING');
    await untilFilesAreKept(side, daemon.pid);
    await turn();
    const before = openFiles(daemon.pid);
    for (let round = 0; round < 10; round += 1) await turn();
    await side.waitFor('nothing more is open', () => openFiles(daemon.pid) <= before);
  });

  test('of a daemon that was killed does not keep the next one from starting', async ({ side }) => {
    const first = await startWith(side, fcgi(side, 'web', { autorestart: 'false' }));
    const { pid } = await untilState(side, 'web', 'RUNNING');
    first.signal('SIGKILL');
    await first.exited();
    process.kill(pid, 'SIGKILL');
    await side.waitFor('its program has ended', () => !isAlive(pid));
    expect(existsSync(side.path('web.sock'))).toBe(true);
    await side.start();
    await untilState(side, 'web', 'RUNNING');
    expect(await ask(side.path('web.sock'))).toBe('web');
  });

  test('whose path is a folder makes only its own program fail, and the reason is reported', async ({
    side,
  }) => {
    const daemon = await startWith(
      side,
      fcgi(side, 'web', { autostart: 'false', startretries: 1 }) + fcgi(side, 'other'),
    );
    mkdirSync(side.path('web.sock'));
    expect(await faultOf(side.rpc('supervisor.startProcess', ['web']))).toBe('SPAWN_ERROR: web');
    const { spawnerr } = await untilState(side, 'web', 'FATAL');
    expect(spawnerr).toMatch(/^Could not create FastCGI socket unix:\S+: \[Errno 21\] Is a directory/);
    await untilState(side, 'other', 'RUNNING');
    expect(daemon.isRunning()).toBe(true);
    rmSync(side.path('web.sock'), { recursive: true });
    await call(side, 'startProcess', 'web');
    expect(await ask(side.path('web.sock'))).toBe('web');
  });

  test('is made again after SIGHUP and gone after the end', async ({ side }) => {
    const daemon = await startWith(side, fcgi(side, 'web'));
    await untilState(side, 'web', 'RUNNING');
    daemon.signal('SIGHUP');
    const closings = () => count(side.readFile('main.log'), /INFO Closing socket/g);
    await side.waitFor('the first life has ended', () => closings() >= 3);
    await untilState(side, 'web', 'RUNNING');
    expect(await ask(side.path('web.sock'))).toBe('web');
    expect(await daemon.stop()).toBe(0);
    expect(existsSync(side.path('web.sock'))).toBe(false);
  });

  test('is the stdin of the child, beside which it has the usual two descriptors only', async ({ side }) => {
    await startWith(side, fcgi(side, 'web'));
    const { pid } = await untilState(side, 'web', 'RUNNING');
    await ask(side.path('web.sock'));
    expect(readlinkSync(`/proc/${pid}/fd/0`)).toMatch(/^socket:/);
    await side.waitFor('only three are open', () => openFiles(pid) === 3);
    expect(await faultOf(side.rpc('supervisor.sendProcessStdin', ['web', 'x']))).toBe('NO_FILE: web');
  });

  test('whose file is removed gets it back; its program goes on where the file system of the runtime folder is the same', async ({
    side,
  }) => {
    const daemon = await startWith(side, fcgi(side, 'web'), {
      environment: { RUNTIME_DIRECTORY: side.path('run') },
    });
    const { pid } = await untilState(side, 'web', 'RUNNING');
    await untilFilesAreKept(side, daemon.pid);
    await side.waitFor('it has a further name', () => statSync(side.path('web.sock')).nlink === 2);
    rmSync(side.path('web.sock'));
    await side.waitFor('it is there', () => existsSync(side.path('web.sock')));
    expect(await ask(side.path('web.sock'))).toBe('web');
    expect((await infoOf(side, 'web')).pid).toBe(pid);
    expect(await daemon.stop()).toBe(0);
    expect(readdirSync(side.path('run'))).toEqual([]);
  });

  test('whose file is removed gets another socket, and its programs are restarted with that one', async ({
    side,
  }) => {
    const daemon = await startWith(
      side,
      fcgi(side, 'web', { numprocs: 2, process_name: 'w%(process_num)d' }),
    );
    const pids = async (): Promise<number[]> =>
      (await allInfo(side)).filter(({ statename }) => statename === 'RUNNING').map(({ pid }) => pid);
    await untilAll(side, 'RUNNING');
    const before = await pids();
    await untilFilesAreKept(side, daemon.pid);
    // As where the runtime folder is on another file system.
    const runtime = dirname(readlinkSync(`/proc/${before[0]}/fd/1`));
    await atOnce(side, daemon, () => {
      rmSync(`${runtime}/sockets`, { recursive: true, force: true });
      rmSync(side.path('web.sock'));
    });
    await side.waitFor('both are other processes', async () => {
      const after = await pids();
      return after.length === 2 && !after.some((pid) => before.includes(pid));
    });
    expect(await ask(side.path('web.sock'))).toMatch(/^w\d$/);
    expect(side.readFile('main.log')).toContain('INFO restarting w0: its socket was removed');
    expect(await daemon.stop()).toBe(0);
    expect(existsSync(side.path('web.sock'))).toBe(false);
  });

  test('of a group that cannot be added is named in the fault', async ({ side }) => {
    await startWith(side, '');
    side.writeFile(
      'supervisord.conf',
      side.preamble + fcgi(side, 'web', { socket: `unix://${side.path('nowhere/web.sock')}` }),
    );
    await call(side, 'reloadConfig');
    expect(await faultOf(side.rpc('supervisor.addProcessGroup', ['web']))).toMatch(
      /^FAILED: Could not create FastCGI socket unix:\S+: \[Errno 2\] No such file or directory$/,
    );
    expect(await call(side, 'getAllProcessInfo')).toEqual([]);
    mkdirSync(side.path('nowhere'));
    expect(await call(side, 'addProcessGroup', 'web')).toBe(true);
    await untilState(side, 'web', 'RUNNING');
  });
});
