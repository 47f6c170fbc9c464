/** Restarts of programs whose files change: real programs, real changes. */
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { expect } from 'vitest';
import type { Side } from '../../../compat/scenario.ts';
import { atOnce, count, infoOf, ownCtl, program, script, startWith, test, untilState } from '../support.ts';

const PAUSE = '0.2';
const WEB = { command: 'sleep 1000', startsecs: 0, restart_watch_pause: PAUSE } as const;
/** Every restart, with its reason. */
const RESTARTS = /restarting web: .*/g;

function web(keys: Readonly<Record<string, string | number>>): string {
  return program('web', { ...WEB, ...keys });
}

function restarts(side: Side): string[] {
  return side.readFile('main.log').match(RESTARTS) ?? [];
}

/** Waits for the number of restarts, and that the last one is over. */
async function untilRestarted(side: Side, times: number): Promise<void> {
  await side.waitFor(`${times} restarts`, () => restarts(side).length >= times);
  await side.logged("spawned: 'web'", { times: times + 1 });
  await untilState(side, 'web', 'RUNNING');
  expect(restarts(side)).toHaveLength(times);
}

const watching = (side: Side, times = 1) => side.logged(/web: watching \S+ \(\d+ folders\)/, { times });

/** The folder `app` with a file in a subfolder. */
function app(side: Side): string {
  mkdirSync(side.path('app/lib'), { recursive: true });
  side.writeFile('app/lib/main.py', 'one');
  return side.path('app');
}

/** Puts a new file there in one step: a file that is created and then written is two changes, which a busy machine may part. */
function put(side: Side, name: string): void {
  renameSync(side.writeFile('new-file', ''), side.path(name));
}

test('a change of a file restarts the program once, and names the file', async ({ side }) => {
  const folder = app(side);
  await startWith(side, web({ restart_directory_monitor: folder }));
  await untilState(side, 'web', 'RUNNING');
  await watching(side);
  appendFileSync(`${folder}/lib/main.py`, 'two');
  await untilRestarted(side, 1);
  expect(restarts(side)).toEqual([`restarting web: ${folder}/lib/main.py has changed`]);
});

test('changes that come together are one restart, as those of a deploy and of an editor', async ({
  side,
}) => {
  const folder = app(side);
  const daemon = await startWith(side, web({ restart_directory_monitor: folder }));
  await untilState(side, 'web', 'RUNNING');
  await watching(side);
  await atOnce(side, daemon, () => {
    for (let version = 0; version < 50; version += 1) {
      mkdirSync(`${folder}/v${version}/deep`, { recursive: true });
      side.writeFile(`app/v${version}/deep/main.py`, 'one');
    }
  });
  await untilRestarted(side, 1);
  expect(restarts(side)[0]).toMatch(/\/app\/v\d+\/deep\/main\.py and 49 other files have changed$/);

  await atOnce(side, daemon, () => {
    side.writeFile('app/v7/deep/.main.py.swp', '');
    side.writeFile('app/v7/deep/new', 'two');
    renameSync(`${folder}/v7/deep/new`, `${folder}/v7/deep/main.py`);
    side.writeFile('app/v7/deep/main.py~', 'one');
  });
  await untilRestarted(side, 2);
  expect(restarts(side)[1]).toContain('/app/v7/deep/');
  expect(restarts(side)[1]).toMatch(/ and 1 other file have changed$/);
});

test('folders that are moved or removed are followed, links in them are not', async ({ side }) => {
  const folder = app(side);
  mkdirSync(side.path('elsewhere/nested'), { recursive: true });
  symlinkSync(side.path('elsewhere'), `${folder}/link`);
  await startWith(side, web({ restart_directory_monitor: folder }));
  await untilState(side, 'web', 'RUNNING');
  await watching(side);

  renameSync(`${folder}/lib`, `${folder}/src`);
  await untilRestarted(side, 1);
  side.writeFile('elsewhere/nested/file', 'behind a link');
  appendFileSync(`${folder}/src/main.py`, 'two');
  await untilRestarted(side, 2);
  expect(restarts(side)[1]).toBe(`restarting web: ${folder}/src/main.py has changed`);

  renameSync(`${folder}/src`, side.path('elsewhere/src'));
  await untilRestarted(side, 3);
  appendFileSync(side.path('elsewhere/src/main.py'), 'three');
  mkdirSync(`${folder}/other`);
  put(side, 'app/other/file');
  await untilRestarted(side, 4);
  expect(restarts(side)[3]).toBe(`restarting web: ${folder}/other/file has changed`);

  rmSync(`${folder}/other`, { recursive: true });
  await untilRestarted(side, 5);
  expect(restarts(side)[4]).toBe(`restarting web: ${folder}/other/file has changed`);
});

