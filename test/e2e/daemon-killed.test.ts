import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { commandLine, isAlive, pidsRunning } from '../../compat/harness/processes.ts';
import type { Daemon, Side } from '../../compat/scenario.ts';
import { procStat } from '../../src/io/proc-stat.ts';
import { needing, ROOT } from '../needs.ts';
import {
  allInfo,
  call,
  count,
  deafScript,
  infoOf,
  killAtRest,
  type ProcessInfo,
  program,
  SUPERVISORD,
  script,
  startWith,
  test,
  thorough,
  untilAll,
  untilState,
} from './support.ts';

/** Counts on stdout, and writes the last number to a file of its own. */
const COUNTER = `cd "$(dirname "$0")"
i=0
while :; do
  i=$((i + 1))
  echo $i
  echo $i > progress
  sleep 0.02
done`;

/** A program that stays. */
const STAYS = { command: '/bin/sleep 1000', startsecs: 0 };

/** A program that answers every client of the socket that it has as its stdin. */
const ANSWERING =
  'import socket\nlistening = socket.socket(fileno=0)\nwhile True:\n  accepted, _ = listening.accept()\n  accepted.sendall(b"answer")\n  accepted.close()\n';

interface Orphaned {
  readonly daemon: Daemon;
  readonly pid: number;
  readonly fifo: string;
}

async function kill(daemon: Daemon): Promise<void> {
  daemon.signal('SIGKILL');
  await daemon.exited();
}

async function killDaemonOf(side: Side): Promise<Orphaned> {
  const counter = script(side, 'counter.sh', COUNTER);
  const log = side.path('counter.log');
  const daemon = await startWith(
    side,
    program('counter', { command: counter, stdout_logfile: log, startsecs: 0 }),
  );
  const { pid } = await untilState(side, 'counter', 'RUNNING');
  await side.waitFor('it counts', () => side.readFile('counter.log').includes('5\n'));
  const fifo = readlinkSync(`/proc/${pid}/fd/1`);
  await killAtRest(side, daemon);
  return { daemon, pid, fifo };
}

function progress(side: Side): number {
  return Number(side.readFile('progress'));
}

function counted(side: Side): number[] {
  return side.readFile('counter.log').trimEnd().split('\n').map(Number);
}

/** The text of the journal in a runtime folder; empty where there is none, as in that of a daemon that ends meanwhile. */
function journalOf(folder: string): string {
  try {
    return readFileSync(join(folder, 'journal'), 'utf8');
  } catch {
    return '';
  }
}

/** Pids of living processes whose command line has the text. */
function running(text: string): number[] {
  return pidsRunning(text).filter(isAlive);
}

test('programs go on running and writing when the daemon is killed, and what they write waits', async ({
  side,
}) => {
  const { pid, fifo } = await killDaemonOf(side);
  const last = counted(side).at(-1) ?? 0;
  await side.waitFor('it goes on', () => progress(side) > last + 20);
  expect(isAlive(pid)).toBe(true);

  const fd = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  const buffer = Buffer.alloc(65_536);
  const waiting = buffer.toString('latin1', 0, readSync(fd, buffer)).trimEnd().split('\n').map(Number);
  closeSync(fd);
  expect(waiting.length).toBeGreaterThanOrEqual(20);
  expect(waiting).toEqual(waiting.map((_, index) => last + 1 + index));
});

test('the next daemon takes them over, and no line of their logs is missing', async ({ side }) => {
  const { pid, daemon } = await killDaemonOf(side);
  expect(existsSync(side.path('s.sock'))).toBe(true);
  expect(side.readFile('supervisord.pid')).toBe(`${daemon.pid}\n`);
  const last = counted(side).at(-1) ?? 0;
  await side.waitFor('it goes on', () => progress(side) > last + 20);

  const next = await side.start();

  expect(await call(side, 'getPID')).toBe(next.pid);
  expect(side.readFile('supervisord.pid')).toBe(`${next.pid}\n`);
  expect(await infoOf(side, 'counter')).toMatchObject({ pid, statename: 'RUNNING' });
  expect(side.readFile('main.log')).toContain(` INFO adopted: 'counter' with pid ${pid}\n`);
  const seen = progress(side);
  await side.waitFor('it goes on', () => (counted(side).at(-1) ?? 0) > seen + 20);
  const lines = counted(side);
  expect(lines).toEqual(lines.map((_, index) => index + 1));
  await side.waitFor('there is one of it', () => running(side.path('counter.sh')).join() === `${pid}`);

  expect(await call(side, 'stopProcess', 'counter')).toBe(true);
  expect(isAlive(pid)).toBe(false);
  expect(await next.stop()).toBe(0);
  expect([existsSync(side.path('s.sock')), existsSync(side.path('supervisord.pid'))]).toEqual([false, false]);
});

