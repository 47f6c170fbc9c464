import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'vitest';
import type { Side } from '../../compat/scenario.ts';
import { needing, ROOT } from '../needs.ts';
import {
  atOnce,
  call,
  count,
  killAtRest,
  program,
  script,
  startWith,
  test,
  untilFilesAreKept,
  untilState,
} from './support.ts';

const STAYS = { command: '/bin/sleep 1000', startsecs: 0 };

function warnings(side: Side): string {
  return side
    .readFile('main.log')
    .split('\n')
    .filter((line) => line.includes(' WARN '))
    .map((line) => line.replace(/^.* WARN /, ''))
    .join('\n');
}

test('the stock client reaches the daemon again after its socket and pidfile were removed', async ({
  side,
}) => {
  const daemon = await startWith(side, program('stays', STAYS));
  const { pid } = await untilState(side, 'stays', 'RUNNING');
  await untilFilesAreKept(side, daemon.pid);
  const { mode } = statSync(side.path('s.sock'));
  rmSync(side.path('s.sock'));
  rmSync(side.path('supervisord.pid'));
  await side.waitFor('both are there', () => warnings(side).split('\n').length === 2);
  const { stdout, code } = await side.ctl(['status']);
  expect([code, stdout]).toEqual([0, expect.stringContaining(`RUNNING   pid ${pid}`)]);
  expect(side.readFile('supervisord.pid')).toBe(`${daemon.pid}\n`);
  expect(statSync(side.path('s.sock')).mode).toBe(mode);
  expect(warnings(side).split('\n').sort()).toEqual([
    `pidfile ${side.path('supervisord.pid')} was removed, and is made again`,
    `socket ${side.path('s.sock')} was removed, and is made again`,
  ]);
  expect(await daemon.stop()).toBe(0);
});

test('a folder that is moved away or removed has its files again when it is there again', async ({
  side,
}) => {
  mkdirSync(side.path('run'));
  const daemon = await startWith(
    side,
    `[supervisord]\npidfile=${side.path('run/supervisord.pid')}\n[unix_http_server]\nfile=${side.path('run/s.sock')}\n${program('stays', STAYS)}`,
    { ready: () => side.readFile('run/supervisord.pid') !== '' },
  );
  await untilFilesAreKept(side, daemon.pid);
  const client = side.writeFile(
    'client.conf',
    `[supervisorctl]\nserverurl=unix://${side.path('run/s.sock')}\n`,
  );
  const reach = (): Promise<void> =>
    side.waitFor(
      'it answers',
      async () => (await side.ctl(['-c', client, 'pid'])).stdout === `${daemon.pid}\n`,
    );
  renameSync(side.path('run'), side.path('away'));
  mkdirSync(side.path('run'));
  await reach();
  await atOnce(side, daemon, () => rmSync(side.path('run'), { recursive: true }));
  await side.logged('with its folder');
  mkdirSync(side.path('run'));
  await reach();
  expect(await daemon.stop()).toBe(0);
});

test('times of socket, pidfile and runtime files are renewed', async ({ side }) => {
  const daemon = await startWith(side, program('stays', STAYS), {
    environment: { VISORD_RENEWAL_MS: '100' },
  });
  const { pid } = await untilState(side, 'stays', 'RUNNING');
  const pipe = readlinkSync(`/proc/${pid}/fd/1`);
  const folder = dirname(pipe);
  const files = [side.path('s.sock'), side.path('supervisord.pid'), pipe, `${folder}/journal`, folder];
  for (const file of files) utimesSync(file, 1000, 1000);
  await side.waitFor('they are new', () => files.every((file) => statSync(file).mtimeMs > 1e9));
  expect(warnings(side)).toBe('');
  expect(await daemon.stop()).toBe(0);
});

