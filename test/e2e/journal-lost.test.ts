import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'vitest';
import { isAlive } from '../../compat/harness/processes.ts';
import type { Daemon, Side } from '../../compat/scenario.ts';
import { needing, ROOT } from '../needs.ts';
import { allInfo, infoOf, program, startWith, test, untilAll, untilState } from './support.ts';

const STAYS = { command: '/bin/sleep 1000', startsecs: 0 };

async function kill(daemon: Daemon): Promise<void> {
  daemon.signal('SIGKILL');
  await daemon.exited();
}

function runtimeFolderOf(pid: number): string {
  return dirname(readlinkSync(`/proc/${pid}/fd/1`));
}

/** A daemon with two programs that is killed; the pids of both, by name. */
async function killed(
  side: Side,
): Promise<{ readonly folder: string; readonly pids: Readonly<Record<string, number>> }> {
  const daemon = await startWith(
    side,
    program('same', STAYS) + program('changed', { ...STAYS, command: '/bin/sleep 1001' }),
  );
  await untilAll(side, 'RUNNING');
  const pids = Object.fromEntries((await allInfo(side)).map(({ name, pid }) => [name, pid]));
  const folder = runtimeFolderOf(pids.same ?? 0);
  await kill(daemon);
  side.writeFile(
    'supervisord.conf',
    side.preamble + program('same', STAYS) + program('changed', { ...STAYS, command: '/bin/sleep 1002' }),
  );
  return { folder, pids };
}

test.for([
  ['removed', (path: string) => unlinkSync(path)],
  ['cut', (path: string) => writeFileSync(path, `${readFileSync(path, 'utf8').split('\n')[0]}\n`)],
  ['rubbish', (path: string) => writeFileSync(path, 'rubbish')],
] as const)(
  'a journal that was %s: a program as configured is adopted, and another one is reported',
  async ([, damage], { side }) => {
    const { folder, pids } = await killed(side);
    damage(`${folder}/journal`);
    const next = await side.start();
    await untilAll(side, 'RUNNING');
    const log = side.readFile('main.log');
    const found = 'WARN a program of an earlier supervisord runs that its journal does not have;';
    expect(log).toContain(
      `${found} 'same:same': process ${pids.same} runs as it is configured, and is adopted\n`,
    );
    expect(log).toContain(
      `${found} 'changed:changed': process ${pids.changed} is not adopted, and runs beside what is started here\n`,
    );
    expect((await infoOf(side, 'same')).pid).toBe(pids.same);
    expect((await infoOf(side, 'changed')).pid).not.toBe(pids.changed);
    expect((await infoOf(side, 'same')).description).toMatch(/^pid \d+, uptime 0:00:/);
    await next.stop();
    expect([isAlive(pids.same ?? 0), isAlive(pids.changed ?? 0)]).toEqual([false, true]);
    process.kill(pids.changed ?? 0, 'SIGKILL');
  },
);

test('a journal that was cut before the last start of a program: it is adopted, and not started again', async ({
  side,
}) => {
  const daemon = await startWith(side, program('stays', STAYS));
  const first = (await untilState(side, 'stays', 'RUNNING')).pid;
  const journal = `${runtimeFolderOf(first)}/journal`;
  process.kill(first, 'SIGKILL');
  await side.waitFor('it runs again', async () => {
    const { pid, statename } = await infoOf(side, 'stays');
    return pid !== first && statename === 'RUNNING';
  });
  const { pid } = await infoOf(side, 'stays');
  await kill(daemon);
  const lines = readFileSync(journal, 'utf8').split('\n');
  const lastOfFirst = lines.findLastIndex((line) => line.includes(`"pid":${first}`));
  writeFileSync(journal, `${lines.slice(0, lastOfFirst + 1).join('\n')}\n`);
  const next = await side.start();
  expect(await infoOf(side, 'stays')).toMatchObject({ pid, statename: 'RUNNING' });
  await next.stop();
});

test('a runtime folder in a place that the next start does not know is found by what programs have open', async ({
  side,
}) => {
  side.writeFile('supervisord.conf', side.preamble + program('stays', STAYS));
  const daemon = await side.start({ environment: { RUNTIME_DIRECTORY: side.path('elsewhere') } });
  const { pid } = await untilState(side, 'stays', 'RUNNING');
  expect(runtimeFolderOf(pid).startsWith(side.path('elsewhere'))).toBe(true);
  await kill(daemon);
  const next = await side.start({ environment: { RUNTIME_DIRECTORY: '' } });
  expect(await infoOf(side, 'stays')).toMatchObject({ pid, statename: 'RUNNING' });
  expect(side.readFile('main.log')).not.toContain('does not have');
  await next.stop();
});