test('the exit of an adopted program is noticed, and it is started again', async ({ side }) => {
  const { pid } = await killDaemonOf(side);
  const next = await side.start();
  process.kill(pid, 'SIGKILL');
  await side.waitFor('another one runs', async () => {
    const info = await infoOf(side, 'counter');
    return info.statename === 'RUNNING' && info.pid !== pid;
  });
  expect(side.readFile('main.log')).toMatch(
    /WARN exited: counter \((terminated by SIGKILL|exit status unknown); not expected\)/,
  );
  await next.stop();
});

test('a program that has ended while there was no daemon is started as at any start', async ({ side }) => {
  const { pid } = await killDaemonOf(side);
  process.kill(pid, 'SIGKILL');
  await side.waitFor('it has ended', () => !isAlive(pid));
  const next = await side.start();
  expect((await untilState(side, 'counter', 'RUNNING')).pid).not.toBe(pid);
  expect(side.readFile('main.log')).not.toContain('adopted');
  await next.stop();
});

test('a start and a stop that were under way when the daemon was killed go on', async ({ side }) => {
  const deaf = deafScript(side);
  const daemon = await startWith(
    side,
    program('slow', { command: '/bin/sleep 1000', startsecs: 4, autostart: 'false' }) +
      program('deaf', { command: deaf, startsecs: 0, stopwaitsecs: 4 }),
  );
  await side.waitFor('it is deaf', () => existsSync(side.path('up')));
  // In one request: between several the limits could pass on a busy machine.
  const calls = [
    ['stopProcess', 'deaf', false],
    ['startProcess', 'slow', false],
    ['getProcessInfo', 'slow'],
    ['getProcessInfo', 'deaf'],
  ].map(([method, ...params]) => ({ methodName: `supervisor.${method}`, params }));
  const answer = await side.rpc('system.multicall', [calls]);
  const [, , slow, stopping] = ('result' in answer ? answer.result : []) as unknown as ProcessInfo[];
  expect([slow?.statename, stopping?.statename]).toEqual(['STARTING', 'STOPPING']);
  await kill(daemon);

  const next = await side.start();

  expect((await untilState(side, 'slow', 'RUNNING')).pid).toBe(slow?.pid);
  await side.logged('stopped: deaf');
  expect(side.readFile('main.log')).toContain(`WARN killing 'deaf' (${stopping?.pid}) with SIGKILL`);
  expect((await untilState(side, 'deaf', 'RUNNING')).pid).not.toBe(stopping?.pid);
  await next.stop();
});

test('a configuration that has changed meanwhile is what runs then', async ({ side }) => {
  const sections = (programs: Readonly<Record<string, Readonly<Record<string, string | number>>>>) =>
    Object.entries(programs)
      .map(([name, keys]) => program(name, keys))
      .join('');
  const daemon = await startWith(
    side,
    sections({ same: STAYS, changed: STAYS, leaving: { ...STAYS, command: '/bin/sleep 1001' } }),
  );
  await untilAll(side, 'RUNNING');
  const before = new Map((await allInfo(side)).map(({ name, pid }) => [name, pid]));
  await kill(daemon);

  const next = await startWith(
    side,
    sections({ same: STAYS, changed: { ...STAYS, command: '/bin/sleep 1002' }, coming: STAYS }),
  );

  await side.waitFor(
    'what has gone is gone',
    async () => (await allInfo(side)).map(({ name }) => name).join() === 'changed,coming,same',
  );
  expect(isAlive(before.get('leaving') ?? 0)).toBe(false);
  await untilAll(side, 'RUNNING');
  const { pid } = await infoOf(side, 'changed');
  expect(commandLine(pid)).toBe('/bin/sleep\x001002\x00');
  expect(isAlive(before.get('changed') ?? 0)).toBe(false);
  expect((await infoOf(side, 'same')).pid).toBe(before.get('same'));
  await next.stop();
});