test('after an upgrade in place files are kept as before', async ({ side }) => {
  const daemon = await startWith(side, program('stays', STAYS));
  await untilState(side, 'stays', 'RUNNING');
  daemon.signal('SIGUSR1');
  await side.logged('goes on in place of');
  await untilFilesAreKept(side, daemon.pid);
  expect(warnings(side)).not.toContain('made again');
  rmSync(side.path('s.sock'));
  await side.waitFor('it answers', async () => (await side.ctl(['pid'])).code === 0);
  expect(await call(side, 'getPID')).toBe(daemon.pid);
  expect(await daemon.stop()).toBe(0);
});

test('a daemon survives a cleaner that removes logs and runtime files, and so does the adoption after a kill', async ({
  side,
}) => {
  const counter = script(side, 'counter.sh', 'i=0; while :; do i=$((i + 1)); echo line $i; sleep 0.05; done');
  const daemon = await startWith(side, program('counter', { command: counter, startsecs: 0 }));
  const { pid } = await untilState(side, 'counter', 'RUNNING');
  const { stdout_logfile: log } = (await call(side, 'getProcessInfo', 'counter')) as {
    stdout_logfile: string;
  };
  await untilFilesAreKept(side, daemon.pid);
  const folder = dirname(readlinkSync(`/proc/${pid}/fd/1`));
  await atOnce(side, daemon, () => {
    rmSync(log);
    rmSync(folder, { recursive: true });
  });
  await side.waitFor('the log goes on', () => existsSync(log) && readFileSync(log, 'utf8').includes('line'));
  await side.waitFor('the journal is there', () => existsSync(`${folder}/journal`));
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  await killAtRest(side, daemon);
  const next = await side.start();
  await side.logged(`adopted: 'counter' with pid ${pid}`);
  const size = statSync(log).size;
  await side.waitFor('its lines are read', () => statSync(log).size > size + 100);
  const numbers = readFileSync(log, 'latin1')
    .trim()
    .split('\n')
    .map((line) => Number(line.slice(5)));
  expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
  expect(await next.stop()).toBe(0);
});

needing(test, ROOT)(
  'a file system that is mounted over the folder hides the files, and they are made again',
  async ({ side }) => {
    mkdirSync(side.path('run'));
    const daemon = await startWith(
      side,
      `[supervisord]\npidfile=${side.path('run/supervisord.pid')}\n${program('stays', STAYS)}`,
      {
        prefix: ['unshare', '-m', '--propagation', 'private'],
        ready: () => side.readFile('run/supervisord.pid') !== '',
      },
    );
    await untilFilesAreKept(side, daemon.pid);
    const enter = (...command: string[]) =>
      side.command('nsenter', ['-t', String(daemon.pid), '-m', ...command]);
    expect((await enter('mount', '-t', 'tmpfs', 'none', side.path('run'))).code).toBe(0);
    await side.waitFor(
      'it is in the new file system',
      async () => (await enter('cat', side.path('run/supervisord.pid'))).stdout === `${daemon.pid}\n`,
    );
    await side.waitFor('it is away again', async () => (await enter('umount', side.path('run'))).code === 0);
    expect(await daemon.stop()).toBe(0);
    expect(existsSync(side.path('run/supervisord.pid'))).toBe(false);
  },
);

needing(test, ROOT)(
  'where the limits of inotify are reached, files are looked for periodically',
  async ({ side }) => {
    const limit = 'echo 0 > /proc/sys/user/max_inotify_instances; exec "$@"';
    const daemon = await startWith(side, program('stays', STAYS), {
      prefix: ['unshare', '-Ur', 'sh', '-c', limit, 'sh'],
      environment: { VISORD_LOOK_MS: '100' },
    });
    await side.logged('not all folders can be watched');
    rmSync(side.path('s.sock'));
    rmSync(side.path('supervisord.pid'));
    await side.waitFor(
      'both are there',
      () => existsSync(side.path('s.sock')) && side.readFile('supervisord.pid') !== '',
    );
    expect((await side.ctl(['pid'])).stdout).toBe(`${daemon.pid}\n`);
    expect(count(side.readFile('main.log'), /not all folders can be watched/g)).toBe(1);
    expect(await daemon.stop()).toBe(0);
  },
);
