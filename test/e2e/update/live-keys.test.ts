/** Every key whose change is live: a process that runs has the new value, and is the same process. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { runtimeFolder } from '../../../compat/harness/processes.ts';
import type { Json, Side } from '../../../compat/scenario.ts';
import { PROGRAM_OPTIONS } from '../../../src/config/tables/program-options.ts';
import { rowsOf } from '../../../src/config/tables/record.ts';
import { systemUsers } from '../../../src/config/tables/users.ts';
import { parseJournal } from '../../../src/supervisor/journal/read-journal.ts';
import { WITHOUT_CGROUPS } from '../../cgroups.ts';
import {
  allInfo,
  call,
  infoOf,
  ownCtl,
  program,
  script,
  startWith,
  test,
  untilAll,
  untilState,
} from '../support.ts';

/** Another value than the default for each key; a live key without one fails the test. */
const NEW_VALUES: Readonly<Record<string, string>> = {
  priority: '5',
  autostart: 'false',
  autorestart: 'true',
  startsecs: '2',
  startretries: '7',
  stopsignal: 'INT, QUIT',
  stopwaitsecs: '3',
  stopasgroup: 'true',
  killasgroup: 'true',
  exitcodes: '0,3',
  stdout_capture_maxbytes: '1KB',
  stdout_events_enabled: 'true',
  stderr_capture_maxbytes: '1KB',
  stderr_events_enabled: 'true',
  stdout_logfile: '%(here)s/new.log',
  stdout_logfile_backups: '3',
  stdout_logfile_maxbytes: '1KB',
  stdout_syslog: 'true',
  stderr_logfile: '%(here)s/new.err',
  stderr_logfile_backups: '3',
  stderr_logfile_maxbytes: '1KB',
  stderr_syslog: 'true',
  stdout_logfile_format: 'json',
  stderr_logfile_format: 'text',
  stdout_logfile_rotate: 'daily',
  stdout_logfile_compress: 'gzip',
  stdout_logfile_maxage: '14d',
  stdout_logfile_mode: '0640',
  stdout_logfile_owner: 'root:adm',
  stderr_logfile_rotate: 'weekly',
  stderr_logfile_compress: 'gzip',
  stderr_logfile_maxage: '14d',
  stderr_logfile_mode: '0640',
  stderr_logfile_owner: 'root:adm',
  type: 'oneshot',
  restartpause: '2',
  backoff_factor: '2',
  backoff_limit: '60',
  backoff_jitter: '0.5',
  restart_limit_count: '5',
  restart_limit_interval: '20',
  depends_on: 'anchor',
  depends_timeout: '9',
  part_of: 'anchor',
  pre_start_hook: 'true',
  post_start_hook: 'true',
  pre_stop_hook: 'true',
  post_stop_hook: 'true',
  hook_timeout: '9',
  reload_signal: 'HUP',
  stop_command: 'sh -c "kill $SUPERVISOR_PID"',
  exit_on: 'fatal',
  readiness_check_script: 'tcp://127.0.0.1:9',
  readiness_check_period: '2',
  readiness_check_timeout: '2',
  readiness_timeout: '9',
  liveness_check_script: 'true',
  liveness_check_initial_delay: '1',
  liveness_check_period: '9',
  liveness_check_timeout: '9',
  liveness_check_success_threshold: '2',
  liveness_check_failure_threshold: '2',
  liveness_check_failure_action: 'none',
  liveness_check_success_action: 'true',
  cron: '0 0 1 1 *',
  timezone: 'Europe/Berlin',
  cron_overlap: 'kill',
  run_on_start: 'true',
  catch_up: 'true',
  kill_mode: 'group',
  memory_max: '2GB',
  memory_high: '1GB',
  cpu_quota: '150%',
  pids_max: '200',
  memory_restart: '1GB',
  restart_mode: 'rolling',
  rolling_batch: '2',
  rolling_pause: '2',
  syslog_facility: 'local3',
  syslog_tag: 'app',
  stdout_syslog_priority: 'notice',
  stderr_syslog_priority: 'crit',
  restart_when_binary_changed: 'true',
  restart_directory_monitor: '/nonexistent/folder',
  restart_file_pattern: '*.py,*.html',
  restart_watch_pause: '2',
  restart_signal_when_binary_changed: 'USR2',
  restart_signal_when_file_changed: 'HUP',
  prefer_nodes: 'app1',
  on_partition: 'keep',
};

/** Where a change from the default takes a restart. */
const OLD_VALUES: Readonly<Record<string, string>> = {
  memory_max: '1GB',
  memory_high: '512MB',
  cpu_quota: '50%',
  pids_max: '100',
};