test('what a killed daemon has left is found under another RUNTIME_DIRECTORY too', async ({ side }) => {
  side.writeFile('supervisord.conf', side.preamble + program('stays', STAYS));
  const none = { environment: { RUNTIME_DIRECTORY: '' } };
  const own = { environment: { RUNTIME_DIRECTORY: `${side.path('run')}:${side.path('other')}` } };
  let daemon = await side.start(none);
  const { pid } = await untilState(side, 'stays', 'RUNNING');
  for (const options of [own, none, own]) {
    await kill(daemon);
    daemon = await side.start(options);
    expect(await infoOf(side, 'stays')).toMatchObject({ pid, statename: 'RUNNING' });
  }
  await daemon.stop();

  daemon = await side.start(own);
  const second = (await untilState(side, 'stays', 'RUNNING')).pid;
  expect(readlinkSync(`/proc/${second}/fd/1`).startsWith(side.path('run'))).toBe(true);
  await daemon.stop();
});

test('a journal that a daemon of another container keeps is left alone', async ({ side }) => {
  const { fifo, pid } = await killDaemonOf(side);
  const journal = join(dirname(fifo), 'journal');
  const before = readFileSync(journal, 'utf8');
  const keeper = spawn('flock', [journal, 'sleep', '1000'], {
    cwd: side.dir,
    stdio: 'ignore',
    detached: true,
  });
  await side.waitFor('it is locked', () => spawnSync('flock', ['-n', journal, 'true']).status === 1);
  side.writeFile('supervisord.conf', side.preamble + program('stays', STAYS));
  const next = await side.start();
  expect(side.readFile('main.log')).toMatch(
    / WARN another supervisord \(in another container\) uses .*: programs of this one are not adopted if it is killed\n/,
  );
  await untilAll(side, 'RUNNING');
  await next.stop();
  expect([readFileSync(journal, 'utf8'), isAlive(pid)]).toEqual([before, true]);
  process.kill(-(keeper.pid ?? 0), 'SIGKILL');
});

needing(test, ROOT)('two containers that share /dev/shm have folders of their own', async ({ side }) => {
  mkdirSync(side.path('private'));
  const config = side.writeFile(
    'supervisord.conf',
    `[supervisord]
pidfile=${side.path('private/supervisord.pid')}
logfile=%(ENV_LOG)s
childlogdir=${side.path('private')}
[program:stays]
command=/bin/sleep 1000
startsecs=0
`,
  );
  const start = (name: string) => {
    const inside = 'mount -t tmpfs tmpfs "$1" && exec "$2" -n -c "$3"';
    const command = ['sh', '-c', inside, 'sh', side.path('private'), SUPERVISORD, config];
    return spawn('unshare', ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', ...command], {
      cwd: side.dir,
      stdio: 'ignore',
      env: { PATH: process.env.PATH, LOG: side.path(name), RUNTIME_DIRECTORY: '' },
    });
  };
  const folders = () =>
    ['/dev/shm', '/run/visord'].flatMap((root) =>
      (existsSync(root) ? readdirSync(root) : [])
        .filter((name) => /^(visord-0-)?supervisor-/.test(name))
        .map((name) => join(root, name)),
    );
  const containers = ['first.log', 'second.log'].map((name) => ({ name, process: start(name) }));
  for (const { name } of containers) {
    expect(await side.logged('success: stays', { file: name })).not.toContain('WARN');
  }
  const own = folders().filter((folder) => journalOf(folder).includes(config));
  expect(own).toHaveLength(2);
  for (const { process } of containers) process.kill('SIGKILL');
  await side.waitFor('both have ended', () => running(config).length === 0);
  for (const folder of own) rmSync(folder, { recursive: true, force: true });
});

test('no command of a journal is executed', async ({ side }) => {
  const deaf = deafScript(side);
  const daemon = await startWith(
    side,
    program('leaving', { command: deaf, startsecs: 0, stopwaitsecs: 1000, autorestart: 'true' }),
  );
  await side.waitFor('it is deaf', () => existsSync(side.path('up')));
  const { pid } = await infoOf(side, 'leaving');
  const journal = join(dirname(readlinkSync(`/proc/${pid}/fd/1`)), 'journal');
  await kill(daemon);
  const evil = `touch ${side.path('evil')}`;
  writeFileSync(journal, readFileSync(journal, 'utf8').replaceAll(deaf, evil));

  const next = await startWith(side, program('other', STAYS));

  expect(await infoOf(side, 'leaving')).toMatchObject({ pid, statename: 'STOPPING' });
  process.kill(pid, 'SIGKILL');
  await side.waitFor('it has gone', async () => (await allInfo(side)).length === 1);
  expect(existsSync(side.path('evil'))).toBe(false);
  await next.stop();
});

