import { existsSync, readdirSync, readFileSync, renameSync, statSync, utimesSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import type { Daemon, Side } from '../../compat/scenario.ts';
import { call, count, killAtRest, program, script, startWith, test, untilState } from './support.ts';

const EACH_SECOND = '* * * * * *';

/** The backups of a log and the log itself, the oldest first. */
function filesOf(side: Side, log: string): string[] {
  const numberOf = (name: string): number => Number(/\.(\d+)(\.gz)?$/.exec(name)?.[1] ?? 0);
  return readdirSync(side.path('.'))
    .filter((name) => name.startsWith(log))
    .sort((one, other) => numberOf(other) - numberOf(one));
}

function textOf(side: Side, log: string): string {
  return filesOf(side, log)
    .map((name) => readFileSync(side.path(name)))
    .map((bytes) => (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString())
    .join('');
}

/** Waits until there are more compressed backups than now. */
async function untilCompressed(side: Side, log: string): Promise<void> {
  const compressed = (): number => filesOf(side, log).filter((name) => name.endsWith('.gz')).length;
  const before = compressed();
  await side.waitFor('another backup is compressed', () => compressed() > before);
}

async function upgrade(side: Side, daemon: Daemon): Promise<void> {
  const starts = (): number => count(side.readFile('main.log'), /INFO supervisord started/g);
  const before = starts();
  daemon.signal('SIGUSR1');
  await side.waitFor('the other program has taken over', () => starts() > before);
  expect(await call(side, 'getPID')).toBe(daemon.pid);
}

test('a log that rotates each second and is compressed keeps every line over signals and the end of the daemon', async ({
  side,
}) => {
  const counter = script(
    side,
    'counter.sh',
    'i=0; while [ ! -e "$(dirname "$0")/enough" ]; do i=$((i + 1)); echo $i; sleep 0.01; done; echo last; exec sleep 1000',
  );
  const sections = program('counter', {
    command: counter,
    startsecs: 0,
    stdout_logfile: side.path('out.log'),
    stdout_logfile_rotate: EACH_SECOND,
    stdout_logfile_compress: 'gzip',
    stdout_logfile_backups: 500,
    stdout_logfile_mode: '0640',
  });
  const daemon = await startWith(side, sections);
  await untilCompressed(side, 'out.log');
  // Reopening goes on in the same file, or in a new one if that was moved away.
  // Between the two steps of a rotation there is no such file.
  await side.waitFor('the log is moved away', () => {
    renameSync(side.path('out.log'), side.path('out.log-moved'));
    return true;
  });
  daemon.signal('SIGUSR2');
  await side.waitFor('the log is there again', () => existsSync(side.path('out.log')));
  await untilCompressed(side, 'out.log');
  await upgrade(side, daemon);
  await untilCompressed(side, 'out.log');
  const { pid } = await untilState(side, 'counter', 'RUNNING');
  await killAtRest(side, daemon);
  const next = await startWith(side, sections);
  expect((await untilState(side, 'counter', 'RUNNING')).pid).toBe(pid);
  await untilCompressed(side, 'out.log');
  side.writeFile('enough', '');
  await side.waitFor('all is written', () => textOf(side, 'out.log').includes('last\n'));
  expect(await next.stop()).toBe(0);
  const numbers = textOf(side, 'out.log').replace('last\n', '').trim().split('\n').map(Number);
  expect(numbers.sort((one, other) => one - other)).toEqual(
    Array.from({ length: numbers.length }, (_, index) => index + 1),
  );
  const modes = filesOf(side, 'out.log').map((name) => (statSync(side.path(name)).mode & 0o777).toString(8));
  expect(new Set(modes)).toEqual(new Set(['640']));
});

test('after a reload logs rotate by the new keys, and old backups are removed', async ({ side }) => {
  const speaker = script(side, 'speak.sh', 'echo spoken; exec sleep 1000');
  const keys = { command: speaker, startsecs: 0, stdout_logfile: side.path('out.log') };
  const daemon = await startWith(side, program('web', keys));
  await side.waitFor('it has spoken', () => side.readFile('out.log') === 'spoken\n');
  side.writeFile('out.log.2', 'of last month\n');
  const monthAgo = Date.now() / 1000 - 30 * 24 * 3600;
  utimesSync(side.path('out.log.2'), monthAgo, monthAgo);
  side.writeFile(
    'supervisord.conf',
    side.preamble +
      program('web', { ...keys, stdout_logfile_rotate: EACH_SECOND, stdout_logfile_maxage: '14d' }),
  );
  daemon.signal('SIGHUP');
  await side.waitFor('the log has rotated', () => existsSync(side.path('out.log.1')));
  await side.waitFor('the old backup is removed', () => !filesOf(side, 'out.log').includes('out.log.2'));
});

test('the log of a program that was written before the last midnight is rotated at the start', async ({
  side,
}) => {
  side.writeFile('out.log', 'of an earlier day\n');
  const before = Date.now() / 1000 - 2 * 24 * 3600;
  utimesSync(side.path('out.log'), before, before);
  await startWith(
    side,
    program('web', {
      command: script(side, 'speak.sh', 'echo today; exec sleep 1000'),
      startsecs: 0,
      stdout_logfile: side.path('out.log'),
      stdout_logfile_rotate: 'daily',
    }),
  );
  await side.waitFor('it has spoken', () => side.readFile('out.log') === 'today\n');
  expect(side.readFile('out.log.1')).toBe('of an earlier day\n');
});

test('the main log rotates at certain times, and its backups are compressed', async ({ side }) => {
  side.writeFile(
    'supervisord.conf',
    side.preamble.replace(
      '[supervisord]\n',
      `[supervisord]\nlogfile_rotate=${EACH_SECOND}\nlogfile_compress=gzip\nlogfile_mode=0600\n`,
    ) + program('stays', { command: '/bin/sleep 1000', startsecs: 0 }),
  );
  const daemon = await side.start();
  await side.waitFor('the log has rotated', () => existsSync(side.path('main.log.1')));
  await call(side, 'stopProcess', 'stays');
  await side.waitFor('a backup is compressed', () => existsSync(side.path('main.log.2.gz')));
  expect(await daemon.stop()).toBe(0);
  const text = textOf(side, 'main.log');
  expect(text).toMatch(/INFO supervisord started with pid/);
  expect(text).toMatch(/ stopped: stays/);
  expect((statSync(side.path('main.log')).mode & 0o777).toString(8)).toBe('600');
});
