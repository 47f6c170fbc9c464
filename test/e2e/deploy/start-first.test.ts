/** restart_mode=start_first under the real daemon: the next process runs before the former one is stopped. */
import { existsSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect } from 'vitest';
import { isAlive } from '../../../compat/harness/processes.ts';
import type { Side } from '../../../compat/scenario.ts';
import { need, needing, unpacked } from '../../needs.ts';
import { listener, received } from '../listener.ts';
import {
  allInfo,
  call,
  infoOf,
  killAtRest,
  ownCtl,
  pidsOf,
  program,
  script,
  startWith,
  test,
  untilAll,
  untilState,
} from '../support.ts';
import { deployUnderLoad, gunicornServers, IS_MEASURED, nginx, WITH_GUNICORN } from './load.ts';

/**
 * Ready when the file `ready` is there; on TERM it ends when the file `slow` is not there any more. It writes its pid to
 * its log, and that it is stopped and has ended.
 */
const SERVER = `
folder=$(dirname "$0")
trap 'echo "$$ is stopped"; while [ -e "$folder/slow" ]; do sleep 0.05; done; echo "$$ has ended"; exit 0' TERM
while [ ! -e "$folder/ready" ]; do [ -e "$folder/broken" ] && exit 3; sleep 0.05; done
echo "$$ is up"
while :; do sleep 0.05; done
`;

const STARTS_FIRST = {
  startsecs: 0,
  startretries: 0,
  restart_mode: 'start_first',
  readiness_check_script: 'log:is up$',
} as const;

function server(side: Side, keys: Readonly<Record<string, string | number>> = {}): string {
  const command = script(side, 'server.sh', SERVER);
  return program('web', { command, stdout_logfile: side.path('web.log'), ...STARTS_FIRST, ...keys });
}

function set(side: Side, name: string): void {
  side.writeFile(name, '');
}

function clear(side: Side, name: string): void {
  rmSync(side.path(name));
}

async function pidOf(side: Side): Promise<number> {
  return (await infoOf(side, 'web')).pid;
}

/** The pid of the process that was spawned last. */
function lastSpawned(side: Side): number {
  return Number([...side.readFile('main.log').matchAll(/spawned: 'web' with pid (\d+)/g)].at(-1)?.[1]);
}

function spawns(side: Side): number {
  return [...side.readFile('main.log').matchAll(/spawned: 'web'/g)].length;
}

/** Begins a restart, and waits until the successor is spawned; it is not ready. */
async function begin(side: Side): Promise<number> {
  const before = spawns(side);
  clear(side, 'ready');
  expect(await side.rpc('visord.restartGroup', ['web', false])).toEqual({ result: true });
  await side.waitFor('the successor is spawned', () => spawns(side) > before);
  return lastSpawned(side);
}

async function untilGone(side: Side, pid: number): Promise<void> {
  await side.waitFor(`process ${pid} has ended`, () => !isAlive(pid));
}

async function start(side: Side, keys: Readonly<Record<string, string | number>> = {}) {
  set(side, 'ready');
  const daemon = await startWith(side, server(side, keys));
  await untilAll(side, 'RUNNING');
  return daemon;
}