test('a process that the journal names and that is not its program is left alone', async ({ side }) => {
  const daemon = await startWith(side, program('web', STAYS));
  const { pid } = await untilState(side, 'web', 'RUNNING');
  const journal = join(dirname(readlinkSync(`/proc/${pid}/fd/1`)), 'journal');
  await kill(daemon);
  const stranger = spawn('/bin/sleep', ['1001'], { stdio: 'ignore', cwd: side.dir });
  const strangerPid = stranger.pid ?? 0;
  const ticks = (of: number) => procStat(of)?.startTicks;
  writeFileSync(
    journal,
    readFileSync(journal, 'utf8')
      .replaceAll(`"pid":${pid}`, `"pid":${strangerPid}`)
      .replaceAll(`"startTicks":${ticks(pid)}`, `"startTicks":${ticks(strangerPid)}`),
  );
  const next = await startWith(side, '');
  expect(side.readFile('main.log')).toMatch(
    new RegExp(
      `WARN web is not adopted: process ${strangerPid} has neither its channels, its environment nor its command`,
    ),
  );
  await next.stop();
  expect(isAlive(strangerPid)).toBe(true);
  stranger.kill('SIGKILL');
});

test('a daemon that is killed in the middle of its shutdown is followed by one that starts everything', async ({
  side,
}) => {
  const deaf = deafScript(side);
  const daemon = await startWith(
    side,
    program('stays', { ...STAYS, priority: 2 }) +
      program('deaf', { command: deaf, startsecs: 0, stopwaitsecs: 3, priority: 1 }),
  );
  await side.waitFor('it is deaf', () => existsSync(side.path('up')));
  daemon.signal('SIGTERM');
  await side.logged('stopped: stays');
  await kill(daemon);

  const next = await side.start();

  await untilAll(side, 'RUNNING');
  // A shell that is about to execute a command is seen twice for a moment.
  await side.waitFor('there is one of it', () => running(deaf).length === 1);
  await next.stop();
});

test('logs that the daemon names, stdin and the rights of both stay with the program', async ({ side }) => {
  const daemon = await startWith(side, program('cat', { command: '/bin/cat', startsecs: 0 }));
  await untilState(side, 'cat', 'RUNNING');
  await call(side, 'sendProcessStdin', 'cat', 'before\n');
  await side.waitFor(
    'it has answered',
    async () => (await call(side, 'readProcessStdoutLog', 'cat', 0, 0)) === 'before\n',
  );
  await kill(daemon);
  const next = await side.start();
  await call(side, 'sendProcessStdin', 'cat', 'after\n');
  await side.waitFor(
    'it answers again',
    async () => (await call(side, 'readProcessStdoutLog', 'cat', 0, 0)) === 'before\nafter\n',
  );
  await next.stop();
});

test('an event listener is restarted, as the event that it was handling is lost', async ({ side }) => {
  const listener = script(
    side,
    'listener.sh',
    'cd "$(dirname "$0")"\nwhile :; do echo READY; read -r header || exit; echo "$header" >> heard; sleep 1000; done',
  );
  const sections = `[eventlistener:ear]\ncommand=${listener}\nevents=PROCESS_STATE_RUNNING\nstartsecs=0\n`;
  const daemon = await startWith(side, sections + program('stays', STAYS));
  await side.waitFor('it has its event', () => side.readFile('heard').includes('\n'));
  const { pid } = await infoOf(side, 'ear');
  await kill(daemon);
  const next = await side.start();
  await side.waitFor('it is another one', async () => ![0, pid].includes((await infoOf(side, 'ear')).pid));
  await call(side, 'stopProcess', 'stays');
  await call(side, 'startProcess', 'stays');
  await side.waitFor('it has an event again', () => count(side.readFile('heard'), /\n/g) === 2);
  await next.stop();
});

