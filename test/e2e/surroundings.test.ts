import { chownSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, unlinkSync } from 'node:fs';
import { expect } from 'vitest';
import type { Side } from '../../compat/scenario.ts';
import { needing, ROOT } from '../needs.ts';
import {
  allInfo,
  call,
  count,
  infoOf,
  program,
  STRANGER,
  script,
  startWith,
  test,
  untilAll,
  untilState,
} from './support.ts';

/** Prints a number twenty times a second. */
const CHATTER = 'i=0; while :; do i=$((i + 1)); echo $i; sleep 0.05; done';

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

test('a log whose folder is removed is written again when the folder is back', async ({ side }) => {
  mkdirSync(side.path('logs'));
  const chatter = script(side, 'chatter.sh', CHATTER);
  const log = side.path('logs/chatter.log');
  const daemon = await startWith(
    side,
    program('chatter', { command: chatter, stdout_logfile: log, startsecs: 0 }),
  );
  await side.waitFor('it is logged', () => sizeOf(log) > 0);
  const { pid } = await infoOf(side, 'chatter');

  rmSync(side.path('logs'), { recursive: true });
  daemon.signal('SIGUSR2');
  await side.waitFor('the failure is logged', () =>
    side.readFile('main.log').includes(`log ${log} cannot be`),
  );
  mkdirSync(side.path('logs'));
  await side.waitFor('it is logged again', () => sizeOf(log) > 0);
  await side.waitFor('the recovery is logged', () =>
    side.readFile('main.log').includes(`log ${log} is written again`),
  );

  expect(count(side.readFile('main.log'), /cannot be opened|cannot be written/g)).toBe(1);
  expect((await infoOf(side, 'chatter')).pid).toBe(pid);
});

needing(test, ROOT)(
  'a full disk stops no program, and its log goes on when there is room',
  async ({ side }) => {
    mkdirSync(side.path('full'));
    const chatter = script(side, 'chatter.sh', `${CHATTER.replace('echo $i', 'printf "%01000d\\n" $i')}`);
    side.writeFile(
      'supervisord.conf',
      side.preamble +
        program('chatter', {
          command: chatter,
          stdout_logfile: side.path('full/chatter.log'),
          startsecs: 0,
        }),
    );
    // The small disk is mounted for the daemon alone, and goes with it.
    const mount = `mount -t tmpfs -o size=64k tmpfs "$0" && head -c 49152 /dev/zero > "$0/ballast" && exec "$@"`;
    const daemon = await side.start({ prefix: ['unshare', '-m', 'sh', '-c', mount, side.path('full')] });
    const seen = `/proc/${daemon.pid}/root${side.path('full')}`;
    const { pid } = await untilState(side, 'chatter', 'RUNNING');

    const mainLog = () => side.readFile('main.log');
    await side.waitFor('the failure is logged', () =>
      mainLog().includes('cannot be written: no space left on device'),
    );
    expect((await infoOf(side, 'chatter')).statename).toBe('RUNNING');
    unlinkSync(`${seen}/ballast`);
    await side.waitFor('the log is written again', () =>
      /is written again; \d+ bytes were dropped/.test(mainLog()),
    );

    expect((await infoOf(side, 'chatter')).pid).toBe(pid);
    // Behind this line the disk may be full again.
    const [untilThen = ''] = mainLog().split('is written again', 1);
    expect(count(untilThen, /ENOSPC/g)).toBe(1);
  },
);

test('a pidfile that cannot be written is logged, and the daemon goes on', async ({ side }) => {
  mkdirSync(side.path('supervisord.pid'));
  const daemon = await startWith(side, program('cat', { command: '/bin/cat', startsecs: 0 }), {
    ready: () => side.readFile('main.log').includes('could not write pidfile'),
  });
  await untilState(side, 'cat', 'RUNNING');
  expect(side.readFile('main.log')).toContain(`CRIT could not write pidfile ${side.path('supervisord.pid')}`);
  expect(await daemon.stop()).toBe(0);
  expect(statSync(side.path('supervisord.pid')).isDirectory()).toBe(true);
});

test('a group whose automatic log cannot be made is refused, and can be added later', async ({ side }) => {
  mkdirSync(side.path('logs'));
  const preamble = side.preamble.replace(/childlogdir=.*/, `childlogdir=${side.path('logs')}`);
  side.writeFile('supervisord.conf', preamble);
  await side.start();
  side.writeFile('supervisord.conf', preamble + program('cat', { command: '/bin/cat', startsecs: 0 }));
  await call(side, 'reloadConfig');
  rmSync(side.path('logs'), { recursive: true });

  expect(await side.rpc('supervisor.addProcessGroup', ['cat'])).not.toHaveProperty('result');
  expect(await allInfo(side)).toEqual([]);
  mkdirSync(side.path('logs'));
  expect(await call(side, 'addProcessGroup', 'cat')).toBe(true);
  await untilState(side, 'cat', 'RUNNING');
});

