/** `update` by process: what differs is restarted, and everything else runs on. */
import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import { listener, received } from '../listener.ts';
import {
  allInfo,
  call,
  deafScript,
  faultOf,
  infoOf,
  ownCtl,
  program,
  startWith,
  test,
  untilAll,
  untilState,
} from '../support.ts';

/** Pids by `group:name`. */
async function pids(side: Parameters<typeof allInfo>[0]): Promise<Map<string, number>> {
  return new Map((await allInfo(side)).map(({ group, name, pid }) => [`${group}:${name}`, pid]));
}

const SLEEP = { command: 'sleep 1000', startsecs: 0, stdout_logfile: 'NONE', stderr_logfile: 'NONE' };

function workers(sized: string, commanded: string): string {
  return (
    program('worker', { ...SLEEP, numprocs: 48, process_name: '%(program_name)s_%(process_num)02d' }) +
    program('sized', { ...SLEEP, stdout_logfile: '%(here)s/sized.log', stdout_logfile_maxbytes: sized }) +
    program('commanded', { ...SLEEP, command: commanded }) +
    '[group:crew]\nprograms=worker,sized,commanded\n'
  );
}

test('of 50 workers exactly the one whose command changed restarts, and --diff reports that beforehand', async ({
  side,
}) => {
  await startWith(side, workers('50MB', 'sleep 1000'));
  await untilAll(side, 'RUNNING');
  const before = await pids(side);
  expect(before.size).toBe(50);
  side.writeFile('supervisord.conf', side.preamble + workers('1MB', 'sleep 2000'));

  const diff = await ownCtl(side, 'update', '--diff');
  expect([diff.stdout, diff.code]).toEqual([
    'crew:sized: would be updated without a restart\n' +
      '  stdout_logfile_maxbytes (live): 50MB -> 1MB\n' +
      'crew:commanded: would be restarted\n' +
      '  command (restart): sleep 1000 -> sleep 2000\n',
    0,
  ]);
  expect(await pids(side)).toEqual(before);

  const updated = await ownCtl(side, 'update');
  expect([updated.stdout, updated.code]).toEqual([
    'crew:sized: updated (stdout_logfile_maxbytes)\ncrew:commanded: restarted (command)\n',
    0,
  ]);
  await untilAll(side, 'RUNNING');
  const after = await pids(side);
  const restarted = [...after].filter(([name, pid]) => before.get(name) !== pid).map(([name]) => name);
  expect(restarted).toEqual(['crew:commanded']);
  expect((await ownCtl(side, 'update')).stdout).toBe('');
  expect((await side.ctl(['reread'])).stdout).toBe('No config updates to processes\n');

  side.writeFile('supervisord.conf', side.preamble + workers('2MB', 'sleep 2000'));
  expect((await side.ctl(['update'])).stdout).toBe('crew: stopped\ncrew: updated process group\n');
  await untilAll(side, 'RUNNING');
  const byGroup = await pids(side);
  expect([...byGroup].filter(([name, pid]) => after.get(name) === pid)).toEqual([]);
});

test('groups are added, removed and replaced with the lines of the reference, and only then with events', async ({
  side,
}) => {
  const listening = listener(side, 'pool', 'PROCESS_GROUP');
  const old = program('old', SLEEP);
  const single = (command: string) => program('single', { ...SLEEP, command });
  const many = (numprocs: number) =>
    program('many', { ...SLEEP, numprocs, process_name: 'm%(process_num)d' });
  await startWith(side, listening + old + single('sleep 1000') + many(2));
  await untilAll(side, 'RUNNING');
  const before = await pids(side);
  side.writeFile(
    'supervisord.conf',
    side.preamble + listening + single('sleep 2000') + many(3) + program('fresh', SLEEP),
  );
  const updated = await ownCtl(side, 'update');
  expect([updated.stdout, updated.code]).toEqual([
    'old: stopped\nold: removed process group\n' +
      'many:m2: added\n' +
      'single: stopped\nsingle: updated process group\n' +
      'fresh: added process group\n',
    0,
  ]);
  await untilAll(side, 'RUNNING');
  const after = await pids(side);
  expect([after.get('many:m0'), after.get('many:m1')]).toEqual([
    before.get('many:m0'),
    before.get('many:m1'),
  ]);
  await side.logged('PROCESS_GROUP_ADDED groupname:fresh', { file: 'pool.record' });
  expect(received(side, 'pool').filter((line) => line.startsWith('PROCESS_GROUP_REMOVED'))).toEqual([
    'PROCESS_GROUP_REMOVED groupname:old',
  ]);
  side.writeFile(
    'supervisord.conf',
    side.preamble + listening.replace('PROCESS_GROUP', 'TICK_5') + single('sleep 2000') + many(1),
  );
  const again = await ownCtl(side, 'update');
  expect(again.stdout).toBe(
    'fresh: stopped\nfresh: removed process group\n' +
      'pool: stopped\npool: updated process group\n' +
      'many:m1: removed\nmany:m2: removed\n',
  );
});