const LIVE = rowsOf(PROGRAM_OPTIONS).filter(({ row, head }) => row.change === 'live' && head !== null);

const SLEEP = { command: 'sleep 1000', startsecs: 0 };

test('every live key is taken over by a process that runs', async ({ side }) => {
  const anchor = program('anchor', SLEEP);
  const old = LIVE.map(({ key }) => {
    const value = OLD_VALUES[key];
    return program(key, value === undefined ? SLEEP : { ...SLEEP, [key]: value });
  }).join('');
  const changed = LIVE.map(({ key }) => {
    const value = NEW_VALUES[key];
    if (value === undefined) throw new Error(`the live key ${key} has no value in this test`);
    return program(key, { ...SLEEP, [key]: value });
  }).join('');
  await startWith(side, anchor + old, { prefix: WITHOUT_CGROUPS });
  await untilAll(side, 'RUNNING');
  const pids = new Map((await allInfo(side)).map(({ name, pid }) => [name, pid]));
  side.writeFile('supervisord.conf', side.preamble + anchor + changed);
  const updated = await ownCtl(side, 'update');
  expect(updated.code).toBe(0);
  expect(updated.stdout).not.toMatch(/stopped|restarted|ERROR/);
  for (const { key } of LIVE)
    expect(updated.stdout).toMatch(new RegExp(`^${key}: updated \\(.*\\b${key}\\b`, 'm'));

  expect(new Map((await allInfo(side)).map(({ name, pid }) => [name, pid]))).toEqual(pids);
  const recorded = recordedConfigs(side.dir);
  for (const walked of LIVE) {
    const { key, row } = walked;
    const process = recorded.get(key);
    const wanted = key.endsWith('logfile')
      ? side.path(key.startsWith('stdout') ? 'new.log' : 'new.err')
      : NEW_VALUES[key];
    const value = row.type.parse(wanted ?? '', { users: systemUsers, environment: {} });
    const active = walked.head === '*' ? process : memberOf(process, walked.head ?? '', walked.rest);
    if (walked.head === '*') expect(active, key).toMatchObject(value as object);
    else expect(active, key).toEqual(value);
  }
  const infos = (await call(side, 'getAllConfigInfo')) as unknown as readonly Readonly<
    Record<string, Json>
  >[];
  const shown = new Map(infos.map((info) => [info.name, info]));
  expect(shown.get('stopsignal')).toMatchObject({ stopsignal: 2 });
  expect(shown.get('startretries')).toMatchObject({ startretries: 7 });
  expect(shown.get('stdout_logfile_maxbytes')).toMatchObject({ stdout_logfile_maxbytes: 1024 });
  expect(shown.get('stdout_logfile')).toMatchObject({ stdout_logfile: side.path('new.log') });
});

/** What the journal has of the processes that run: a later daemon adopts them with it. */
function recordedConfigs(dir: string): ReadonlyMap<string, object> {
  const reading = parseJournal(readFileSync(journalOf(dir), 'utf8'));
  if (reading.kind !== 'read') throw new Error('there is no journal');
  return new Map(reading.contents.records.map(({ config }) => [config.name, config]));
}

function journalOf(dir: string): string {
  const folder = runtimeFolder(dir);
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find(
    (name) => basename(name) === 'journal',
  );
  if (found === undefined) throw new Error(`no journal in ${folder}`);
  return join(folder, found);
}

function memberOf(config: object | undefined, head: string, rest: string | null): unknown {
  const value = (config as Readonly<Record<string, unknown>>)[head];
  return rest === null ? value : (value as Readonly<Record<string, unknown>>)[rest];
}

/** Updates with our client, and checks that the process is the same one. */
async function updateLive(side: Side, sections: string, name = 'web'): Promise<void> {
  const { pid } = await infoOf(side, name);
  side.writeFile('supervisord.conf', side.preamble + sections);
  const updated = await ownCtl(side, 'update');
  expect(updated.stdout).toMatch(new RegExp(`^${name}: updated`, 'm'));
  expect((await infoOf(side, name)).pid).toBe(pid);
}