describe('restart_mode=start_first', () => {
  test('stops the former process when the next one is RUNNING', async ({ side }) => {
    await start(side);
    const former = await pidOf(side);
    const successor = await begin(side);
    expect(await infoOf(side, 'web')).toMatchObject({ statename: 'RUNNING', pid: former });
    expect(isAlive(successor)).toBe(true);
    set(side, 'ready');
    await side.waitFor('the successor has the name', async () => (await pidOf(side)) === successor);
    await untilGone(side, former);
    const log = (await side.logged(`${former} is stopped`, { file: 'web.log' })).split('\n');
    expect(log.indexOf(`${successor} is up`)).toBeLessThan(log.indexOf(`${former} is stopped`));
    expect((await infoOf(side, 'web')).statename).toBe('RUNNING');
    // Once more, with the numbers of the runs exchanged.
    const { stdout, code } = await ownCtl(side, 'restart', 'web');
    expect([stdout, code]).toEqual(['web: restarted\n', 0]);
    expect(isAlive(successor)).toBe(false);
    expect(await pidOf(side)).toBe(lastSpawned(side));
  });

  test('leaves the former process where the next one fails', async ({ side }) => {
    await start(side);
    const former = await pidOf(side);
    clear(side, 'ready');
    set(side, 'broken');
    const { stdout, code } = await ownCtl(side, 'restart', 'web');
    expect([stdout, code]).toEqual(['web: ERROR (Exited too quickly (process log may have details))\n', 7]);
    expect(await infoOf(side, 'web')).toMatchObject({ statename: 'RUNNING', pid: former });
    expect(isAlive(former)).toBe(true);
  });

  test('each process reports to a descriptor and a notification socket of its own', async ({ side }) => {
    const command = script(
      side,
      'reports.sh',
      'echo "socket: $NOTIFY_SOCKET"; echo >&3; while :; do sleep 0.05; done',
    );
    const keys = { command, ...STARTS_FIRST, readiness_check_script: 'fd:3', watchdog_sec: 1000 };
    await startWith(side, program('web', { ...keys, stdout_logfile: side.path('web.log') }));
    await untilAll(side, 'RUNNING');
    // A process is ready by its descriptor, which the daemon may read before its output.
    let log = await side.logged(/^socket: .+\n/, { file: 'web.log' });
    for (let restart = 0; restart < 2; restart += 1) {
      expect((await ownCtl(side, 'restart', 'web')).code).toBe(0);
      log = await side.logged(/^socket: .+\n/, { file: 'web.log', times: restart + 2 });
    }
    const sockets = [...log.matchAll(/^socket: (.+)$/gm)].map(([, path]) => path);
    expect(sockets).toHaveLength(3);
    expect(sockets[1]).not.toBe(sockets[0]);
    expect(sockets[2]).toBe(sockets[0]);
    expect(existsSync(sockets[2] ?? '')).toBe(true);
  });

  test('is driven by a stock supervisorctl as any program: a stop in the middle stops both', async ({
    side,
  }) => {
    await start(side);
    const former = await pidOf(side);
    const successor = await begin(side);
    expect((await side.ctl(['stop', 'web'])).stdout).toBe('web: stopped\n');
    expect([isAlive(former), isAlive(successor)]).toEqual([false, false]);
    set(side, 'ready');
    expect((await side.ctl(['start', 'web'])).stdout).toBe('web: started\n');
  });

  test('is one process for a stock supervisorctl, which restarts and updates it by a stop and a start', async ({
    side,
  }) => {
    await start(side);
    const former = await pidOf(side);
    const successor = await begin(side);
    expect((await side.ctl(['status'])).stdout).toMatch(new RegExp(`^web +RUNNING +pid ${former}, .*\n$`));
    expect((await side.ctl(['pid', 'web'])).stdout).toBe(`${former}\n`);
    expect(
      (await side.ctl(['avail'])).stdout.split('\n').filter((line) => line.startsWith('web ')),
    ).toHaveLength(1);
    set(side, 'ready');
    await side.waitFor('the successor has the name', async () => (await pidOf(side)) === successor);
    await untilGone(side, former);
    expect((await side.ctl(['status'])).stdout).toMatch(new RegExp(`^web +RUNNING +pid ${successor}, `));

    expect((await side.ctl(['restart', 'web'])).stdout).toBe('web: stopped\nweb: started\n');
    expect(isAlive(successor)).toBe(false);
    const restarted = await pidOf(side);
    side.writeFile('supervisord.conf', side.preamble + server(side, { environment: 'RELEASE="2"' }));
    expect((await side.ctl(['update'])).stdout).toBe('web: stopped\nweb: updated process group\n');
    await untilAll(side, 'RUNNING');
    expect(isAlive(restarted)).toBe(false);
    expect((await side.ctl(['status'])).stdout).toMatch(
      new RegExp(`^web +RUNNING +pid ${await pidOf(side)}, `),
    );
  });
});

