import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { Agent, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { commandLine, isAlive } from '../../compat/harness/processes.ts';
import type { Daemon, Side } from '../../compat/scenario.ts';
import { needing, ROOT } from '../needs.ts';
import {
  allInfo,
  call,
  count,
  deafScript,
  infoOf,
  program,
  STRANGER,
  script,
  startWith,
  test,
  untilAll,
  untilState,
} from './support.ts';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

const STAYS = { command: '/bin/sleep 1000', startsecs: 0 };

/** How often the daemon has gone on as another program. */
function upgrades(side: Side): number {
  return count(
    side.readFile('main.log'),
    /INFO upgrade: going on as .*\n(?:.*\n)*?.*INFO supervisord started/g,
  );
}

/** Sends SIGUSR1 and waits until the other program answers. */
async function upgrade(side: Side, daemon: Daemon): Promise<void> {
  const before = upgrades(side);
  daemon.signal('SIGUSR1');
  await side.waitFor('the other program has taken over', () => upgrades(side) > before);
  expect(await call(side, 'getPID')).toBe(daemon.pid);
}

test('the pid, the programs, their states and every line of their logs stay', async ({ side }) => {
  const counter = script(side, 'counter.sh', 'i=0; while :; do i=$((i + 1)); echo $i; sleep 0.01; done');
  const daemon = await startWith(
    side,
    program('counter', { command: counter, startsecs: 0, stdout_logfile: side.path('counter.log') }) +
      program('stopped', STAYS) +
      program('ended', { command: '/bin/sh -c "exit 3"', startsecs: 0, autorestart: 'false' }) +
      program('fatal', { command: '/no/such', startretries: 0 }) +
      program('failing', { command: '/bin/false', startsecs: 10, startretries: 100 }) +
      program('never', { ...STAYS, autostart: 'false' }),
  );
  await untilState(side, 'ended', 'EXITED');
  await untilState(side, 'fatal', 'FATAL');
  await call(side, 'stopProcess', 'stopped');
  await side.waitFor('it counts', () => side.readFile('counter.log').includes('20\n'));
  const shown = async () =>
    (await allInfo(side))
      .filter(({ name }) => name !== 'failing')
      .map(({ name, statename, pid, spawnerr }) => ({ name, statename, pid, spawnerr }));
  const before = await shown();

  await upgrade(side, daemon);
  await upgrade(side, daemon);

  expect(await shown()).toEqual(before);
  const tries = count(side.readFile('main.log'), /spawned: 'failing'/g);
  await side.waitFor('another try', () => count(side.readFile('main.log'), /spawned: 'failing'/g) > tries);
  const numbers = () => side.readFile('counter.log').trimEnd().split('\n').map(Number);
  const { length } = numbers();
  await side.waitFor('it is logged on', () => numbers().length > length + 20);
  const lines = numbers();
  expect(lines).toEqual(lines.map((_, index) => index + 1));
  expect(await daemon.stop()).toBe(0);
  expect(existsSync(side.path('s.sock'))).toBe(false);
});

test('how a program ends is known as before, and it is started again', async ({ side }) => {
  const ends = script(side, 'ends.sh', 'while [ ! -e "$(dirname "$0")/go" ]; do sleep 0.02; done; exit 7');
  const daemon = await startWith(side, program('ends', { command: ends, startsecs: 0, exitcodes: 7 }));
  await untilState(side, 'ends', 'RUNNING');
  await upgrade(side, daemon);
  side.writeFile('go', '');
  await untilState(side, 'ends', 'EXITED');
  expect(side.readFile('main.log')).toContain('INFO exited: ends (exit status 7; expected)');
  await daemon.stop();
});

test('no request is refused, on new connections or on those that are open', async ({ side }) => {
  const daemon = await startWith(side, program('stays', STAYS));
  await untilAll(side, 'RUNNING');
  const trouble: string[] = [];
  let isOver = false;
  let answered = 0;
  const agents = [
    new Agent({ keepAlive: true, maxSockets: 1 }),
    new Agent({ keepAlive: true, maxSockets: 1 }),
  ];
  const ask = async (agent: Agent | undefined): Promise<void> => {
    while (!isOver) {
      try {
        const text = await post(side, agent);
        if (text.includes('RUNNING')) answered += 1;
        else trouble.push(text);
      } catch (error) {
        trouble.push(String(error));
      }
    }
  };
  const asking = [...agents, undefined, undefined].map(ask);
  for (let round = 0; round < 3; round += 1) {
    await upgrade(side, daemon);
    const seen = answered;
    await side.waitFor('requests are answered', () => answered > seen + 20);
  }
  isOver = true;
  await Promise.all(asking);
  for (const agent of agents) agent.destroy();
  expect(trouble).toEqual([]);
  await daemon.stop();
});

function post(side: Side, agent: Agent | undefined): Promise<string> {
  const body =
    '<methodCall><methodName>supervisor.getAllProcessInfo</methodName><params></params></methodCall>';
  return new Promise((resolve, reject) => {
    const options = { socketPath: side.path('s.sock'), path: '/RPC2', method: 'POST', agent };
    const sent = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

test('a request that is under way is answered before', async ({ side }) => {
  const slow = script(
    side,
    'slow.sh',
    'cd "$(dirname "$0")"; trap "while [ ! -e go ]; do sleep 0.02; done; exit 0" TERM; touch up; while :; do sleep 0.02; done',
  );
  const daemon = await startWith(side, program('slow', { command: slow, startsecs: 0, stopwaitsecs: 60 }));
  await side.waitFor('it is up', () => existsSync(side.path('up')));
  const stopped = call(side, 'stopProcess', 'slow');
  await untilState(side, 'slow', 'STOPPING');
  daemon.signal('SIGUSR1');
  await side.waitFor('it is heard', () => side.readFile('main.log').includes('indicating upgrade request'));
  // An answer shows that the daemon is still the old one, which waits.
  expect((await infoOf(side, 'slow')).statename).toBe('STOPPING');
  side.writeFile('go', '');
  expect(await stopped).toBe(true);
  await side.waitFor('the other program has taken over', () => upgrades(side) === 1);
  expect((await infoOf(side, 'slow')).statename).toBe('STOPPED');
  await daemon.stop();
});

test('a program that is being stopped becomes STOPPED in its time, and stays so', async ({ side }) => {
  const deaf = deafScript(side);
  const daemon = await startWith(side, program('deaf', { command: deaf, startsecs: 0, stopwaitsecs: 3 }));
  await side.waitFor('it is deaf', () => existsSync(side.path('up')));
  await call(side, 'stopProcess', 'deaf', false);
  await upgrade(side, daemon);
  await untilState(side, 'deaf', 'STOPPED');
  await upgrade(side, daemon);
  expect((await infoOf(side, 'deaf')).statename).toBe('STOPPED');
  await daemon.stop();
});

test('an event listener goes on, receives every event, and the numbers go on too', async ({ side }) => {
  const listener = script(
    side,
    'listener.sh',
    `cd "$(dirname "$0")"
while :; do
  echo READY
  read -r header || exit
  length=\${header##*len:}
  head -c "$length" > payload
  echo "$header" >> heard
  printf 'RESULT 2\\nOK'
done`,
  );
  const daemon = await startWith(
    side,
    `[eventlistener:ear]\ncommand=${listener}\nevents=REMOTE_COMMUNICATION,PROCESS_STATE,SUPERVISOR_STATE_CHANGE,PROCESS_GROUP\nstartsecs=0\n`,
  );
  await untilState(side, 'ear', 'RUNNING');
  await call(side, 'sendRemoteCommEvent', 'kind', 'first');
  await side.waitFor('it hears', () => side.readFile('heard').includes('REMOTE_COMMUNICATION'));
  const { pid } = await infoOf(side, 'ear');
  await upgrade(side, daemon);
  await call(side, 'sendRemoteCommEvent', 'kind', 'second');
  await side.waitFor('it hears again', () => count(side.readFile('heard'), /REMOTE_COMM/g) === 2);
  expect((await infoOf(side, 'ear')).pid).toBe(pid);
  const serials = [...side.readFile('heard').matchAll(/ serial:(\d+) .* poolserial:(\d+) /g)];
  expect(serials.map(([, serial]) => Number(serial))).toEqual(serials.map((_, index) => index));
  expect(serials.map(([, , poolSerial]) => Number(poolSerial))).toEqual(serials.map((_, index) => index));
  await daemon.stop();
});

test('an upgrade does not wait for listeners: the events of one that is busy, and of one that is down, are kept', async ({
  side,
}) => {
  const listener = script(
    side,
    'listener.sh',
    `cd "$(dirname "$0")"
while :; do
  echo READY
  read -r header || exit
  length=\${header##*len:}
  head -c "$length" >> "$1"
  while [ ! -e go ]; do sleep 0.02; done
  printf 'RESULT 2\\nOK'
done`,
  );
  const pool = (name: string, command: string) =>
    `[eventlistener:${name}]\ncommand=${command}\nevents=REMOTE_COMMUNICATION\nstartsecs=0\nstartretries=0\nautorestart=false\n`;
  const daemon = await startWith(
    side,
    pool('busy', `${listener} busy-heard`) +
      pool('down', `/bin/sh -c "exec ${side.path('later.sh')} down-heard"`) +
      program('reader', { command: '/bin/cat', startsecs: 0 }),
  );
  await untilState(side, 'busy', 'RUNNING');
  await untilState(side, 'down', 'EXITED');
  for (const data of ['1', '2', '3']) await call(side, 'sendRemoteCommEvent', 'kind', data);
  const heard = (name: string) =>
    side
      .readFile(name)
      .match(/type:kind\n\d/g)
      ?.map((text) => text.at(-1));
  await side.waitFor('it is busy', () => heard('busy-heard')?.length === 1);
  const { pid } = await infoOf(side, 'busy');
  const startedAt = Date.now();

  await upgrade(side, daemon);
  await upgrade(side, daemon);

  // Without the wait for a quiet moment, which takes a minute where there is none.
  expect(Date.now() - startedAt).toBeLessThan(50_000);
  await call(side, 'sendRemoteCommEvent', 'kind', '4');
  side.writeFile('go', '');
  script(side, 'later.sh', `exec ${listener} "$@"`);
  await call(side, 'startProcess', 'down');
  for (const name of ['busy-heard', 'down-heard']) {
    await side.waitFor('all are heard', () => heard(name)?.join('') === '1234');
  }
  expect((await infoOf(side, 'busy')).pid).toBe(pid);
  await daemon.stop();
});

test('what a program has not read yet of its stdin is not lost in an upgrade', async ({ side }) => {
  const late = script(
    side,
    'late.sh',
    'cd "$(dirname "$0")"; while [ ! -e go ]; do sleep 0.02; done; cat > got',
  );
  const daemon = await startWith(side, program('late', { command: late, startsecs: 0 }));
  await untilState(side, 'late', 'RUNNING');
  const text = 'x'.repeat(500_000);
  await call(side, 'sendProcessStdin', 'late', text);
  await upgrade(side, daemon);
  await call(side, 'sendProcessStdin', 'late', 'end');
  side.writeFile('go', '');
  await side.waitFor('all is read', () => side.readFile('got') === `${text}end`);
  await daemon.stop();
});

test('a configuration that has changed is applied as update does it', async ({ side }) => {
  const daemon = await startWith(
    side,
    program('same', STAYS) +
      program('changed', STAYS) +
      program('leaving', STAYS) +
      program('taken-out', STAYS),
  );
  await untilAll(side, 'RUNNING');
  await call(side, 'stopProcess', 'taken-out');
  await call(side, 'removeProcessGroup', 'taken-out');
  const { pid } = await infoOf(side, 'same');
  side.writeFile(
    'supervisord.conf',
    side.preamble +
      program('same', STAYS) +
      program('changed', { ...STAYS, command: '/bin/sleep 1002' }) +
      program('coming', STAYS) +
      program('taken-out', STAYS),
  );
  await upgrade(side, daemon);
  await side.waitFor(
    'what has gone is gone',
    async () => (await allInfo(side)).map(({ name }) => name).join() === 'changed,coming,same',
  );
  await untilAll(side, 'RUNNING');
  expect((await infoOf(side, 'same')).pid).toBe(pid);
  const commandOfChanged = async () => commandLine((await infoOf(side, 'changed')).pid);
  await side.waitFor(
    'it runs as it is configured now',
    async () => (await commandOfChanged()) === '/bin/sleep\x001002\x00',
  );
  await daemon.stop();
});

test('a program that has moved to a group is stopped before it is started there', async ({ side }) => {
  const alone = script(
    side,
    'alone.sh',
    `cd "$(dirname "$0")"
mkdir lock || touch double
trap 'sleep 0.5; rmdir lock; exit 0' TERM
touch up
while :; do sleep 0.02; done`,
  );
  const web = program('web', { command: alone, startsecs: 0 });
  const daemon = await startWith(side, web);
  await side.waitFor('it is up', () => existsSync(side.path('up')));
  side.writeFile('supervisord.conf', `${side.preamble}${web}[group:site]\nprograms=web\n`);
  await upgrade(side, daemon);
  await side.waitFor('it runs in its group', async () =>
    (await allInfo(side)).some(({ group, statename }) => group === 'site' && statename === 'RUNNING'),
  );
  expect((await allInfo(side)).map(({ group, name }) => `${group}:${name}`)).toEqual(['site:web']);
  await side.waitFor('it has its lock', () => existsSync(side.path('lock')));
  expect(existsSync(side.path('double'))).toBe(false);
  await daemon.stop();
});

test('a configuration that cannot be used does not end the daemon', async ({ side }) => {
  const daemon = await startWith(side, program('stays', STAYS));
  const { pid } = await untilState(side, 'stays', 'RUNNING');
  const config = side.readFile('supervisord.conf');
  side.writeFile('supervisord.conf', `${config}[program:bad]\ncommand=/bin/cat\nnumprocs=x\n`);
  daemon.signal('SIGUSR1');
  await side.waitFor('it is refused', () => side.readFile('main.log').includes('CRIT upgrade refused: '));
  expect(side.readFile('main.log')).toMatch(/CRIT upgrade refused: Error: .*program:bad/);
  expect(await infoOf(side, 'stays')).toMatchObject({ pid, statename: 'RUNNING' });
  side.writeFile('supervisord.conf', config);
  await upgrade(side, daemon);
  expect(await infoOf(side, 'stays')).toMatchObject({ pid, statename: 'RUNNING' });
  await daemon.stop();
});

/** Asks for an upgrade to a configuration with these changes; returns the reason for which it is refused. */
async function refusal(side: Side, daemon: Daemon, config: string): Promise<string> {
  const before = side.readFile('main.log').length;
  side.writeFile('supervisord.conf', config);
  daemon.signal('SIGUSR1');
  const refused = () => /CRIT upgrade refused: (.*)\n/.exec(side.readFile('main.log').slice(before))?.[1];
  await side.waitFor('it is refused', () => refused() !== undefined);
  return refused() ?? '';
}

test('what the new configuration cannot have is a reason to refuse, and everything goes on', async ({
  side,
}) => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const daemon = await startWith(side, program('stays', STAYS));
  const { pid } = await untilState(side, 'stays', 'RUNNING');
  const config = side.readFile('supervisord.conf');
  const withDaemonKey = (line: string) => config.replace('[supervisord]', `[supervisord]\n${line}`);
  const withServer = (name: string, lines: string) => `${config}[${name}]\n${lines}\n`;
  side.writeFile('folder/x', '');
  const cases: readonly (readonly [string, RegExp])[] = [
    [
      withServer('unix_http_server:no', 'file=/no/such/folder/s.sock'),
      /^Error: Cannot open an HTTP server: .*ENOENT/,
    ],
    [
      withServer('inet_http_server:no', 'port=192.0.2.1:19999'),
      /^Error: Cannot open an HTTP server: .*EADDRNOTAVAIL/,
    ],
    [
      withServer('inet_http_server:no', `port=127.0.0.1:${port}`),
      /^Error: Another program is already listening/,
    ],
    [
      withServer('rpcinterface:no', 'supervisor.rpcinterface_factory=no.such:factory'),
      /^Error: .*no\.such:factory/,
    ],
    [withDaemonKey('minfds=2000000000'), /^Error: The minimum number of file descriptors/],
    [
      config.replace(/logfile=.*/, `logfile=${side.path('folder')}`),
      /^Error: The log file .* cannot be opened/,
    ],
    [withDaemonKey('user=nobody-has-this-name'), /^Error: /],
  ];
  for (const [changed, reason] of cases) {
    expect(await refusal(side, daemon, changed)).toMatch(reason);
    expect(await infoOf(side, 'stays')).toMatchObject({ pid, statename: 'RUNNING' });
  }
  taken.close();
  side.writeFile('supervisord.conf', config);
  await upgrade(side, daemon);
  expect(await infoOf(side, 'stays')).toMatchObject({ pid, statename: 'RUNNING' });
  await daemon.stop();
});

needing(test, ROOT)('a daemon that is not root refuses to become another user', async ({ side }) => {
  chmodSync(side.dir, 0o777);
  side.writeFile('supervisord.conf', side.preamble + program('stays', STAYS));
  const daemon = await side.start({
    prefix: ['setpriv', `--reuid=${STRANGER}`, `--regid=${STRANGER}`, '--clear-groups'],
  });
  const { pid } = await untilState(side, 'stays', 'RUNNING');
  const config = side.readFile('supervisord.conf').replace('[supervisord]', '[supervisord]\nuser=root');
  expect(await refusal(side, daemon, config)).toBe("Error: Can't drop privilege as nonroot user");
  expect(await infoOf(side, 'stays')).toMatchObject({ pid, statename: 'RUNNING' });
  await daemon.stop();
});

test('when the folder is gone in which it was started, an upgrade is refused', async ({ side }) => {
  mkdirSync(side.path('away'));
  side.writeFile('supervisord.conf', side.preamble + program('stays', STAYS));
  const daemon = await side.start({ directory: side.path('away') });
  await untilAll(side, 'RUNNING');
  rmSync(side.path('away'), { recursive: true });
  expect(await refusal(side, daemon, side.readFile('supervisord.conf'))).toContain(side.path('away'));
  await untilAll(side, 'RUNNING');
  await daemon.stop();
});

needing(test, ROOT)(
  'when that folder cannot be entered any more, the reason is in the log',
  async ({ side }) => {
    chmodSync(side.dir, 0o777);
    mkdirSync(side.path('closed'));
    side.writeFile('supervisord.conf', side.preamble + program('stays', STAYS));
    const daemon = await side.start({
      directory: side.path('closed'),
      prefix: ['setpriv', `--reuid=${STRANGER}`, `--regid=${STRANGER}`, '--clear-groups'],
    });
    await untilAll(side, 'RUNNING');
    chmodSync(side.path('closed'), 0);
    expect(await refusal(side, daemon, side.readFile('supervisord.conf'))).toBe(
      `Error: the folder in which supervisord was started cannot be entered: ${side.path('closed')} (EACCES)`,
    );
    await untilAll(side, 'RUNNING');
    await daemon.stop();
  },
);

test('rights of a unix socket, and the host of a port, change in an upgrade', async ({ side }) => {
  const port = await side.freePort();
  const withServers = (mode: string, host: string) =>
    `${side.preamble.replace('[unix_http_server]', `[unix_http_server]\nchmod=${mode}`)}[inet_http_server]\nport=${host}:${port}\n`;
  const daemon = await startWith(side, program('stays', STAYS));
  side.writeFile('supervisord.conf', withServers('0700', '127.0.0.1') + program('stays', STAYS));
  await upgrade(side, daemon);
  const overTcp = async (host: string) => side.rpc('supervisor.getPID', [], { kind: 'inet', host, port });
  expect(await overTcp('127.0.0.1')).toEqual({ result: daemon.pid });
  expect(statSync(side.path('s.sock')).mode & 0o777).toBe(0o700);
  const before = statSync(side.path('s.sock')).ino;

  side.writeFile('supervisord.conf', withServers('0766', '*') + program('stays', STAYS));
  await upgrade(side, daemon);

  expect(statSync(side.path('s.sock')).mode & 0o777).toBe(0o766);
  expect(statSync(side.path('s.sock')).ino).toBe(before);
  expect(await overTcp('127.0.0.2')).toEqual({ result: daemon.pid });
  side.writeFile('supervisord.conf', withServers('0700', '127.0.0.2') + program('stays', STAYS));
  await upgrade(side, daemon);
  expect(await overTcp('127.0.0.2')).toEqual({ result: daemon.pid });
  expect(await overTcp('127.0.0.1')).toHaveProperty('failure');
  expect(await daemon.stop()).toBe(0);
  expect(existsSync(side.path('s.sock'))).toBe(false);
});

test('the versions before and after an upgrade are in the main log, and the first line has the version', async ({
  side,
}) => {
  const daemon = await startWith(side, program('stays', STAYS));
  const version = `visord ${JSON.parse(readFileSync(`${CHECKOUT}/package.json`, 'utf8')).version}`;
  expect(side.readFile('main.log').split('\n')[0]).toMatch(new RegExp(` INFO ${version} \\(Node.js v`));
  await upgrade(side, daemon);
  expect(side.readFile('main.log')).toMatch(new RegExp(` INFO upgrade: going on as .* \\(${version}\\)\n`));
  expect(side.readFile('main.log')).toContain(` INFO upgrade: ${version} goes on in place of ${version}\n`);
  await daemon.stop();
});

test('an upgrade executes the program that the command is a link to now, in the background too', async ({
  side,
}) => {
  const current = side.path('current');
  for (const version of ['4.3.0', '4.3.1']) install(side, version);
  symlinkSync(side.path('4.3.0'), current);
  mkdirSync(side.path('elsewhere'));
  side.writeFile(
    'supervisord.conf',
    side.preamble.replace('[supervisord]', `[supervisord]\ndirectory=${side.path('elsewhere')}`) +
      program('stays', STAYS),
  );
  const started = await side.command(`${current}/dist/bin/supervisord`, ['-c', 'supervisord.conf']);
  expect(started).toEqual({ stdout: '', stderr: '', code: 0 });
  const daemon = side.daemonAt(side.path('supervisord.pid'));
  const { pid } = await untilState(side, 'stays', 'RUNNING');
  expect(await call(side, 'getSupervisorVersion')).toBe('4.3.0');

  unlinkSync(current);
  symlinkSync(side.path('4.3.1'), current);
  await upgrade(side, daemon);

  expect(await call(side, 'getSupervisorVersion')).toBe('4.3.1');
  expect(await infoOf(side, 'stays')).toMatchObject({ pid, statename: 'RUNNING' });
  await daemon.stop();
});

test('a program of an earlier daemon that ends during an upgrade has exited, and its last lines are logged', async ({
  side,
}) => {
  const last = script(
    side,
    'last.sh',
    'cd "$(dirname "$0")"; trap "echo last words; exit 0" TERM; echo up; touch up; while :; do sleep 0.02; done',
  );
  const current = side.path('current');
  for (const version of ['4.3.0', '4.3.1']) install(side, version);
  // The second program waits at its beginning, but not when it is tried out.
  const bundle = '4.3.1/dist/commands/supervisord.cjs';
  const [hold, held] = [side.path('hold'), side.path('held')].map((path) => JSON.stringify(path));
  const wait = `if (!process.env.VISORD_TRIAL) { const fs = require('node:fs'); fs.writeFileSync(${held}, ''); while (fs.existsSync(${hold})); }`;
  side.writeFile(bundle, side.readFile(bundle).replace('\n', `\n${wait}\n`));
  symlinkSync(side.path('4.3.0'), current);
  side.writeFile(
    'supervisord.conf',
    side.preamble + program('last', { command: last, startsecs: 0, stdout_logfile: side.path('last.log') }),
  );
  const start = () => side.command(`${current}/dist/bin/supervisord`, ['-c', side.path('supervisord.conf')]);
  await start();
  const killed = side.daemonAt(side.path('supervisord.pid'));
  await side.waitFor('it is up', () => existsSync(side.path('up')));
  await side.logged('up\n', { file: 'last.log' });
  killed.signal('SIGKILL');
  await killed.exited();
  expect((await start()).code).toBe(0);
  const daemon = side.daemonAt(side.path('supervisord.pid'));
  const { pid } = await untilState(side, 'last', 'RUNNING');

  unlinkSync(current);
  symlinkSync(side.path('4.3.1'), current);
  side.writeFile('hold', '');
  daemon.signal('SIGUSR1');
  await side.waitFor('the second program is there', () => existsSync(side.path('held')));
  process.kill(pid, 'SIGTERM');
  await side.waitFor('it has ended', () => !isAlive(pid));
  unlinkSync(side.path('hold'));

  await side.waitFor('it is started again', () => side.readFile('last.log') === 'up\nlast words\nup\n');
  expect((await untilState(side, 'last', 'RUNNING')).pid).not.toBe(pid);
  expect(side.readFile('main.log')).toContain('exited: last (exit status unknown; not expected)');
  await daemon.stop();
});

/** The package with another version number. */
function install(side: Side, version: string): void {
  cpSync(`${CHECKOUT}/dist/commands`, side.path(`${version}/dist/commands`), { recursive: true });
  const bundle = readFileSync(`${CHECKOUT}/dist/commands/supervisord.cjs`, 'utf8');
  side.writeFile(`${version}/dist/commands/supervisord.cjs`, bundle.replaceAll('4.3.0', version));
  cpSync(`${CHECKOUT}/dist/bin`, side.path(`${version}/dist/bin`), { recursive: true });
  cpSync(`${CHECKOUT}/package.json`, side.path(`${version}/package.json`));
  for (const folder of ['node_modules', 'build', 'prebuilds']) {
    if (existsSync(`${CHECKOUT}/${folder}`))
      symlinkSync(`${CHECKOUT}/${folder}`, side.path(`${version}/${folder}`));
  }
}

test('after an upgrade the daemon restarts and ends like any other', async ({ side }) => {
  const daemon = await startWith(side, program('stays', STAYS));
  await untilAll(side, 'RUNNING');
  await upgrade(side, daemon);
  daemon.signal('SIGHUP');
  await side.waitFor(
    'everything was stopped and started',
    () => count(side.readFile('main.log'), /spawned: 'stays'/g) === 2,
  );
  await untilAll(side, 'RUNNING');
  await upgrade(side, daemon);
  const { pid } = await infoOf(side, 'stays');
  expect(await daemon.stop()).toBe(0);
  expect(existsSync(`/proc/${pid}`)).toBe(false);
  expect(existsSync(side.path('s.sock'))).toBe(false);
});

test('a daemon that gets SIGTERM during an upgrade ends', async ({ side }) => {
  const daemon = await startWith(side, program('stays', STAYS));
  await untilAll(side, 'RUNNING');
  daemon.signal('SIGUSR1');
  await side.waitFor('it is heard', () => side.readFile('main.log').includes('indicating upgrade request'));
  daemon.signal('SIGTERM');
  expect(await daemon.exited()).toBe(0);
  expect(side.readFile('main.log')).toContain('stopped: stays');
});