test('a restart goes on without a group whose automatic log cannot be made', async ({ side }) => {
  mkdirSync(side.path('logs'));
  const preamble = side.preamble.replace(/childlogdir=.*/, `childlogdir=${side.path('logs')}`);
  const files = { stdout_logfile: 'NONE', stderr_logfile: 'NONE' };
  side.writeFile(
    'supervisord.conf',
    preamble +
      program('auto', { command: '/bin/cat', startsecs: 0 }) +
      program('plain', { command: slowToStop(side), startsecs: 0, ...files }),
  );
  const daemon = await side.start();
  await untilAll(side, 'RUNNING');
  await side.waitFor('plain is up', () => side.readFile('up') !== '');
  const { pid } = await infoOf(side, 'plain');
  // The folder is there when the file is read, and gone when everything has stopped.
  daemon.signal('SIGHUP');
  await side.waitFor('the file was read', () => side.readFile('main.log').includes('waiting for'));
  // Moved, not removed: the daemon makes a log again that is removed.
  renameSync(side.path('logs'), side.path('gone'));
  side.writeFile('go', '');

  await side.waitFor('plain runs again', async () => {
    const again = await infoOf(side, 'plain');
    return again.statename === 'RUNNING' && again.pid !== pid;
  });
  expect(daemon.isRunning()).toBe(true);
  expect(side.readFile('main.log')).toContain('CRIT group auto is left out: ');
});

/** Stops on TERM when the file `go` is there. */
function slowToStop(side: Side): string {
  const wait = 'while [ ! -e go ]; do sleep 0.02; done; exit';
  return script(
    side,
    'slow.sh',
    `cd "$(dirname "$0")"; trap '${wait}' TERM; echo up > up; while :; do sleep 0.02; done`,
  );
}

test('a daemon that runs out of descriptors reports it, and starts the rest when some stop', async ({
  side,
}) => {
  const sections = program('many', {
    command: '/bin/cat',
    process_name: 'm%(process_num)s',
    numprocs: 40,
    startsecs: 0,
    startretries: 0,
    stdout_logfile: 'NONE',
    stderr_logfile: 'NONE',
  });
  const config = `${side.preamble.replace('[supervisord]', '[supervisord]\nminfds=20')}${sections}`;
  side.writeFile('supervisord.conf', config);
  await side.start({ prefix: ['prlimit', '--nofile=90:90'] });
  await side.waitFor('all have been tried', async () =>
    (await allInfo(side)).every(({ statename }) => statename === 'RUNNING' || statename === 'FATAL'),
  );

  // More clients than descriptors are kept for.
  for (let clients = 0; clients < 10; clients += 1) expect(await allInfo(side)).toHaveLength(40);
  const failed = (await allInfo(side)).filter(({ statename }) => statename === 'FATAL');
  expect(failed.length).toBeGreaterThan(5);
  for (const { name, spawnerr } of failed) {
    expect(spawnerr).toBe(`too many open files to spawn '${name}'`);
  }
  const running = (await allInfo(side)).filter(({ statename }) => statename === 'RUNNING');
  for (const { name } of running.slice(0, 4)) {
    await call(side, 'stopProcess', `many:${name}`);
  }
  for (const { name } of failed.slice(0, 2)) {
    expect(await call(side, 'startProcess', `many:${name}`)).toBe(true);
  }
  expect(side.readFile('main.log')).not.toContain('unexpected error');
});

/** A user whose processes a limit counts: no other test has one of that user at the same time. */
const COUNTED = 55_000 + (process.pid % 10_000);

/** A daemon of a user of its own, which may write only into the folder `own`. */
function asStranger(
  side: Side,
  { id = STRANGER, limits = [] }: { readonly id?: number; readonly limits?: readonly string[] } = {},
): { readonly preamble: string; readonly prefix: string[] } {
  mkdirSync(side.path('own'));
  chownSync(side.path('own'), id, id);
  const preamble = `[unix_http_server]
file=${side.path('own/s.sock')}

[supervisord]
logfile=${side.path('own/main.log')}
pidfile=${side.path('supervisord.pid')}
childlogdir=${side.path('own')}
minfds=50
minprocs=1

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
`;
  const user = [`--reuid=${id}`, `--regid=${id}`, '--clear-groups'];
  return { preamble, prefix: ['prlimit', ...limits, 'setpriv', ...user] };
}

function ownCall(side: Side, method: string, ...params: (string | boolean)[]) {
  return side.rpc(`supervisor.${method}`, params, { kind: 'unix', path: side.path('own/s.sock') });
}

