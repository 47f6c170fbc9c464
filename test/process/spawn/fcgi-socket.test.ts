import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { FcgiSocketConfig, ProcessConfig } from '../../../src/config/types.ts';
import { listenUnix, pidfdGetfd, pidfdOpen } from '../../../src/native/posix.ts';
import { errnoMessage } from '../../../src/native/posix-error.ts';
import { StdinClosedError } from '../../../src/process/channels/input-channel.ts';
import { Group } from '../../../src/process/group.ts';
import { FcgiSocket, FcgiSocketError } from '../../../src/process/spawn/fcgi-socket.ts';
import { needing, ROOT } from '../../needs.ts';
import { processConfig } from '../../rpc/fakes.ts';
import { InfoLog, openDescriptors, test, until } from '../support.ts';

type UnixConfig = Extract<FcgiSocketConfig, { kind: 'unix' }>;

function unix(path: string, changes: Partial<UnixConfig> = {}): UnixConfig {
  return { kind: 'unix', path, owner: null, mode: 0o700, backlog: null, ...changes };
}

function open(config: FcgiSocketConfig): { socket: FcgiSocket; log: InfoLog } {
  const log = new InfoLog();
  return { socket: new FcgiSocket(config, log), log };
}

/** Another descriptor of the same socket. */
function dup(fd: number): number {
  const own = pidfdOpen(process.pid);
  const copy = pidfdGetfd(own, fd);
  closeSync(own);
  return copy;
}

/** The result of connecting to the path. */
function knock(path: string): Promise<string> {
  return new Promise((resolve) => {
    const client = connect(path, () => {
      client.destroy();
      resolve('connected');
    });
    client.on('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? String(error)));
  });
}

function failureOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(FcgiSocketError);
    return (error as Error).message;
  }
  return 'nothing was thrown';
}