test('a folder that does not exist is waited for, and a link to a folder may be replaced', async ({
  side,
}) => {
  mkdirSync(side.path('releases/1'), { recursive: true });
  mkdirSync(side.path('releases/2'), { recursive: true });
  for (const release of [1, 2]) side.writeFile(`releases/${release}/main.py`, '');
  const current = side.path('deep/current');
  await startWith(side, web({ restart_directory_monitor: current }));
  await untilState(side, 'web', 'RUNNING');
  await side.logged(`web: waiting for ${current}, `);

  mkdirSync(side.path('deep'));
  symlinkSync(side.path('releases/1'), current);
  await untilRestarted(side, 1);
  appendFileSync(side.path('releases/1/main.py'), 'x');
  await untilRestarted(side, 2);
  symlinkSync(side.path('releases/2'), side.path('deep/new'));
  renameSync(side.path('deep/new'), current);
  await untilRestarted(side, 3);
  appendFileSync(side.path('releases/1/main.py'), 'not watched any more');
  appendFileSync(side.path('releases/2/main.py'), 'x');
  await untilRestarted(side, 4);
  expect(new Set(restarts(side))).toEqual(new Set([`restarting web: ${current}/main.py has changed`]));
});

test('only files of the pattern count, and neither logs of the daemon nor files of git do', async ({
  side,
}) => {
  const folder = app(side);
  mkdirSync(`${folder}/.git`);
  side.writeFile('app/page.html', '');
  utimesSync(`${folder}/page.html`, 0, 0);
  const command = script(side, 'noise.sh', 'echo started; exec sleep 1000');
  const keys = { command, stdout_logfile: `${folder}/web.log`, restart_directory_monitor: folder };
  await startWith(side, web(keys));
  await side.logged('started', { file: 'app/web.log' });
  await watching(side);
  side.writeFile('app/.git/index', '');
  chmodSync(`${folder}/page.html`, 0o600);
  utimesSync(`${folder}/page.html`, new Date(), new Date());
  await untilRestarted(side, 1);
  expect(restarts(side)).toEqual([`restarting web: ${folder}/page.html has changed`]);

  side.writeFile(
    'supervisord.conf',
    side.preamble + web({ ...keys, restart_file_pattern: '*.py, lib/*.md' }),
  );
  expect((await ownCtl(side, 'update')).stdout).toBe('web: updated (restart_file_pattern)\n');
  await watching(side, 2);
  appendFileSync(`${folder}/page.html`, 'x');
  side.writeFile('app/read.md', '');
  put(side, 'app/lib/read.md');
  await untilRestarted(side, 2);
  expect(restarts(side)[1]).toBe(`restarting web: ${folder}/lib/read.md has changed`);
});

test('more changes than the kernel keeps are one restart, and new folders are watched after it', async ({
  side,
}) => {
  const folder = app(side);
  side.writeFile('app/a.txt', '');
  const daemon = await startWith(
    side,
    web({ restart_directory_monitor: folder, restart_file_pattern: '*.py' }),
  );
  await untilState(side, 'web', 'RUNNING');
  await watching(side);
  await atOnce(side, daemon, () => {
    for (let number = 0; number < 9000; number += 1) {
      const [from, to] = number % 2 === 0 ? ['a', 'b'] : ['b', 'a'];
      renameSync(`${folder}/${from}.txt`, `${folder}/${to}.txt`);
    }
    mkdirSync(`${folder}/new`);
  });
  await untilRestarted(side, 1);
  expect(restarts(side)).toEqual([`restarting web: ${folder} has changed`]);
  put(side, 'app/new/main.py');
  await untilRestarted(side, 2);
  expect(restarts(side)[1]).toBe(`restarting web: ${folder}/new/main.py has changed`);
});

test('a command that is replaced restarts its program when the new file is there, and may be executed', async ({
  side,
}) => {
  for (const version of [1, 2]) script(side, `tool-${version}`, `echo version ${version}; exec sleep 1000`);
  mkdirSync(side.path('bin'));
  mkdirSync(side.path('first'));
  symlinkSync('../tool-1', side.path('bin/tool'));
  const keys = {
    command: 'tool',
    restart_when_binary_changed: 'true',
    environment: `PATH="${side.path('first')}:${side.path('bin')}:/usr/bin:/bin"`,
    stdout_logfile: side.path('web.log'),
  };
  await startWith(side, web(keys));
  await side.logged('version 1', { file: 'web.log' });
  const tool = side.path('bin/tool');

  symlinkSync('../tool-2', side.path('bin/new'));
  renameSync(side.path('bin/new'), tool);
  await untilRestarted(side, 1);
  await side.logged('version 2', { file: 'web.log' });
  expect(restarts(side)).toEqual([`restarting web: ${tool} has changed`]);

  rmSync(side.path('tool-2'));
  side.writeFile('tool-2', '#!/bin/sh\necho version 3; exec sleep 1000\n', 0o644);
  chmodSync(side.path('tool-2'), 0o755);
  await untilRestarted(side, 2);
  await side.logged('version 3', { file: 'web.log' });

  // Another file comes first in PATH.
  copyFileSync(side.path('tool-1'), side.path('first/new'));
  renameSync(side.path('first/new'), side.path('first/tool'));
  await untilRestarted(side, 3);
  await side.logged('version 1', { file: 'web.log', times: 2 });
  expect(restarts(side)[2]).toBe(`restarting web: ${side.path('first/tool')} has changed`);
});

