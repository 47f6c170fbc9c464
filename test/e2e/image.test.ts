/** The configuration of docs/examples/docker as PID 1 of a container: a read-only root, a user that is not root. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, expect } from 'vitest';
import { freePort } from '../../compat/harness/ports.ts';
import { waitUntil } from '../../compat/harness/wait.ts';
import { need, needing } from '../needs.ts';

const USER_ID = 65_534;
const UNSHARE = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', 'sh', '-c'];
const AS_USER = ['setpriv', '--reuid', String(USER_ID), '--regid', String(USER_ID), '--clear-groups'];

/** What an engine does with `--read-only --tmpfs /tmp`; $1 takes the place of /tmp. */
const CONTAINER = `set -e
mount --bind "$1" "$1"
mount -t tmpfs -o mode=1777 shm /dev/shm
mount -t proc proc /proc
mount -o remount,bind,ro /
shift
exec ${AS_USER.join(' ')} "$@"`;

const SUPERVISORD = fileURLToPath(new URL('../../dist/bin/supervisord', import.meta.url));
const VISORD = fileURLToPath(new URL('../../dist/bin/visord', import.meta.url));
const EXAMPLE = new URL('../../docs/examples/docker/', import.meta.url);
const textOf = (name: string): string => readFileSync(new URL(name, EXAMPLE), 'utf8');

/** Namespaces, and a checkout and a Node.js that every user can read. */
const canRun =
  spawnSync('unshare', [...UNSHARE, `${AS_USER.join(' ')} '${SUPERVISORD}' --version`]).status === 0;
const NAMESPACES = need(
  canRun,
  'run as root, where namespaces are allowed, in a checkout that every user can read',
);

interface Running {
  readonly child: ChildProcess;
  /** The exit code or the signal, once all processes of the container have ended. */
  readonly end: Promise<number | string | null>;
}

interface Container {
  readonly folder: string;
  readonly port: number;
  /** Starts it with this command in place of the server. */
  start(command?: string): Running;
  output(): string;
  until(what: string, condition: () => boolean): Promise<void>;
  healthcheck(): { readonly status: number | null; readonly stdout: string };
}

const test = base.extend<{ container: Container }>({
  // biome-ignore lint/correctness/noEmptyPattern: the test runner reads the names out of this pattern.
  container: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'visord-image-'));
    const started: Running[] = [];
    try {
      await use(await open(folder, started));
    } finally {
      for (const { child } of started) kill(child);
      await Promise.all(started.map(({ end }) => end));
      rmSync(folder, { recursive: true });
    }
  },
});

async function open(folder: string, started: Running[]): Promise<Container> {
  const port = await freePort();
  const temporary = join(folder, 'tmp');
  chmodSync(folder, 0o755);
  mkdirSync(temporary);
  chownSync(temporary, USER_ID, USER_ID);
  writeFileSync(join(folder, 'server.js'), textOf('server.js').replace('8080', String(port)));
  let written = '';
  return {
    folder,
    port,
    start: (command = `${process.execPath} ${folder}/server.js`) => {
      const config = textOf('supervisord.conf')
        .replaceAll('/tmp/', `${temporary}/`)
        .replaceAll('8080', String(port))
        .replace('node /srv/app/server.js', command);
      writeFileSync(join(folder, 'supervisord.conf'), config);
      const daemon = [SUPERVISORD, '-n', '-c', join(folder, 'supervisord.conf')];
      const child = spawn('unshare', [...UNSHARE, CONTAINER, 'sh', temporary, ...daemon], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const end = new Promise<number | string | null>((resolve) => {
        child.on('close', (code, signal) => resolve(code ?? signal));
      });
      started.push({ child, end });
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on('data', (chunk: Buffer) => {
          written += chunk;
        });
      }
      return { child, end };
    },
    output: () => written,
    until: (what, condition) =>
      waitUntil(what, condition, 60).catch((error: Error) => {
        throw new Error(`${error.message}\n${written}`);
      }),
    healthcheck: () =>
      spawnSync(VISORD, ['healthcheck', '-c', join(folder, 'supervisord.conf')], { encoding: 'utf8' }),
  };
}

/** The process that unshare has forked: PID 1 of the container; 0 once it has ended. */
function firstProcess({ pid }: ChildProcess): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
}

/** Its end kills all processes of the container; that of unshare does not, since PID 1 has changed its user. */
function kill(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const first = firstProcess(child);
  if (first > 0) process.kill(first, 'SIGKILL');
}

needing(test, NAMESPACES)(
  'a container is healthy, and ends on TERM as docker stop sends it',
  async ({ container }) => {
    const { child, end } = container.start();
    await container.until('the server runs', () => /web entered RUNNING state/.test(container.output()));
    await container.until('its output is there', () => container.output().includes('listening\n'));

    expect(container.output()).toContain('supervisord started with pid 1\n');
    const daemon = firstProcess(child);
    expect(readFileSync(`/proc/${daemon}/status`, 'utf8')).toMatch(/^Uid:\t65534\t65534\t/m);
    expect(readFileSync(`/proc/${daemon}/mountinfo`, 'utf8')).toMatch(/ \S+ \/ ro[, ]/);
    expect(await (await fetch(`http://127.0.0.1:${container.port}/`)).text()).toBe('hello\n');
    expect(container.healthcheck()).toMatchObject({ status: 0, stdout: 'ok\n' });

    process.kill(daemon, 'SIGTERM');

    expect(await end).toBe(0);
    expect(container.output()).toContain('stopped: web (exit status 0)');
  },
);

needing(test, NAMESPACES)(
  'a container ends with the status of a program that is given up',
  async ({ container }) => {
    const { end } = container.start("sh -c 'exit 7'\nstartretries = 0");

    expect(await end).toBe(7);
    expect(container.output()).toContain('gave up: web entered FATAL state');
  },
);

needing(test, NAMESPACES)(
  'a container whose server does not listen is not healthy',
  async ({ container }) => {
    container.start('sleep 1000');
    await container.until('it is started', () => container.output().includes("spawned: 'web' with pid"));
    await container.until('the socket answers', () => container.healthcheck().stdout !== '');

    expect(container.healthcheck()).toMatchObject({ status: 1, stdout: 'unavailable\nweb STARTING\n' });
  },
);
