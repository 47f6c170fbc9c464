/** The example of docs/containers.md, as PID 1 of a namespace. */
import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { EXAMPLE_COMMANDS } from '../../../compat/harness/debian.ts';
import { findCommand } from '../../../compat/harness/needs.ts';
import type { Daemon, Side } from '../../../compat/scenario.ts';
import { need, needing, unpacked } from '../../needs.ts';
import { allInfo, infoOf, test, untilState } from '../support.ts';

const UNSHARE = ['unshare', '--pid', '--fork', '--mount-proc'];
const NGINX = findCommand('nginx');
const NAMESPACES = need(
  spawnSync('unshare', [...UNSHARE.slice(1), 'true']).status === 0,
  'run as root, where namespaces are allowed',
);

const EXAMPLE = new URL('../../../docs/examples/container/', import.meta.url);
const PAGE = readFileSync(new URL('../../../docs/containers.md', import.meta.url), 'utf8');
const SUPERVISORCTL = fileURLToPath(new URL('../../../dist/bin/supervisorctl', import.meta.url));
const APPS = ['app-1', 'app-2', 'app-3', 'app-4'];

/** Lays out the example with paths below the folder of the test and free ports; returns the port of nginx. */
async function layOut(side: Side): Promise<number> {
  const prefix = Math.floor((await side.freePort()) / 10);
  const text = (name: string): string => moved(side, prefix, readFileSync(new URL(name, EXAMPLE), 'utf8'));
  for (const name of ['app.py', 'worker.py', 'schema.sql']) {
    side.writeFile(`shop/${name}`, text(name));
  }
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${side.path('nginx')}/${kind};`,
  );
  side.writeFile(
    'shop/nginx.conf',
    text('nginx.conf')
      .replace('listen ', 'listen 127.0.0.1:')
      .replace('access_log', `${temporary.join('\n')}\naccess_log`),
  );
  side.writeFile('supervisord.conf', text('supervisord.conf'));
  const { stdout } = await side.command('id', ['-u', 'nobody']);
  for (const folder of ['lib', 'run']) {
    mkdirSync(side.path(folder));
    chownSync(side.path(folder), Number(stdout), 0);
  }
  mkdirSync(side.path('nginx'));
  return prefix * 10;
}

function moved(side: Side, prefix: number, text: string): string {
  return text
    .replaceAll('/usr/lib/postgresql/15/bin', EXAMPLE_COMMANDS)
    .replaceAll('/usr/bin/python3', join(EXAMPLE_COMMANDS, 'python3'))
    .replaceAll('/usr/sbin/nginx', NGINX ?? '')
    .replaceAll('/srv/shop', side.path('shop'))
    .replaceAll('/var/lib/shop', side.path('lib'))
    .replaceAll('/run/shop', side.path('run'))
    .replaceAll('/run/supervisor.sock', side.path('s.sock'))
    .replaceAll('/run/', side.path(''))
    .replaceAll('user=postgres', 'user=nobody')
    .replaceAll('800', String(prefix));
}

/** The first answer on the port: a connection is tried again only while nothing listens. */
async function firstAnswer(port: number, daemon: Daemon): Promise<Response> {
  for (;;) {
    try {
      return await fetch(`http://127.0.0.1:${port}/`);
    } catch (error) {
      const { cause } = error as { readonly cause?: { readonly code?: string } };
      if (cause?.code !== 'ECONNREFUSED' || !daemon.isRunning()) {
        throw new Error(`no answer: ${daemon.output()}`, { cause: error });
      }
      await delay(5);
    }
  }
}

needing(
  test,
  NAMESPACES,
  unpacked(join(EXAMPLE_COMMANDS, 'postgres')),
  unpacked('nginx'),
)(
  'a container starts in order, stops parts with the whole, and ends with the status of its worker',
  async ({ side }) => {
    const port = await layOut(side);
    const daemon = await side.start({ prefix: UNSHARE });

    const first = await firstAnswer(port, daemon);

    expect([first.status, await first.text()]).toEqual([
      200,
      expect.stringMatching(/^visit 1, by the server/),
    ]);
    expect(daemon.output()).toContain('supervisord started with pid 1\n');
    await untilState(side, 'nginx', 'RUNNING');
    await untilState(side, 'worker', 'RUNNING');
    const { stdout } = await side.ctl(['status']);
    expect(
      stdout
        .replace(/ {2,}.*/g, '')
        .split('\n')
        .sort(),
    ).toEqual(['', ...APPS.map((name) => `app:${name}`), 'db', 'migrate', 'nginx', 'worker'].sort());
    expect((await infoOf(side, 'migrate')).statename).toBe('EXITED');
    expect(spawnOrder(daemon)).toEqual(['db', 'migrate', 'app', 'nginx']);
    // The database itself may turn a check away while it starts up.
    expect(daemon.output()).not.toMatch(/refused|Traceback|Bad Gateway/);

    const { stdout: graph } = await side.command(SUPERVISORCTL, ['-c', side.path('ctl.conf'), 'graph']);
    expect(PAGE).toContain(graph.replace(/^/gm, '    ').trimEnd());

    const nginx = await infoOf(side, 'nginx');
    expect((await side.ctl(['stop', 'db'])).stdout).toBe('db: stopped\n');
    await side.waitFor('the parts of the database wait for it', async () =>
      (await allInfo(side)).every(
        ({ group, description }) =>
          !['app', 'worker'].includes(group) || description === 'waiting for db (running)',
      ),
    );
    expect(PAGE).toContain(
      (await side.ctl(['status', 'app:app-1', 'worker'])).stdout.replace(/^/gm, '    ').trimEnd(),
    );
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(502);
    expect((await side.ctl(['start', 'app:*'])).stdout.trim().split('\n').sort()).toEqual(
      APPS.map((name) => `app:${name}: started`),
    );
    await untilState(side, 'worker', 'RUNNING');
    expect((await infoOf(side, 'db')).statename).toBe('RUNNING');
    expect((await infoOf(side, 'nginx')).pid).toBe(nginx.pid);

    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    const greet = await fetch(`http://127.0.0.1:${port}/jobs`, { method: 'POST', body: 'greet' });
    expect(await greet.text()).toBe('ok\n');
    await side.waitFor('the worker works', () => daemon.output().includes('worker: hello'));

    await fetch(`http://127.0.0.1:${port}/jobs`, { method: 'POST', body: 'unknown' });

    expect(await daemon.exited()).toBe(3);
    expect(daemon.output()).toContain(
      'CRIT worker exited (exit status 3), and has exit_on=failure: shutting down with status 3',
    );

    expect(stopOrder(daemon)).toEqual(['nginx', 'app', 'db']);
    expect(daemon.output()).toContain('database system is shut down');
  },
);

/** The programs in the order of their first starts, without the worker, which starts beside the servers. */
function spawnOrder(daemon: Daemon): string[] {
  return programsOf(daemon.output().matchAll(/spawned: '([a-z]+)/g));
}

function stopOrder(daemon: Daemon): string[] {
  const [, shutdown = ''] = daemon.output().split('shutting down with status 3');
  return programsOf(shutdown.matchAll(/stopped: ([a-z]+)/g));
}

function programsOf(matches: Iterable<RegExpMatchArray>): string[] {
  const names = [...matches].map(([, name]) => name ?? '');
  return [...new Set(names)].filter((name) => name !== 'worker');
}