test('a file with an error is fault 92, and nothing changes; an unknown group is reported', async ({
  side,
}) => {
  const good = program('a', SLEEP) + program('b', SLEEP);
  await startWith(side, good);
  await untilAll(side, 'RUNNING');
  const before = await pids(side);
  side.writeFile('supervisord.conf', side.preamble + good.replace('sleep 1000', 'sleep 1\nnumprocs=x'));
  expect(await faultOf(side.rpc('visord.applyConfig', []))).toMatch(/^CANT_REREAD: .*'program:a'/);
  expect(await faultOf(side.rpc('visord.applyConfig', [[], true]))).toMatch(/^CANT_REREAD: /);
  side.writeFile('supervisord.conf', side.preamble + good);
  const unknown = await ownCtl(side, 'update', 'nothing', 'a');
  expect([unknown.stdout, unknown.code]).toEqual(['ERROR: no such group: nothing\n', 1]);
  expect(await pids(side)).toEqual(before);
});

test('values of environment are not shown, and only the named groups are updated', async ({ side }) => {
  const text = (secret: string) =>
    program('a', { ...SLEEP, environment: `PASSWORD="${secret}",SAME="1"` }) +
    program('b', { ...SLEEP, environment: `PASSWORD="${secret}"` });
  await startWith(side, text('old-secret'));
  await untilAll(side, 'RUNNING');
  side.writeFile('supervisord.conf', side.preamble + text('new-secret'));
  const diff = await ownCtl(side, 'update', '--diff');
  expect(diff.stdout).toBe(
    'a: would be restarted\n  environment (restart): PASSWORD\nb: would be restarted\n  environment (restart): PASSWORD\n',
  );
  expect((await ownCtl(side, 'update', 'b')).stdout).toBe('b: stopped\nb: updated process group\n');
  expect((await ownCtl(side, 'update', '--diff')).stdout).toContain('a: would be restarted');
});

test('dependents stop before what they depend on, and start after it', async ({ side }) => {
  const text = (seconds: number) =>
    program('db', { ...SLEEP, command: `sleep ${seconds}` }) +
    program('api', { ...SLEEP, command: `sleep ${seconds}`, depends_on: 'db' }) +
    program('part', { ...SLEEP, part_of: 'db' });
  await startWith(side, text(1000));
  await untilAll(side, 'RUNNING');
  const before = await pids(side);
  const earlier = side.readFile('main.log').length;
  side.writeFile('supervisord.conf', side.preamble + text(2000));
  expect((await ownCtl(side, 'update')).stdout.split('\n').sort()).toEqual(
    ['', 'api: stopped', 'api: updated process group', 'db: stopped', 'db: updated process group'].sort(),
  );
  await untilAll(side, 'RUNNING');
  const lines = side.readFile('main.log').slice(earlier);
  const at = ['stopped: api', 'stopped: db', "spawned: 'db'", "spawned: 'api'"].map((line) =>
    lines.indexOf(line),
  );
  expect(at).toEqual([...at].sort((a, b) => a - b));
  expect(at.every((index) => index >= 0)).toBe(true);
  const after = await pids(side);
  expect([...after].filter(([name, pid]) => before.get(name) === pid)).toEqual([]);
  expect(lines.split("spawned: 'part'")).toHaveLength(2);
});

test('a process that a client stops during its restart stays stopped, with the new configuration', async ({
  side,
}) => {
  const command = deafScript(side);
  const text = (environment: string) =>
    program('deaf', { ...SLEEP, command, environment, stopwaitsecs: 1000, killasgroup: 'true' });
  await startWith(side, text('A=1'));
  const { pid } = await untilState(side, 'deaf', 'RUNNING');
  await side.waitFor('it ignores TERM', () => existsSync(side.path('up')));
  side.writeFile('supervisord.conf', side.preamble + text('A=2'));
  const updating = ownCtl(side, 'update');
  await untilState(side, 'deaf', 'STOPPING');
  expect(await call(side, 'stopProcess', 'deaf', false)).toBe(true);
  process.kill(pid, 'SIGKILL');
  expect((await updating).stdout).toBe('deaf: stopped\ndeaf: updated process group\n');
  expect((await infoOf(side, 'deaf')).statename).toBe('STOPPED');
  expect((await ownCtl(side, 'update', '--diff')).stdout).toBe('No config updates to processes\n');
});

test('a program that failed starts with its mended command', async ({ side }) => {
  await startWith(side, program('a', { ...SLEEP, command: '/nowhere/at/all', startretries: 0 }));
  await untilState(side, 'a', 'FATAL');
  side.writeFile('supervisord.conf', side.preamble + program('a', SLEEP));
  await ownCtl(side, 'update');
  await untilState(side, 'a', 'RUNNING');
});