test('a pidfile that is reached through a link is the same one', async ({ side }) => {
  mkdirSync(side.path('real'));
  symlinkSync(side.path('real'), side.path('folder'));
  symlinkSync(side.path('real/other.pid'), side.path('real/link.pid'));
  const start = (pidfile: string) => {
    const preamble = side.preamble.replace(/pidfile=.*/, `pidfile=${side.path(pidfile)}`);
    side.writeFile('supervisord.conf', preamble + program('stays', STAYS));
    return side.start();
  };
  let daemon = await start('folder/link.pid');
  const { pid } = await untilState(side, 'stays', 'RUNNING');
  for (const pidfile of ['real/link.pid', 'folder/other.pid', 'real/other.pid', 'folder/link.pid']) {
    await kill(daemon);
    daemon = await start(pidfile);
    expect(await infoOf(side, 'stays')).toMatchObject({ pid, statename: 'RUNNING' });
  }
  await daemon.stop();
});

needing(test, ROOT)('programs of a daemon that had another user are reported', async ({ side }) => {
  chmodSync(side.dir, 0o777);
  const withUser = (user: string) =>
    side.preamble.replace('[supervisord]', `[supervisord]\nuser=${user}`) + program('stays', STAYS);
  side.writeFile('supervisord.conf', withUser('root'));
  const none = { environment: { RUNTIME_DIRECTORY: '' } };
  const daemon = await side.start(none);
  const { pid } = await untilState(side, 'stays', 'RUNNING');
  await kill(daemon);
  unlinkSync(side.path('main.log'));
  unlinkSync(side.path('s.sock'));
  chmodSync(side.path('supervisord.pid'), 0o666);
  const folder = runtimeFolderOf(pid);
  side.writeFile('supervisord.conf', withUser('nobody'));
  const next = await side.start(none);
  await untilAll(side, 'RUNNING');
  expect(side.readFile('main.log')).toContain(
    `'stays:stays': process ${pid} is not adopted, and runs beside what is started here\n`,
  );
  await next.stop();
  expect(isAlive(pid)).toBe(true);
  process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true });
});

test('FIFOs of a program that ended and was removed while there was no daemon are removed', async ({
  side,
}) => {
  const daemon = await startWith(side, program('stays', STAYS) + program('leaving', STAYS));
  await untilAll(side, 'RUNNING');
  const { pid } = await infoOf(side, 'leaving');
  const folder = runtimeFolderOf(pid);
  await kill(daemon);
  process.kill(pid, 'SIGKILL');
  await side.waitFor('it has ended', () => !isAlive(pid));
  expect(existsSync(`${folder}/leaving:leaving.stdout`)).toBe(true);
  const next = await startWith(side, program('stays', STAYS));
  await untilAll(side, 'RUNNING');
  const left = ['history', 'journal', 'stays:stays.stderr', 'stays:stays.stdin', 'stays:stays.stdout'];
  // A new journal is written under another name, and then renamed.
  await side.waitFor('its FIFOs are gone', () => readdirSync(folder).sort().join() === left.join());
  await next.stop();
  expect(existsSync(folder)).toBe(false);
});

test('of two daemons without servers on one configuration the second is refused', async ({ side }) => {
  const config = side.writeFile(
    'mute.conf',
    `[supervisord]\npidfile=${side.path('supervisord.pid')}\nlogfile=${side.path('main.log')}\nchildlogdir=${side.dir}\n`,
  );
  const first = side.supervisord(['-n', '-c', config]);
  await side.waitFor('it runs', () => side.readFile('main.log').includes('supervisord started'));
  const pid = side.readFile('supervisord.pid').trim();
  const second = await side.supervisord(['-n', '-c', 'mute.conf']);
  expect(second.code).toBe(2);
  expect(second.stderr).toContain(
    `Error: Another supervisord (pid ${pid}) runs with the configuration file ${config}.  Shut it down first before starting supervisord.\n`,
  );
  expect(side.readFile('supervisord.pid')).toBe(`${pid}\n`);
  process.kill(Number(pid), 'SIGTERM');
  await first;
});
