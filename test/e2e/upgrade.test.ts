import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, unlinkSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { commandLine } from '../../compat/harness/processes.ts';
import type { Daemon, Side } from '../../compat/scenario.ts';
import {
  allInfo,
  call,
  count,
  deafScript,
  infoOf,
  program,
  script,
  startWith,
  test,
  untilAll,
  untilState,
} from './support.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

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
  expect(numbers()).toEqual(numbers().map((_, index) => index + 1));
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

test('who waits for an answer has it before', async ({ side }) => {
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

test('who is being stopped is STOPPED in its time, and stays so', async ({ side }) => {
  const deaf = deafScript(side);
  const daemon = await startWith(side, program('deaf', { command: deaf, startsecs: 0, stopwaitsecs: 5 }));
  await side.waitFor('it is deaf', () => existsSync(side.path('up')));
  await call(side, 'stopProcess', 'deaf', false);
  await upgrade(side, daemon);
  await untilState(side, 'deaf', 'STOPPED');
  await upgrade(side, daemon);
  expect((await infoOf(side, 'deaf')).statename).toBe('STOPPED');
  await daemon.stop();
});

test('an event listener goes on, hears every event, and the numbers go on too', async ({ side }) => {
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
  const changed = (await infoOf(side, 'changed')).pid;
  expect(commandLine(changed)).toBe('/bin/sleep\x001002\x00');
  await daemon.stop();
});

test('a configuration that cannot be used is no reason to end', async ({ side }) => {
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

test('a server that cannot be opened ends the daemon, is said, and leaves everything to the next', async ({
  side,
}) => {
  const daemon = await startWith(side, program('stays', STAYS));
  const { pid } = await untilState(side, 'stays', 'RUNNING');
  const config = side.readFile('supervisord.conf');
  side.writeFile('supervisord.conf', `${config}[unix_http_server:no]\nfile=/no/such/folder/s.sock\n`);
  daemon.signal('SIGUSR1');
  expect(await daemon.exited()).toBe(2);
  expect(side.readFile('main.log')).toMatch(/CRIT the upgrade failed, and the daemon ends: .*\n/);
  side.writeFile('supervisord.conf', config);
  const next = await side.start();
  expect(await infoOf(side, 'stays')).toMatchObject({ pid, statename: 'RUNNING' });
  await next.stop();
});

test('what its command leads to now is what goes on, in the background too', async ({ side }) => {
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

/** The package, saying that it is of another version. */
function install(side: Side, version: string): void {
  const bundle = readFileSync(`${ROOT}/dist/commands/supervisord.cjs`, 'utf8');
  side.writeFile(`${version}/dist/commands/supervisord.cjs`, bundle.replaceAll('4.3.0', version));
  cpSync(`${ROOT}/dist/bin`, side.path(`${version}/dist/bin`), { recursive: true });
  cpSync(`${ROOT}/package.json`, side.path(`${version}/package.json`));
  for (const folder of ['node_modules', 'build', 'prebuilds']) {
    if (existsSync(`${ROOT}/${folder}`)) symlinkSync(`${ROOT}/${folder}`, side.path(`${version}/${folder}`));
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

test('a daemon that is told to end meanwhile ends', async ({ side }) => {
  const daemon = await startWith(side, program('stays', STAYS));
  await untilAll(side, 'RUNNING');
  daemon.signal('SIGUSR1');
  await side.waitFor('it is heard', () => side.readFile('main.log').includes('indicating upgrade request'));
  daemon.signal('SIGTERM');
  expect(await daemon.exited()).toBe(0);
  expect(side.readFile('main.log')).toContain('stopped: stays');
});