describe('the socket of a FastCGI program', () => {
  test('that an earlier daemon has left is its processes’ until they are taken over, and goes with them then', async ({
    folder,
  }) => {
    const config = unix(join(folder, 'x.sock'));
    const left = listenUnix(config.path, 0o700, 10);
    const refused = open(config).socket;
    refused.inherit(dup(left));
    refused.close();
    expect(await knock(config.path)).toBe('connected');

    const { socket } = open(config);
    socket.inherit(dup(left));
    for (const _ of [1, 2]) socket.join();
    expect(socket.hold()).toBeGreaterThan(0);
    for (const _ of [1, 2]) socket.release();
    expect(await knock(config.path)).toBe('connected');
    socket.release();
    expect(existsSync(config.path)).toBe(false);
    closeSync(left);
  });

  test('that is out of reach is made anew for the next, and stays for it when the others have ended', async ({
    folder,
  }) => {
    const { socket } = open(unix(join(folder, 'x.sock')));
    for (const _ of [1, 2]) socket.join();
    socket.release();
    socket.hold();
    socket.release();
    expect(await knock(join(folder, 'x.sock'))).toBe('connected');
    socket.release();
    expect(existsSync(join(folder, 'x.sock'))).toBe(false);
  });

  test('is there from the first holder to the last, and then its file is gone', async ({ folder }) => {
    const path = join(folder, 'x.sock');
    const { socket, log } = open(unix(path));
    const before = openDescriptors();
    const descriptor = socket.hold();
    expect(socket.hold()).toBe(descriptor);
    socket.release();
    expect(await knock(path)).toBe('connected');
    socket.release();
    socket.release();
    expect(existsSync(path)).toBe(false);
    expect(openDescriptors()).toBe(before);
    socket.hold();
    expect(await knock(path)).toBe('connected');
    socket.close();
    expect(log.lines.map((line) => line.replace(/^info:? /, ''))).toEqual([
      `Creating socket unix://${path}`,
      `Closing socket unix://${path}`,
      `Creating socket unix://${path}`,
      `Closing socket unix://${path}`,
    ]);
  });

  test('has the mode that was asked for whatever the umask', ({ folder }) => {
    for (const mode of [0o700, 0o666, 0o1777]) {
      const path = join(folder, mode.toString(8));
      const { socket } = open(unix(path, { mode }));
      socket.hold();
      expect(statSync(path).mode & 0o7777).toBe(mode);
      socket.close();
    }
  });

  needing(test, ROOT)('is given to its owner; without a group that stays', ({ folder }) => {
    const path = join(folder, 'x.sock');
    for (const [owner, expected] of [
      [
        { uid: 33, gid: 33 },
        { uid: 33, gid: 33 },
      ],
      [
        { uid: 33, gid: -1 },
        { uid: 33, gid: process.getgid?.() },
      ],
    ] as const) {
      const { socket } = open(unix(path, { owner }));
      socket.hold();
      expect(statSync(path)).toMatchObject(expected);
      socket.close();
    }
  });

  test('replaces a socket that was left behind, also behind a link, and a link that leads nowhere', async ({
    folder,
  }) => {
    const left = join(folder, 'left.sock');
    const link = join(folder, 'link.sock');
    const stray = join(folder, 'stray.sock');
    const earlier = open(unix(left)).socket;
    earlier.hold();
    symlinkSync(left, link);
    symlinkSync(join(folder, 'nowhere'), stray);
    for (const path of [link, left, stray]) {
      const { socket } = open(unix(path));
      socket.hold();
      expect(lstatSync(path).isSocket()).toBe(true);
      expect(await knock(path)).toBe('connected');
      if (path === left) {
        earlier.close();
        expect(await knock(path)).toBe('connected');
      }
      socket.close();
    }
  });

  test('does not take the place of a file or a folder', ({ folder }) => {
    const file = join(folder, 'precious');
    writeFileSync(file, 'data');
    const failed = failureOf(() => open(unix(file)).socket.hold());
    expect(failed).toBe(`Could not create FastCGI socket unix://${file}: ${file} exists and is not a socket`);
    expect(readFileSync(file, 'utf8')).toBe('data');
    mkdirSync(join(folder, 'd'));
    expect(failureOf(() => open(unix(join(folder, 'd'))).socket.hold())).toBe(
      `Could not create FastCGI socket unix://${folder}/d: [Errno 21] Is a directory: '${folder}/d'`,
    );
  });

  test('reports why it cannot be opened, and leaves nothing behind', ({ folder }) => {
    const before = openDescriptors();
    const lengthy = join(folder, 'x'.repeat(120));
    const reasons: [FcgiSocketConfig, string][] = [
      [unix(join(folder, 'no/x')), '[Errno 2] No such file or directory'],
      [unix(lengthy), 'AF_UNIX path too long'],
      [{ kind: 'tcp', host: '192.0.2.1', port: 9, backlog: null }, `[Errno 99] ${errnoMessage(99)}`],
      [
        { kind: 'tcp', host: 'no.such.host.invalid', port: 9, backlog: null },
        '[Errno -2] Name or service not known',
      ],
    ];
    for (const [config, reason] of reasons) {
      expect(failureOf(() => open(config).socket.hold())).toMatch(
        /^Could not create FastCGI socket (unix|tcp):\/\/\S+: /,
      );
      expect(failureOf(() => open(config).socket.hold())).toContain(`: ${reason}`);
    }
    const path = join(folder, 'x.sock');
    const owned = unix(path, { owner: { uid: -2, gid: -2 } });
    expect(failureOf(() => open(owned).socket.hold())).toContain(
      'Could not change ownership of socket file: ',
    );
    expect(existsSync(path)).toBe(false);
    expect(openDescriptors()).toBe(before);
  });

  test('leaves alone what another daemon has put in its place', ({ folder }) => {
    const path = join(folder, 'x.sock');
    const ours = open(unix(path)).socket;
    ours.hold();
    const theirs = open(unix(path)).socket;
    theirs.hold();
    ours.close();
    expect(existsSync(path)).toBe(true);
    theirs.close();
    expect(existsSync(path)).toBe(false);
  });
});

/** Accepts on its stdin; answers each connection with its own name and the number of the connection. */
const RESPONDER = `
import os, socket, sys
server = socket.socket(fileno=0)
assert os.get_blocking(0)
count = 0
while True:
    client, _ = server.accept()
    count += 1
    client.sendall(('%s %d' % (sys.argv[1], count)).encode())
    client.close()
`;