test('a FastCGI program keeps its socket, and clients that connect meanwhile wait', async ({ side }) => {
  const answering = side.writeFile('answer.py', ANSWERING);
  const socket = side.path('fcgi.sock');
  const sections = `[fcgi-program:app]\ncommand=python3 ${answering}\nsocket=unix://${socket}\nstartsecs=0\nnumprocs=2\nprocess_name=app_%(process_num)d\n`;
  const daemon = await startWith(side, sections);
  await untilAll(side, 'RUNNING');
  expect(await answerOf(socket)).toBe('answer');
  const before = await allInfo(side);
  await kill(daemon);
  expect(await answerOf(socket)).toBe('answer');

  const next = await side.start();

  expect((await allInfo(side)).map(({ pid }) => pid)).toEqual(before.map(({ pid }) => pid));
  expect(await answerOf(socket)).toBe('answer');
  await call(side, 'stopProcess', 'app:app_0');
  await call(side, 'startProcess', 'app:app_0');
  await call(side, 'stopProcess', 'app:app_1');
  expect(await answerOf(socket)).toBe('answer');
  await next.stop();
  expect(existsSync(socket)).toBe(false);
});

function answerOf(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    connect(path)
      .on('data', (chunk) => {
        text += chunk;
      })
      .on('close', () => resolve(text))
      .on('error', reject);
  });
}

test('a start that is refused leaves everything to the next', async ({ side }) => {
  const { pid } = await killDaemonOf(side);
  const config = side.readFile('supervisord.conf');
  side.writeFile(
    'supervisord.conf',
    `${config}[fcgi-program:no]\ncommand=/bin/cat\nsocket=unix:///no/such/socket\n`,
  );
  const refused = await side.supervisord(['-n', '-c', side.path('supervisord.conf')]);
  expect(refused.code).toBe(2);
  expect(isAlive(pid)).toBe(true);
  side.writeFile('supervisord.conf', config);
  const next = await side.start();
  expect((await infoOf(side, 'counter')).pid).toBe(pid);
  await next.stop();
});

test('a start that is refused leaves a FastCGI socket to the programs that have it', async ({ side }) => {
  const answering = side.writeFile('answer.py', ANSWERING);
  const socket = side.path('fcgi.sock');
  const app = `[fcgi-program:app]\ncommand=python3 ${answering}\nsocket=unix://${socket}\nstartsecs=0\n`;
  const daemon = await startWith(side, app);
  await untilAll(side, 'RUNNING');
  expect(await answerOf(socket)).toBe('answer');
  await kill(daemon);
  const unworkable = app.replaceAll('app', 'no').replace(socket, '/no/such/socket');
  side.writeFile('supervisord.conf', side.preamble + app + unworkable);
  expect((await side.supervisord(['-n', '-c', side.path('supervisord.conf')])).code).toBe(2);
  expect(await answerOf(socket)).toBe('answer');
  const next = await startWith(side, app);
  expect(await answerOf(socket)).toBe('answer');
  await next.stop();
  expect(existsSync(socket)).toBe(false);
});

test('processes of a FastCGI program whose socket is another one meanwhile share that one', async ({
  side,
}) => {
  const answering = side.writeFile('answer.py', ANSWERING);
  const app = (socket: string): string =>
    `[fcgi-program:app]\ncommand=python3 ${answering}\nsocket=unix://${side.path(socket)}\nstartsecs=0\nnumprocs=2\n` +
    'process_name=app_%(process_num)d\n';
  const daemon = await startWith(side, app('before.sock'));
  await untilAll(side, 'RUNNING');
  await kill(daemon);
  const next = await startWith(side, app('after.sock'));
  await untilAll(side, 'RUNNING');
  const [one = 0, other = 0] = (await allInfo(side)).map(({ pid }) => pid);
  expect(await answerOf(side.path('after.sock'))).toBe('answer');
  expect(readlinkSync(`/proc/${one}/fd/0`)).toBe(readlinkSync(`/proc/${other}/fd/0`));
  await next.stop();
});

test('a journal that cannot be read is reported and kept, and the daemon starts', async ({ side }) => {
  const { fifo } = await killDaemonOf(side);
  const folder = dirname(fifo);
  writeFileSync(join(folder, 'journal'), 'nonsense');
  const next = await side.start();
  expect(side.readFile('main.log')).toMatch(
    / WARN journal .* cannot be read: its first line is not the heading of a journal; programs of an earlier supervisord are not adopted; it is kept as .*\n/,
  );
  await untilState(side, 'counter', 'RUNNING');
  await next.stop();
  const kept = readdirSync(folder);
  expect(kept).toEqual([expect.stringMatching(/^journal\.\d+$/)]);
  expect(readFileSync(join(folder, kept[0] ?? ''), 'utf8')).toBe('nonsense');
});