test('a program that was given up is started, one that was stopped is not, and exit_on does not apply', async ({
  side,
}) => {
  const folder = app(side);
  const missing = side.path('missing');
  const watched = { restart_directory_monitor: folder, restart_watch_pause: PAUSE, startsecs: 0 } as const;
  await startWith(
    side,
    web({ restart_directory_monitor: folder, exit_on: 'end', autorestart: 'false' }) +
      program('lost', {
        ...watched,
        command: missing,
        startretries: 0,
        restart_when_binary_changed: 'true',
      }) +
      program('idle', { ...watched, command: 'sleep 1000', autostart: 'false' }) +
      program('done', { ...watched, command: 'true', autorestart: 'false' }),
  );
  await untilState(side, 'lost', 'FATAL');
  await untilState(side, 'done', 'EXITED');
  await watching(side);
  await side.logged(`lost: watching ${folder}`);
  script(side, 'missing', 'exec sleep 1000');
  await untilState(side, 'lost', 'RUNNING');
  await side.logged(`starting lost: ${missing} has changed`);
  expect(restarts(side)).toEqual([]);
  appendFileSync(`${folder}/lib/main.py`, 'x');
  await untilRestarted(side, 1);
  await side.logged('restarting lost: ');
  expect((await infoOf(side, 'idle')).statename).toBe('STOPPED');
  expect((await infoOf(side, 'done')).statename).toBe('EXITED');
});

test('processes of a rolling program are restarted one after the other; a signal can come in place of that', async ({
  side,
}) => {
  const folder = app(side);
  const traps = script(side, 'traps.sh', 'trap "echo HUP" HUP; echo up; while :; do sleep 0.05; done');
  await startWith(
    side,
    program('worker', {
      ...WEB,
      restart_directory_monitor: folder,
      numprocs: 2,
      process_name: '%(program_name)s_%(process_num)d',
      restart_mode: 'rolling',
    }) +
      web({
        command: traps,
        restart_directory_monitor: folder,
        restart_signal_when_file_changed: 'HUP',
        stdout_logfile: side.path('web.log'),
      }),
  );
  await side.logged('up', { file: 'web.log' });
  await side.logged(/worker: watching/);
  await watching(side);
  appendFileSync(`${folder}/lib/main.py`, 'x');
  await side.logged('HUP', { file: 'web.log' });
  await side.logged(/spawned: 'worker_\d'/, { times: 4 });
  await untilState(side, 'worker:worker_1', 'RUNNING');
  const log = side.readFile('main.log');
  expect(restarts(side)).toEqual([]);
  expect(log).toContain(`sending SIGHUP to web: ${folder}/lib/main.py has changed`);
  const order = [...log.matchAll(/(restarting worker_\d|spawned: 'worker_\d')/g)]
    .slice(2)
    .map(([text]) => text);
  expect(order).toEqual([
    'restarting worker_0',
    "spawned: 'worker_0'",
    'restarting worker_1',
    "spawned: 'worker_1'",
  ]);
});

test('files are watched on after a kill of the daemon, an upgrade and a reload, and not any more after an update', async ({
  side,
}) => {
  const folder = app(side);
  const change = () => appendFileSync(`${folder}/lib/main.py`, 'x');
  const first = await startWith(side, web({}));
  const { pid } = await untilState(side, 'web', 'RUNNING');
  side.writeFile('supervisord.conf', side.preamble + web({ restart_directory_monitor: folder }));
  await ownCtl(side, 'update');
  await watching(side);
  first.signal('SIGKILL');
  await first.exited();
  const second = await side.start();
  await watching(side, 2);
  expect((await infoOf(side, 'web')).pid).toBe(pid);
  second.signal('SIGUSR1');
  await watching(side, 3);
  expect((await infoOf(side, 'web')).pid).toBe(pid);
  change();
  await untilRestarted(side, 1);
  second.signal('SIGHUP');
  await watching(side, 4);
  await untilState(side, 'web', 'RUNNING');
  change();
  await side.waitFor('another restart', () => restarts(side).length === 2);
  await side.logged("spawned: 'web'", { times: 4 });
  const { pid: last } = await untilState(side, 'web', 'RUNNING');

  const other = program('other', { ...WEB, restart_directory_monitor: folder });
  side.writeFile('supervisord.conf', side.preamble + web({}) + other);
  await ownCtl(side, 'update');
  await side.logged('other: watching');
  await untilState(side, 'other', 'RUNNING');
  change();
  await side.logged('restarting other: ');
  expect((await infoOf(side, 'web')).pid).toBe(last);
  expect(count(side.readFile('main.log'), /restarting web/g)).toBe(2);
});

test('the example of the page works', async ({ side }) => {
  const page = readFileSync(new URL('../../../docs/file-watching.md', import.meta.url), 'utf8');
  const [, example = ''] = /```ini\n([\s\S]*?)```/.exec(page) ?? [];
  const folder = app(side);
  await startWith(side, example);
  await untilState(side, 'web', 'RUNNING');
  await watching(side);
  side.writeFile('app/notes.txt', '');
  put(side, 'app/page.html');
  await untilRestarted(side, 1);
  expect(restarts(side)).toEqual([`restarting web: ${folder}/page.html has changed`]);
});