describe('a daemon that is killed in the middle of a restart with start_first', () => {
  test('before the next process is ready: the next daemon goes on to the end', async ({ side }) => {
    const daemon = await start(side);
    const former = await pidOf(side);
    const successor = await begin(side);
    await killAtRest(side, daemon);
    await side.start();
    expect(await infoOf(side, 'web')).toMatchObject({ statename: 'RUNNING', pid: former });
    expect([isAlive(former), isAlive(successor)]).toEqual([true, true]);
    set(side, 'ready');
    await side.waitFor('the successor has the name', async () => (await pidOf(side)) === successor);
    await untilGone(side, former);
    expect(spawns(side)).toBe(2);
  });

  test('while the former process is stopped: it ends', async ({ side }) => {
    const daemon = await start(side);
    const former = await pidOf(side);
    set(side, 'slow');
    const successor = await begin(side);
    set(side, 'ready');
    await side.waitFor('the former process is stopped', () =>
      side.readFile('web.log').includes(`${former} is stopped`),
    );
    await killAtRest(side, daemon);
    await side.start();
    expect(await infoOf(side, 'web')).toMatchObject({ statename: 'RUNNING', pid: successor });
    clear(side, 'slow');
    await untilGone(side, former);
    expect(await pidOf(side)).toBe(successor);
    expect(spawns(side)).toBe(2);
  });

  test('and the former process with it: the next process takes the name', async ({ side }) => {
    const daemon = await start(side);
    const former = await pidOf(side);
    const successor = await begin(side);
    await killAtRest(side, daemon);
    process.kill(former, 'SIGKILL');
    await untilGone(side, former);
    await side.start();
    expect(await infoOf(side, 'web')).toMatchObject({ statename: 'STARTING', pid: successor });
    set(side, 'ready');
    await untilState(side, 'web', 'RUNNING');
    expect(await pidOf(side)).toBe(successor);
    expect(spawns(side)).toBe(2);
  });

  test('and the program is not configured any more: both processes end', async ({ side }) => {
    const daemon = await start(side);
    const former = await pidOf(side);
    const successor = await begin(side);
    await killAtRest(side, daemon);
    await startWith(side, program('other', { command: '/bin/sleep 1000', startsecs: 0 }));
    await Promise.all([untilGone(side, former), untilGone(side, successor)]);
    await side.waitFor('the program is removed', async () => (await allInfo(side)).length === 1);
  });

  test('and its journal is lost: the older process stays', async ({ side }) => {
    const daemon = await start(side);
    const former = await pidOf(side);
    const successor = await begin(side);
    await killAtRest(side, daemon);
    rmSync(`${dirname(readlinkSync(`/proc/${former}/fd/1`))}/journal`);
    await side.start();
    await untilGone(side, successor);
    expect(await infoOf(side, 'web')).toMatchObject({ statename: 'RUNNING', pid: former });
  });
});

describe('in the middle of a restart with start_first', () => {
  test('an upgrade in place goes on to the end', async ({ side }) => {
    const daemon = await start(side);
    const former = await pidOf(side);
    const successor = await begin(side);
    daemon.signal('SIGUSR1');
    await side.waitFor('the new program goes on', () =>
      side.readFile('main.log').includes('goes on in place of'),
    );
    await untilState(side, 'web', 'RUNNING');
    expect(await pidOf(side)).toBe(former);
    expect(isAlive(successor)).toBe(true);
    set(side, 'ready');
    await side.waitFor('the successor has the name', async () => (await pidOf(side)) === successor);
    await untilGone(side, former);
    expect(spawns(side)).toBe(2);
    expect(side.readFile('main.log')).not.toContain('reaped unknown');
  });

  test('a shutdown stops both processes', async ({ side }) => {
    const daemon = await start(side);
    const former = await pidOf(side);
    const successor = await begin(side);
    await daemon.stop();
    expect([isAlive(former), isAlive(successor)]).toEqual([false, false]);
  });

  test('the end of the former process by itself gives its successor the name', async ({ side }) => {
    await start(side);
    const former = await pidOf(side);
    const successor = await begin(side);
    process.kill(former, 'SIGKILL');
    expect((await untilState(side, 'web', 'STARTING')).pid).toBe(successor);
    set(side, 'ready');
    await untilState(side, 'web', 'RUNNING');
    expect(spawns(side)).toBe(2);
  });
});