test('a log rotates at its new size, goes to its new file, and its events come', async ({ side }) => {
  const echo = script(side, 'echo.sh', 'while read line; do echo "$line"; done');
  const text = (keys: Readonly<Record<string, string>>) =>
    program('web', { command: echo, startsecs: 0, stdout_logfile: '%(here)s/web.log', ...keys });
  await startWith(side, text({ stdout_logfile_maxbytes: '0' }));
  await untilState(side, 'web', 'RUNNING');
  const write = (line: string) => call(side, 'sendProcessStdin', 'web', `${line}\n`);
  await write('x'.repeat(2000));
  await side.logged(/x{2000}/, { file: 'web.log' });
  expect(existsSync(side.path('web.log.1'))).toBe(false);
  await updateLive(side, text({ stdout_logfile_maxbytes: '1KB' }));
  await write('after the update');
  await side.logged('after the update', { file: 'web.log.1' });
  await updateLive(side, text({ stdout_logfile: '%(here)s/other.log', stdout_logfile_format: 'text' }));
  await write('in the other file');
  await side.logged(/ stdout \| in the other file/, { file: 'other.log' });
  await updateLive(side, text({ stdout_logfile: 'NONE' }));
  expect((await infoOf(side, 'web')) as object).toMatchObject({ stdout_logfile: '' });
});

test('a stop sends the new stopsignal, and an exit follows the new autorestart', async ({ side }) => {
  const command = script(
    side,
    'signals.sh',
    'trap "echo INT; exit 0" INT; trap "echo TERM; exit 0" TERM; echo up; while :; do sleep 0.05; done',
  );
  const text = (keys: Readonly<Record<string, string>>) =>
    program('web', { command, startsecs: 0, stdout_logfile: '%(here)s/web.log', ...keys });
  await startWith(side, text({ autorestart: 'false' }));
  const { pid } = await untilState(side, 'web', 'RUNNING');
  await side.logged('up', { file: 'web.log' });
  await updateLive(side, text({ autorestart: 'true', stopsignal: 'INT' }));
  process.kill(pid, 'SIGTERM');
  await side.logged('up', { file: 'web.log', times: 2 });
  expect((await side.ctl(['stop', 'web'])).stdout).toBe('web: stopped\n');
  await side.logged('INT', { file: 'web.log' });
});

test('a readiness check that is mended makes a process RUNNING, and a liveness check begins and ends', async ({
  side,
}) => {
  const text = (keys: Readonly<Record<string, string | number>>) =>
    program('web', { command: 'sleep 1000', startsecs: 0, readiness_check_period: 1, ...keys });
  await startWith(side, text({ readiness_check_script: 'false' }));
  await side.logged("spawned: 'web'");
  expect((await infoOf(side, 'web')).statename).toBe('STARTING');
  await updateLive(side, text({ readiness_check_script: 'true' }));
  await untilState(side, 'web', 'RUNNING');
  const liveness = {
    readiness_check_script: 'true',
    liveness_check_initial_delay: 0,
    liveness_check_period: 1,
    liveness_check_failure_threshold: 1,
    liveness_check_failure_action: 'none',
  };
  await updateLive(side, text({ ...liveness, liveness_check_script: 'false' }));
  await side.logged('web: unhealthy');
  await side.waitFor('it is reported', async () =>
    (await infoOf(side, 'web')).description.includes('unhealthy'),
  );
  await updateLive(side, text({ readiness_check_script: 'true' }));
  expect((await infoOf(side, 'web')).description).not.toContain('unhealthy');
});

test('a dependency that is removed frees the process that waited for it', async ({ side }) => {
  const text = (keys: Readonly<Record<string, string>>) =>
    program('db', { command: 'sleep 1000', startsecs: 0, autostart: 'false' }) +
    program('web', { command: 'sleep 1000', startsecs: 0, ...keys });
  await startWith(side, text({ depends_on: 'db:exited' }));
  await side.waitFor('it waits', async () =>
    (await infoOf(side, 'web')).description.includes('waiting for db'),
  );
  side.writeFile('supervisord.conf', side.preamble + text({}));
  expect((await ownCtl(side, 'update')).stdout).toBe('web: updated (depends_on)\n');
  await untilState(side, 'web', 'RUNNING');
});

test('a killed daemon is followed by one that adopts with the changed keys, and by one that reads other ones', async ({
  side,
}) => {
  const text = (stopsignal: string) => program('web', { command: 'sleep 1000', startsecs: 0, stopsignal });
  const first = await startWith(side, text('TERM'));
  const { pid } = await untilState(side, 'web', 'RUNNING');
  await updateLive(side, text('INT'));
  first.signal('SIGKILL');
  await first.exited();
  await side.start();
  expect(await untilState(side, 'web', 'RUNNING')).toMatchObject({ pid });
  side.writeFile('supervisord.conf', side.preamble + text('QUIT'));
  process.kill(Number(side.readFile('supervisord.pid')), 'SIGUSR1');
  await side.logged('goes on in place of');
  await side.logged("adopted: 'web' with pid", { times: 2 });
  expect((await infoOf(side, 'web')).pid).toBe(pid);
  await side.ctl(['stop', 'web']);
  await side.logged('stopped: web (terminated by SIGQUIT');
});