needing(test, ROOT)(
  'a daemon at its process limit reports it, and starts the rest when some stop',
  async ({ side }) => {
    const { preamble, prefix } = asStranger(side, { id: COUNTED, limits: ['--nproc=40:40'] });
    const sections = program('many', {
      command: '/bin/sleep 1000',
      process_name: 'm%(process_num)s',
      numprocs: 45,
      startsecs: 0,
      startretries: 0,
      stdout_logfile: 'NONE',
      stderr_logfile: 'NONE',
    });
    side.writeFile('supervisord.conf', preamble + sections);
    const log = () => side.readFile('own/main.log');
    const daemon = await side.start({
      prefix,
      ready: () => log().includes('FATAL'),
      // The interpreter's own threads count as processes of the user.
      environment: { UV_THREADPOOL_SIZE: '1' },
    });
    await side.waitFor('all have been tried', () => count(log(), /gave up: m|success: m/g) === 45);

    const failed = [...log().matchAll(/spawnerr: (Too many processes in process table to spawn '(m\d+)')/g)];
    const running = [...log().matchAll(/success: (m\d+) /g)].map(([, name]) => `many:${name}`);
    expect(failed.length + running.length).toBe(45);
    expect(failed.length).toBeGreaterThan(5);
    expect(await ownCall(side, 'stopProcess', running[0] ?? '')).toEqual({ result: true });
    expect(await ownCall(side, 'startProcess', `many:${failed[0]?.[2]}`)).toEqual({ result: true });
    expect(log()).not.toContain('unexpected error');
    expect(await daemon.stop()).toBe(0);
  },
);

needing(test, ROOT)('without a place for named pipes programs get plain ones', async ({ side }) => {
  const { preamble, prefix } = asStranger(side);
  const say = script(side, 'say.sh', 'ls -l /proc/self/fd/1 > /dev/stdout; cat');
  const log = side.path('own/say.log');
  side.writeFile(
    'supervisord.conf',
    preamble + program('say', { command: say, startsecs: 0, stdout_logfile: log }),
  );
  const noMemory = ['unshare', '-m', 'sh', '-c', 'mount -t tmpfs -o ro tmpfs /dev/shm && exec "$0" "$@"'];
  const ready = () => side.readFile('own/main.log').includes('success');
  const daemon = await side.start({ prefix: [...noMemory, ...prefix], ready });
  await side.waitFor('it is heard', () => side.readFile('own/say.log').includes('pipe:['));

  expect(await ownCall(side, 'sendProcessStdin', 'say', 'and heard\n')).toEqual({ result: true });
  await side.waitFor('it hears', () => side.readFile('own/say.log').includes('and heard'));
  expect(readdirSync(side.dir).filter((name) => name.startsWith('.visord'))).toEqual([]);
  expect(await daemon.stop()).toBe(0);
});

needing(test, ROOT)(
  'without a place for named pipes an upgrade keeps the programs and their history',
  async ({ side }) => {
    const { preamble, prefix } = asStranger(side);
    const echo = script(side, 'echo.sh', 'echo up; exec cat');
    side.writeFile(
      'supervisord.conf',
      preamble +
        program('echo', { command: echo, startsecs: 0, stdout_logfile: side.path('own/echo.log') }) +
        program('ended', { command: '/bin/true', startsecs: 0, autorestart: 'false' }),
    );
    const noMemory = ['unshare', '-m', 'sh', '-c', 'mount -t tmpfs -o ro tmpfs /dev/shm && exec "$0" "$@"'];
    const mainLog = () => side.readFile('own/main.log');
    const echoLog = () => side.readFile('own/echo.log');
    const daemon = await side.start({
      prefix: [...noMemory, ...prefix],
      ready: () => mainLog().includes('exited: ended'),
    });
    await side.waitFor('the program runs', () => echoLog() === 'up\n');
    const states = async () => {
      const answer = (await ownCall(side, 'getAllProcessInfo')) as { result: { name: string }[] };
      return answer.result.map(({ name, ...info }) => {
        const { pid, statename, start, exitstatus } = info as Readonly<Record<string, unknown>>;
        return { name, pid, statename, start, exitstatus };
      });
    };
    const before = await states();
    const history = async (name: string) => {
      const socket = { kind: 'unix', path: side.path('own/s.sock') } as const;
      const answer = await side.rpc('visord.getHistory', [name], socket);
      return (answer as unknown as { result: readonly { to: string }[] }).result;
    };
    const changes = [await history('echo'), await history('ended')];
    expect(changes.map((all) => all.map(({ to }) => to))).toEqual([
      ['STARTING', 'RUNNING'],
      ['STARTING', 'RUNNING', 'EXITED'],
    ]);

    for (const times of [1, 2]) {
      daemon.signal('SIGUSR1');
      const upgraded = (): boolean =>
        count(mainLog(), /INFO upgrade: visord \S+ goes on in place/g) === times;
      await side.waitFor('the next program has taken over', upgraded);
      expect(await states()).toEqual(before);
      expect([await history('echo'), await history('ended')]).toEqual(changes);
      expect(await ownCall(side, 'sendProcessStdin', 'echo', `after ${times}\n`)).toEqual({ result: true });
      await side.waitFor('the program has read it', () => echoLog().includes(`after ${times}\n`));
    }

    expect(echoLog()).toBe('up\nafter 1\nafter 2\n');
    expect(await ownCall(side, 'stopProcess', 'echo')).toEqual({ result: true });
    expect((await history('echo')).map(({ to }) => to)).toEqual([
      ...['STARTING', 'RUNNING', 'STOPPING', 'STOPPED'],
    ]);
    expect(mainLog()).not.toMatch(/refused|cannot be read/);
    expect(await daemon.stop()).toBe(0);
  },
);
