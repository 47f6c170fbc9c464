/** supervisorctl scale: another number of processes, which holds. */
import { existsSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { describe, expect } from 'vitest';
import type { Side } from '../../compat/scenario.ts';
import {
  allInfo,
  call,
  faultOf,
  ownCtl,
  program,
  script,
  startWith,
  test,
  untilAll,
  untilCaught,
  untilState,
} from './support.ts';

const NUMBERED = { startsecs: 0, process_name: 'w%(process_num)d', numprocs: 2 } as const;
const SLEEP = { command: '/bin/sleep 1000', ...NUMBERED } as const;

function remembered(side: Side): string {
  return `[supervisord]\nstatedir=${side.path('state')}\n`;
}

/** `group:name`, as the daemon lists them. */
async function names(side: Side): Promise<string[]> {
  return (await allInfo(side)).map(({ group, name }) => `${group}:${name}`);
}

async function pids(side: Side): Promise<Map<string, number>> {
  return new Map((await allInfo(side)).map(({ group, name, pid }) => [`${group}:${name}`, pid]));
}

function write(side: Side, sections: string): void {
  side.writeFile('supervisord.conf', side.preamble + sections);
}

async function scale(side: Side, ...words: string[]): Promise<string> {
  const { stdout } = await ownCtl(side, 'scale', ...words);
  return stdout;
}

const FOUR = ['web:w0', 'web:w1', 'web:w2', 'web:w3'];

describe('a number of processes that was set', () => {
  test('holds over kill -9, an upgrade, SIGHUP, reread, update and a restart, until scale NAME=file', async ({
    side,
  }) => {
    const sections = remembered(side) + program('web', SLEEP);
    let daemon = await startWith(side, sections);
    await untilAll(side, 'RUNNING');
    expect(await scale(side, 'web=4')).toBe('web:w2: added\nweb:w3: added\nweb: 4 processes, 2 before\n');
    await untilAll(side, 'RUNNING');
    const four = await pids(side);
    expect([...four.keys()]).toEqual(FOUR);

    daemon.signal('SIGKILL');
    await daemon.exited();
    daemon = await side.start();
    expect(await pids(side)).toEqual(four);

    expect((await ownCtl(side, 'upgrade')).code).toBe(0);
    expect(await pids(side)).toEqual(four);

    expect((await side.ctl(['reread'])).stdout).toBe('No config updates to processes\n');
    expect((await side.ctl(['update'])).stdout).toBe('');
    expect((await ownCtl(side, 'update')).stdout).toBe('web: scaled to 4; numprocs=2 is not used\n');
    expect(await pids(side)).toEqual(four);

    daemon.signal('SIGHUP');
    await side.waitFor('all are restarted', async () => {
      const infos = await allInfo(side).catch(() => []);
      const isNew = infos.every(({ pid, name }) => pid > 0 && pid !== four.get(`web:${name}`));
      return infos.length === 4 && isNew;
    });
    await daemon.stop();
    daemon = await side.start();
    await untilAll(side, 'RUNNING');
    expect(await names(side)).toEqual(FOUR);
    expect(side.readFile('main.log')).toContain('program web is scaled to 4; numprocs=2 is not used');

    expect(await scale(side, 'web=file')).toBe(
      'web:w2: removed\nweb:w3: removed\nweb: 2 processes, 4 before\n',
    );
    await daemon.stop();
    await side.start();
    await untilAll(side, 'RUNNING');
    expect(await names(side)).toEqual(['web:w0', 'web:w1']);
  });

  test('holds where numprocs changes, and the limits of the file apply', async ({ side }) => {
    const web = (keys: Readonly<Record<string, string | number>>) =>
      remembered(side) + program('web', { ...SLEEP, ...keys });
    await startWith(side, web({}));
    await untilAll(side, 'RUNNING');
    await scale(side, 'web=4');
    write(side, web({ numprocs: 3 }));
    expect((await ownCtl(side, 'update', '--diff')).stdout).toBe(
      'No config updates to processes\nweb: scaled to 4; numprocs=3 is not used\n',
    );
    expect((await ownCtl(side, 'update')).stdout).toBe('web: scaled to 4; numprocs=3 is not used\n');
    expect(await names(side)).toEqual(FOUR);

    write(side, web({ numprocs: 2, numprocs_max: 3 }));
    expect((await ownCtl(side, 'update')).stdout).toBe(
      'web:w3: removed\nweb: scaled to 3; numprocs=2 is not used\n',
    );
    expect(await scale(side, 'web=4')).toBe('web: ERROR (4 is above numprocs_max=3)\n');
    write(side, web({ numprocs: 1, numprocs_min: 1, numprocs_max: 3 }));
    await ownCtl(side, 'update');
    expect(await scale(side, 'web=0')).toBe('web: ERROR (0 is below numprocs_min=1)\n');
    expect(await scale(side, 'web=file')).toBe(
      'web:w1: removed\nweb:w2: removed\nweb: 1 process, 3 before\n',
    );

    write(side, web({ numprocs: 4, numprocs_max: 3 }));
    expect(await faultOf(side.rpc('visord.applyConfig', []))).toMatch(
      /^CANT_REREAD: numprocs=4 is above numprocs_max=3 in section 'program:web'/,
    );
  });

  test('changes with a command that was read again, and not updated, only in number', async ({ side }) => {
    const web = (seconds: number) =>
      remembered(side) + program('web', { ...SLEEP, command: `/bin/sleep ${seconds}` });
    await startWith(side, web(1000));
    await untilAll(side, 'RUNNING');
    const before = await pids(side);
    write(side, web(2000));
    expect((await side.ctl(['reread'])).stdout).toBe('web: changed\n');
    await scale(side, 'web=3');
    await untilAll(side, 'RUNNING');
    const after = await pids(side);
    expect([after.get('web:w0'), after.get('web:w1')]).toEqual([before.get('web:w0'), before.get('web:w1')]);
    expect(readFileSync(`/proc/${after.get('web:w2')}/cmdline`, 'latin1')).toBe('/bin/sleep\x001000\0');
    // What was read is what an addition takes.
    await call(side, 'stopProcessGroup', 'web');
    await call(side, 'removeProcessGroup', 'web');
    await call(side, 'addProcessGroup', 'web');
    await untilAll(side, 'RUNNING');
    const added = await pids(side);
    expect([...added.keys()]).toEqual(['web:w0', 'web:w1', 'web:w2']);
    expect(readFileSync(`/proc/${added.get('web:w2')}/cmdline`, 'latin1')).toBe('/bin/sleep\x002000\0');
  });
});

describe('surplus processes', () => {
  /** It finishes its job when the file `done` exists. */
  const worker = (side: Side) =>
    script(
      side,
      'worker.sh',
      'here=$(dirname "$0"); trap "touch $here/asked.$1; while [ ! -e $here/done ]; do sleep 0.05; done; touch $here/finished.$1; exit 0" TERM; ' +
        'while :; do sleep 0.05; done',
    );
  const keys = (side: Side) => ({
    ...NUMBERED,
    command: `${worker(side)} %(process_num)d`,
    numprocs: 3,
    stopwaitsecs: 300,
  });

  test('finish their jobs, and the answer waits for them', async ({ side }) => {
    await startWith(side, remembered(side) + program('web', keys(side)));
    await untilAll(side, 'RUNNING');
    for (const { pid } of await allInfo(side)) await untilCaught(side, pid, 'SIGTERM');
    const scaled = scale(side, 'web=1');
    await side.waitFor('both are asked', () => exists(side, 'asked.1', 'asked.2'));
    expect((await allInfo(side)).map(({ statename }) => statename)).toEqual([
      'RUNNING',
      'STOPPING',
      'STOPPING',
    ]);
    side.writeFile('done', '');
    expect(await scaled).toBe('web:w1: removed\nweb:w2: removed\nweb: 1 process, 3 before\n');
    expect(exists(side, 'finished.1', 'finished.2')).toBe(true);
    const log = side.readFile('main.log');
    expect(log.indexOf('waiting for w2 to stop')).toBeLessThan(log.indexOf('waiting for w1 to stop'));
  });

  test('are wanted again where the number grows meanwhile, and stop under the next daemon where this one is killed', async ({
    side,
  }) => {
    const daemon = await startWith(side, remembered(side) + program('web', keys(side)));
    await untilAll(side, 'RUNNING');
    for (const { pid } of await allInfo(side)) await untilCaught(side, pid, 'SIGTERM');
    const before = await pids(side);
    expect(await side.rpc('visord.scaleProgram', ['web', '-1', false])).toMatchObject({
      result: { before: 3, numprocs: 2, changes: [] },
    });
    await side.waitFor('it is asked', () => exists(side, 'asked.2'));
    const again = scale(side, 'web=3');
    await side.waitFor('the number is set', () =>
      side.readFile('state/supervisor.state.json').includes('"web:web": 3'),
    );
    side.writeFile('done', '');
    expect(await again).toBe('web:w2: added\nweb: 3 processes, 2 before\n');
    const state = await untilState(side, 'web:w2', 'RUNNING');
    expect(state.pid).not.toBe(before.get('web:w2'));
    await untilCaught(side, state.pid, 'SIGTERM');

    for (const name of ['done', 'asked.2', 'finished.2']) rmSync(side.path(name));
    await side.rpc('visord.scaleProgram', ['web', 2, false]);
    await side.waitFor('it is asked', () => exists(side, 'asked.2'));
    daemon.signal('SIGKILL');
    await daemon.exited();
    await side.start();
    expect((await allInfo(side)).map(({ name, statename }) => `${name} ${statename}`)).toEqual([
      'w0 RUNNING',
      'w1 RUNNING',
      'w2 STOPPING',
    ]);
    side.writeFile('done', '');
    await side.waitFor('it is gone', async () => (await names(side)).length === 2);
    expect(exists(side, 'finished.2')).toBe(true);
    expect(await names(side)).toEqual(['web:w0', 'web:w1']);
  });
});

function exists(side: Side, ...files: string[]): boolean {
  return files.every((file) => existsSync(side.path(file)));
}

describe('programs', () => {
  test('of groups are named with and without their group; values with numprocs restart what has them', async ({
    side,
  }) => {
    const sections =
      remembered(side) +
      program('a', SLEEP) +
      program('b', { ...SLEEP, process_name: 'b%(process_num)d', command: '/bin/sleep 100%(numprocs)d' }) +
      program('c', { ...SLEEP, process_name: 'c', numprocs: 1 }) +
      '[group:x]\nprograms=c,b,a\n[group:y]\nprograms=a\n';
    await startWith(side, sections);
    await untilAll(side, 'RUNNING');
    const before = await pids(side);
    expect(await scale(side, 'b=+1', 'x:a=1', 'y:a=0')).toBe(
      'x:b0: restarted\nx:b1: restarted\nx:b2: added\nb: 3 processes, 2 before\n' +
        'x:w1: removed\nx:a: 1 process, 2 before\n' +
        'y:w0: removed\ny:w1: removed\ny:a: 0 processes, 2 before\n',
    );
    await untilAll(side, 'RUNNING');
    const after = await pids(side);
    expect([...after.keys()]).toEqual(['x:b0', 'x:b1', 'x:b2', 'x:c', 'x:w0']);
    expect(after.get('x:w0')).toBe(before.get('x:w0'));
    expect(readFileSync(`/proc/${after.get('x:b0')}/cmdline`, 'latin1')).toBe('/bin/sleep\x001003\0');
    expect((await ownCtl(side, 'update')).stdout).toBe(
      'x:b: scaled to 3; numprocs=2 is not used\nx:a: scaled to 1; numprocs=2 is not used\n' +
        'y:a: scaled to 0; numprocs=2 is not used\n',
    );
    expect((await side.ctl(['reread'])).stdout).toBe('No config updates to processes\n');
    expect(await scale(side, 'y:a=1')).toBe('y:w0: added\ny:a: 1 process, 0 before\n');
    expect(await scale(side)).toBe(
      'x:b  3 (0 to 1000, scaled; numprocs=2)\nx:a  1 (0 to 1000, scaled; numprocs=2)\ny:a  1 (0 to 1000, scaled; numprocs=2)\n',
    );
    const refused = await ownCtl(side, 'scale', 'a=3', 'c=2', 'x:b=-9', 'nothing=1');
    expect([refused.stdout, refused.code]).toEqual([
      'a: ERROR (a is in several groups: x:a, y:a)\n' +
        'c: ERROR (c cannot be scaled: its process_name has no %(process_num))\n' +
        'x:b: ERROR (-6 is below numprocs_min=0)\n' +
        'nothing: ERROR (no such program)\n',
      1,
    ]);
    for (const word of ['b', 'b=', 'b=x', '=3', 'b=3x']) {
      const wrong = await ownCtl(side, 'scale', word);
      expect([wrong.stdout, wrong.code]).toEqual([
        `Error: scale requires <name>=<number> or <name>=file, not ${word}\n`,
        2,
      ]);
    }
    expect(await faultOf(side.rpc('visord.scaleProgram', ['b', -1]))).toBe('INCORRECT_PARAMETERS');
  });

  test('without statedir cannot be scaled, and two processes cannot have one name', async ({ side }) => {
    const sections = `${program('a', SLEEP) + program('b', { ...SLEEP, numprocs_start: 2 })}[group:x]\nprograms=a,b\n`;
    const daemon = await startWith(side, sections);
    await untilAll(side, 'RUNNING');
    expect(await scale(side, 'a=1')).toBe(
      'a: ERROR (statedir is not set in [supervisord]: nothing can be remembered)\n',
    );
    expect(await names(side)).toEqual(['x:w0', 'x:w1', 'x:w2', 'x:w3']);
    await daemon.stop();
    await startWith(side, remembered(side) + sections);
    await untilAll(side, 'RUNNING');
    expect(await scale(side, 'a=3')).toBe('a: ERROR (two processes would have the name w2)\n');
    expect(await scale(side, 'b=1')).toBe('x:w3: removed\nb: 1 process, 2 before\n');
  });

  test('with a FastCGI socket share it, and listeners of a pool take the events that wait', async ({
    side,
  }) => {
    const listener = side.writeFile(
      'listener.py',
      `#!/usr/bin/python3
import sys
while True:
    sys.stdout.write('READY\\n'); sys.stdout.flush()
    line = sys.stdin.readline()
    if not line: break
    headers = dict(x.split(':') for x in line.split())
    sys.stdin.read(int(headers['len']))
    sys.stderr.write(sys.argv[1] + ' ' + headers['eventname'] + '\\n'); sys.stderr.flush()
    if sys.argv[1] == '0': sys.stdin.readline()
    sys.stdout.write('RESULT 2\\nOK'); sys.stdout.flush()
`,
      0o755,
    );
    const pool = `[eventlistener:pool]\ncommand=${listener} %(process_num)d\nevents=REMOTE_COMMUNICATION\nstartsecs=0\nprocess_name=l%(process_num)d\nstderr_logfile=%(here)s/events.%(process_num)d\n`;
    const fcgi = `[fcgi-program:php]\nsocket=unix://%(here)s/php.sock\ncommand=/bin/sleep 1000\nstartsecs=0\nnumprocs=1\nprocess_name=p%(process_num)d\n`;
    await startWith(side, remembered(side) + pool + fcgi);
    await untilAll(side, 'RUNNING');
    const first = (await pids(side)).get('pool:l0');
    // The first listener takes an event and keeps it; the second event waits.
    await call(side, 'sendRemoteCommEvent', 'one', '');
    await side.logged('0 REMOTE_COMMUNICATION', { file: 'events.0' });
    await call(side, 'sendRemoteCommEvent', 'two', '');
    expect(await scale(side, 'pool=2', 'php=3')).toBe(
      'pool:l1: added\npool: 2 processes, 1 before\nphp:p1: added\nphp:p2: added\nphp: 3 processes, 1 before\n',
    );
    await side.logged('1 REMOTE_COMMUNICATION', { file: 'events.1' });
    await untilAll(side, 'RUNNING');
    const all = await pids(side);
    expect(all.get('pool:l0')).toBe(first);
    const sockets = ['p0', 'p1', 'p2'].map((name) => readlinkSync(`/proc/${all.get(`php:${name}`)}/fd/0`));
    expect(new Set(sockets).size).toBe(1);
    expect(await scale(side, 'pool=1', 'php=1')).toBe(
      'pool:l1: removed\npool: 1 process, 2 before\nphp:p1: removed\nphp:p2: removed\nphp: 1 process, 3 before\n',
    );
    expect((await pids(side)).get('pool:l0')).toBe(first);
  });
});

test('the stock supervisorctl drives a scaled program', async ({ side }) => {
  await startWith(side, remembered(side) + program('web', SLEEP));
  await untilAll(side, 'RUNNING');
  await scale(side, 'web=4');
  await untilAll(side, 'RUNNING');
  const status = await side.ctl(['status']);
  expect(status.stdout.split('\n').map((line) => line.split(/ +/).slice(0, 2).join(' '))).toEqual([
    ...FOUR.map((name) => `${name} RUNNING`),
    '',
  ]);
  const avail = await side.ctl(['avail']);
  expect(avail.stdout.split('\n').filter((line) => line.startsWith('web:'))).toHaveLength(4);
  const restarted = await side.ctl(['restart', 'web:*']);
  expect(restarted.stdout.split('\n').filter((line) => line.endsWith(': started'))).toHaveLength(4);
  await scale(side, 'web=1');
  expect((await side.ctl(['stop', 'web:w1'])).stdout).toBe('web:w1: ERROR (no such process)\n');
  expect((await side.ctl(['stop', 'web:*'])).stdout).toBe('web:w0: stopped\n');
  expect((await side.ctl(['remove', 'web'])).stdout).toBe('web: removed process group\n');
  expect((await side.ctl(['add', 'web'])).stdout).toBe('web: added process group\n');
  await untilAll(side, 'RUNNING');
  expect(await names(side)).toEqual(['web:w0']);
});

test('the example of the documentation prints what the page shows', async ({ side }) => {
  const page = readFileSync(new URL('../../docs/changing.md', import.meta.url), 'utf8');
  const [, example = '', shown = ''] = /## Scale\n.*?```ini\n(.*?)```.*?```text\n(.*?)```/s.exec(page) ?? [];
  await startWith(side, example.replace('command=', 'startsecs=0\ncommand='));
  await untilAll(side, 'RUNNING');
  const steps = [...shown.matchAll(/^\$ supervisorctl (.*)\n((?:[^$].*\n)*)/gm)];
  expect(steps).toHaveLength(5);
  for (const [, words = '', output] of steps) {
    expect((await ownCtl(side, ...words.split(' '))).stdout).toBe(output);
  }
});