describe('the processes of a FastCGI program', () => {
  function responders(folder: string, socket: FcgiSocketConfig, ...names: string[]): ProcessConfig[] {
    const script = join(folder, 'responder.py');
    writeFileSync(script, RESPONDER);
    return names.map((name) =>
      processConfig(name, {
        command: `/usr/bin/python3 ${script} ${name}`,
        startSeconds: 0,
        autorestart: 'always',
        socket,
      }),
    );
  }

  function ask(path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let answer = '';
      const client = connect(path);
      client.on('data', (chunk) => {
        answer += chunk;
      });
      client.on('end', () => resolve(answer));
      client.on('error', reject);
    });
  }

  test('share it as their stdin, and the last one removes it', async ({ folder, host }) => {
    const path = join(folder, 'x.sock');
    const processes = responders(folder, unix(path), 'a', 'b');
    const group = new Group({ name: 'x', priority: 1, processes }, host);
    expect(existsSync(path)).toBe(false);
    const [a, b] = [...group.processes.values()];
    if (a === undefined || b === undefined) throw new Error('no processes');
    a.start();
    b.start();
    expect(await ask(path)).toMatch(/^[ab] 1$/);
    expect(() => a.writeStdin(Buffer.from('x'))).toThrow(StdinClosedError);
    expect(() => a.writeStdin(Buffer.from('x'))).toThrow("Process' stdin channel is closed");
    a.stop();
    await until('a is stopped', () => a.state === 'STOPPED');
    expect(await ask(path)).toMatch(/^b \d$/);
    b.stop();
    await until('the socket is gone', () => !existsSync(path));
    b.start();
    expect(await ask(path)).toBe('b 1');
    b.stop();
    await until('b is stopped', () => b.state === 'STOPPED');
    group.dispose();
    expect(existsSync(path)).toBe(false);
  });

  test('a connection waits while the only process is started again', async ({ folder, host }) => {
    const path = join(folder, 'x.sock');
    const group = new Group({ name: 'x', priority: 1, processes: responders(folder, unix(path), 'a') }, host);
    const a = group.processes.get('a');
    if (a === undefined) throw new Error('no process');
    a.start();
    expect(await ask(path)).toBe('a 1');
    const { ino } = statSync(path);
    const { pid } = a;
    process.kill(pid, 'SIGKILL');
    await until('it has been started again', () => a.pid !== 0 && a.pid !== pid);
    expect(await ask(path)).toBe('a 1');
    expect(statSync(path).ino).toBe(ino);
    a.stop();
    await until('a is stopped', () => a.state === 'STOPPED');
    group.dispose();
  });

  test('share it with those that are added to the group later', async ({ folder, host }) => {
    const path = join(folder, 'x.sock');
    const [first, second] = responders(folder, unix(path), 'a', 'b');
    if (first === undefined || second === undefined) throw new Error('no processes');
    const group = new Group({ name: 'x', priority: 1, processes: [first] }, host);
    const [a, [b]] = [group.processes.get('a'), group.add([second])];
    a?.start();
    b?.start();
    a?.stop();
    await until('a is stopped', () => a?.state === 'STOPPED');
    expect(await ask(path)).toMatch(/^b \d$/);
    b?.stop();
    await until('the socket is gone', () => !existsSync(path));
    group.dispose();
  });

  test('are not started where it cannot be opened, which ends nothing else', async ({ folder, host }) => {
    const path = join(folder, 'run/x.sock');
    mkdirSync(join(folder, 'run'));
    const processes = responders(folder, unix(path), 'a').map((config) => ({ ...config, startRetries: 0 }));
    const group = new Group({ name: 'x', priority: 1, processes }, host);
    const a = group.processes.get('a');
    if (a === undefined) throw new Error('no process');
    mkdirSync(path);
    a.start();
    await until('it is given up', () => a.state === 'FATAL');
    expect(a.spawnError).toBe(
      `Could not create FastCGI socket unix://${path}: [Errno 21] Is a directory: '${path}'`,
    );
    group.dispose();
  });

  test('a program that cannot be executed releases the socket', async ({ folder, host }) => {
    const path = join(folder, 'x.sock');
    const config = processConfig('a', { command: '/no/such/file', startRetries: 0, socket: unix(path) });
    const group = new Group({ name: 'x', priority: 1, processes: [config] }, host);
    const a = group.processes.get('a');
    a?.start();
    await until('it is given up', () => a?.state === 'FATAL');
    expect(existsSync(path)).toBe(false);
    group.dispose();
  });

  test('a group whose socket cannot be opened is not made, and leaves nothing behind', ({ folder, host }) => {
    const before = openDescriptors();
    const processes = responders(folder, unix(join(folder, 'no/x.sock')), 'a');
    expect(failureOf(() => new Group({ name: 'x', priority: 1, processes }, host))).toMatch(
      /^Could not create FastCGI socket /,
    );
    expect(openDescriptors()).toBe(before);
  });
});