test('damaged lines of a journal are reported, and every program that has a whole line runs on', async ({
  side,
}) => {
  const daemon = await startWith(side, program('one', STAYS) + program('other', STAYS));
  await untilAll(side, 'RUNNING');
  const before = await allInfo(side);
  const journal = join(dirname(readlinkSync(`/proc/${before[0]?.pid}/fd/1`)), 'journal');
  await kill(daemon);
  // A record without a field ended the start with a TypeError, and took the folder with it.
  appendFileSync(
    journal,
    '{"process":{"groupName":"g","config":{"name":"x"}}}\n\0\0\n{"later":[1]}\n{"gone":["oth',
  );
  const next = await side.start();
  expect((await allInfo(side)).map(({ pid }) => pid)).toEqual(before.map(({ pid }) => pid));
  expect(side.readFile('main.log')).toMatch(
    / WARN journal .*: damaged lines are skipped \(line \d+ is not JSON, line \d+ is not JSON\); it is kept as .*\n/,
  );
  expect(readFileSync(journal, 'utf8')).toContain('\n{"later":[1]}\n');
  await next.stop();
});

test('a daemon without servers leaves alone what another one has that runs', async ({ side }) => {
  const daemon = await startWith(side, program('stays', { ...STAYS, command: '/bin/sleep 1003' }));
  const { pid } = await untilState(side, 'stays', 'RUNNING');
  const pidfile = side.path('supervisord.pid');
  const config = side.writeFile(
    'mute.conf',
    `[supervisord]\npidfile=${pidfile}\nlogfile=${side.path('mute.log')}\nchildlogdir=${side.dir}\n`,
  );
  const mute = side.supervisord(['-n', '-c', config]);
  const text = await side.logged(/supervisord started with pid \d+$/, { file: 'mute.log' });
  expect(text).toContain(`another supervisord (pid ${daemon.pid}) uses `);
  process.kill(Number(side.readFile('supervisord.pid')), 'SIGTERM');
  await mute;
  expect(await infoOf(side, 'stays')).toMatchObject({ pid, statename: 'RUNNING' });
  await kill(daemon);
  const next = await side.start();
  expect((await infoOf(side, 'stays')).pid).toBe(pid);
  await next.stop();
});

test('a program that redirects its output at once is on record before it runs', async ({ side }) => {
  const silent = script(
    side,
    'silent.sh',
    'cd "$(dirname "$0")"; cp "$(dirname "$(readlink /proc/$$/fd/1)")/journal" seen; exec <&- >seen.log 2>&1; touch up; exec sleep 1007',
  );
  const keys = { command: silent, startsecs: 0 };
  const daemon = await startWith(side, program('silent', keys) + program('stays', STAYS));
  await side.waitFor('it runs', () => existsSync(side.path('up')));
  const before = await allInfo(side);
  const journal = join(dirname(readlinkSync(`/proc/${before[1]?.pid}/fd/1`)), 'journal');
  await kill(daemon);
  // The files of a daemon that was killed at the moment of the spawn.
  writeFileSync(journal, side.readFile('seen'));
  const next = await side.start();
  await untilAll(side, 'RUNNING');
  expect((await infoOf(side, 'silent')).pid).toBe(before[0]?.pid);
  await next.stop();
  expect(isAlive(before[0]?.pid ?? 0)).toBe(false);
});

test('a daemon that is killed at any moment of its start never causes a program to run twice', async ({
  side,
}) => {
  const marker = side.path('one-of-many.sh');
  script(side, 'one-of-many.sh', 'exec tail -f "$0"');
  const sections = program('many', {
    command: marker,
    numprocs: 60,
    process_name: '%(process_num)02d',
    startsecs: 0,
  });
  side.writeFile('supervisord.conf', side.preamble + sections);
  const isUp = (starts: number): boolean =>
    count(side.readFile('main.log'), /supervisord started with pid/g) === starts;
  const seen: number[] = [];
  const step = thorough(10, 20);
  for (let round = 0; seen.at(-1) !== 60; round += 1) {
    expect(round).toBeLessThan(20);
    const wanted = Math.min(step * round, 60);
    const daemon = await side.start({ ready: () => isUp(round + 1) && running(marker).length >= wanted });
    await kill(daemon);
    const left = running(marker).length;
    expect(left).toBeLessThanOrEqual(60);
    seen.push(left);
  }
  const next = await side.start();
  await untilAll(side, 'RUNNING');
  const pids = (await allInfo(side)).map(({ pid }) => pid);
  expect(new Set(pids)).toEqual(new Set(running(marker)));
  expect(pids).toHaveLength(60);
  await next.stop();
  expect(running(marker)).toEqual([]);
});