test('listeners are notified of a restart when the next process has the name, and of nothing else', async ({
  side,
}) => {
  set(side, 'ready');
  await startWith(side, server(side) + listener(side, 'events', 'PROCESS_STATE'));
  await untilAll(side, 'RUNNING');
  const former = await pidOf(side);
  const ofWeb = (): string[] => received(side, 'events').filter((line) => line.includes('processname:web '));
  await side.waitFor('the start is reported', () =>
    ofWeb().some((line) => line.startsWith('PROCESS_STATE_RUNNING')),
  );
  const begun = ofWeb().length;
  set(side, 'broken');
  clear(side, 'ready');
  expect((await ownCtl(side, 'restart', 'web')).code).toBe(7);
  clear(side, 'broken');
  set(side, 'ready');
  expect((await ownCtl(side, 'restart', 'web')).code).toBe(0);
  const next = await pidOf(side);
  await call(side, 'stopProcess', 'web');
  await side.waitFor(
    'the stop is reported',
    () => ofWeb().at(-1)?.includes(`from_state:STOPPING pid:${next}`) === true,
  );
  expect(
    ofWeb()
      .slice(begun)
      .map((line) => line.replace('processname:web groupname:web ', '')),
  ).toEqual([
    `PROCESS_STATE_STOPPING from_state:RUNNING pid:${former}`,
    `PROCESS_STATE_STOPPED from_state:STOPPING pid:${former}`,
    'PROCESS_STATE_STARTING from_state:STOPPED tries:0',
    `PROCESS_STATE_RUNNING from_state:STARTING pid:${next}`,
    `PROCESS_STATE_STOPPING from_state:RUNNING pid:${next}`,
    `PROCESS_STATE_STOPPED from_state:STOPPING pid:${next}`,
  ]);
});

describe('an update of a program with start_first', () => {
  const NUMBERED = { numprocs: 2, process_name: '%(program_name)s_%(process_num)d' } as const;

  function changed(side: Side, keys: Readonly<Record<string, string | number>>): void {
    side.writeFile('supervisord.conf', side.preamble + server(side, { ...NUMBERED, ...keys }));
  }

  /** The variable A of a process, which the update changes. */
  function variableOf(pid: number): string | undefined {
    return /\0A=(\w+)\0/.exec(readFileSync(`/proc/${pid}/environ`, 'latin1'))?.[1];
  }

  test('replaces one process after the other, each by one that runs', async ({ side }) => {
    await start(side, NUMBERED);
    const former = await pidsOf(side);
    changed(side, { environment: 'A=new' });
    const { stdout, code } = await ownCtl(side, 'update');
    expect([stdout, code]).toEqual([
      'web:web_0: restarted (environment)\nweb:web_1: restarted (environment)\n',
      0,
    ]);
    const pids = await pidsOf(side);
    expect(pids.map(variableOf)).toEqual(['new', 'new']);
    expect(former.map(isAlive)).toEqual([false, false]);
    const log = await side.logged(/^\d+ is stopped$/, { file: 'web.log', times: 2 });
    for (const [index, pid] of pids.entries()) {
      expect(log.indexOf(`${pid} is up`)).toBeLessThan(log.indexOf(`${former[index]} is stopped`));
    }
    expect((await ownCtl(side, 'update')).stdout).toBe('');
  });

  test('leaves the processes where a successor fails, and tries again at the next update', async ({
    side,
  }) => {
    await start(side, NUMBERED);
    const former = await pidsOf(side);
    clear(side, 'ready');
    set(side, 'broken');
    changed(side, { environment: 'A=new' });
    const { code } = await ownCtl(side, 'update');
    expect(code).not.toBe(0);
    expect(await pidsOf(side)).toEqual(former);
    set(side, 'ready');
    clear(side, 'broken');
    expect((await ownCtl(side, 'update')).code).toBe(0);
    expect((await pidsOf(side)).map(variableOf)).toEqual(['new', 'new']);
  });

  test('that a kill of the daemon interrupts goes on', async ({ side }) => {
    const daemon = await start(side);
    const former = await pidOf(side);
    clear(side, 'ready');
    side.writeFile('supervisord.conf', side.preamble + server(side, { environment: 'A=new' }));
    const update = ownCtl(side, 'update');
    await side.waitFor('the successor is spawned', () => spawns(side) === 2);
    const successor = lastSpawned(side);
    await killAtRest(side, daemon);
    await update;
    await side.start();
    expect(await pidOf(side)).toBe(former);
    set(side, 'ready');
    await side.waitFor('the successor has the name', async () => (await pidOf(side)) === successor);
    await untilGone(side, former);
    expect(spawns(side)).toBe(2);
  });
});

test('the log of both processes has whole lines, whatever the pieces in which they write them', async ({
  side,
}) => {
  const body = `
process.on('SIGTERM', () => process.exit(0));
const { existsSync, writeSync } = require('node:fs');
const id = String(process.pid);
writeSync(1, 'up\\n');
setInterval(() => { writeSync(1, id + ' begin '); writeSync(1, id + ' end\\n'); }, 1);
`;
  const command = `${process.execPath} ${side.writeFile('writer.js', body)}`;
  const keys = { ...STARTS_FIRST, readiness_check_script: 'log:^up$', stdout_logfile: side.path('web.log') };
  await startWith(side, program('web', { command, ...keys, stdout_logfile_maxbytes: 0 }));
  await untilAll(side, 'RUNNING');
  for (let deploy = 0; deploy < 3; deploy += 1) {
    expect((await ownCtl(side, 'restart', 'web')).code).toBe(0);
  }
  await call(side, 'stopProcess', 'web');
  const lines = side.readFile('web.log').trimEnd().split('\n');
  expect(lines.filter((line) => line !== 'up' && !/^(\d+) begin \1 end$/.test(line))).toEqual([]);
});

describe('a deploy under load', { timeout: 600_000 }, () => {
  test('of four servers with start_first loses no request, and its clients get the next release', async ({
    side,
  }) => {
    await deployUnderLoad(side, { restart_mode: 'start_first' });
  });

  // For `npm run deploys`; that of rolling is always run.
  needing(
    test,
    unpacked('nginx'),
    need(IS_MEASURED, 'npm run deploys'),
  )('behind nginx loses none either', async ({ side }) => {
    const port = await side.freePort();
    const proxy = nginx(side, port, side.path('web.sock'));
    await deployUnderLoad(side, { restart_mode: 'start_first' }, { sections: proxy, port });
  });

  needing(test, WITH_GUNICORN)('of four gunicorn servers with start_first loses none', async ({ side }) => {
    await deployUnderLoad(side, { restart_mode: 'start_first' }, null, gunicornServers);
  });

  needing(
    test,
    WITH_GUNICORN,
    unpacked('nginx'),
  )('of gunicorn behind nginx loses none', async ({ side }) => {
    const port = await side.freePort();
    const proxy = nginx(side, port, side.path('web.sock'));
    await deployUnderLoad(side, { restart_mode: 'start_first' }, { sections: proxy, port }, gunicornServers);
  });
});

test('the example of the documentation restarts as the page shows', async ({ side }) => {
  const page = readFileSync(new URL('../../../docs/deploying.md', import.meta.url), 'utf8');
  const [, example = '', shown = ''] =
    /## The next process first\n.*?```ini\n(.*?)```.*?\$ supervisorctl restart web\n(.*?)```/s.exec(page) ??
    [];
  await startWith(side, example);
  await untilAll(side, 'RUNNING');
  expect((await ownCtl(side, 'restart', 'web')).stdout).toBe(shown);
});
