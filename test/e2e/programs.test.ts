import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import { isAlive } from '../../compat/harness/processes.ts';
import { needing, ROOT } from '../needs.ts';
import {
  call,
  childrenOf,
  count,
  cpuSeconds,
  deafScript,
  infoOf,
  openFiles,
  program,
  STRANGER,
  script,
  startWith,
  test,
  untilFilesAreKept,
  untilState,
} from './support.ts';

const ONCE = { autorestart: 'false', startsecs: 0 };

test('a program that ignores TERM is killed after stopwaitsecs', async ({ side }) => {
  const deaf = deafScript(side);
  await startWith(
    side,
    program('deaf', { command: deaf, stopwaitsecs: 1, startsecs: 0, killasgroup: 'true' }),
  );
  await side.waitFor('it is up', () => existsSync(side.path('up')));
  const { pid } = await infoOf(side, 'deaf');

  expect(await call(side, 'stopProcess', 'deaf')).toBe(true);

  expect(isAlive(pid)).toBe(false);
  expect(side.readFile('main.log')).toContain(`killing 'deaf' (${pid}) with SIGKILL`);
  expect(side.readFile('main.log')).toContain('stopped: deaf (terminated by SIGKILL)');
});

test('a program that floods its log while it is being stopped neither escapes nor blocks others', async ({
  side,
}) => {
  const flood = script(side, 'flood.sh', 'trap "" TERM; exec yes');
  const keys = { stopwaitsecs: 1, startsecs: 0, stdout_logfile: side.path('y.log') };
  await startWith(
    side,
    program('flood', { command: flood, ...keys, stdout_logfile_maxbytes: '1MB', stdout_logfile_backups: 1 }) +
      program('calm', { command: '/bin/cat' }),
  );
  await side.waitFor('it floods', () => side.readFile('y.log').length > 0);
  const { pid } = await infoOf(side, 'flood');

  const stopped = call(side, 'stopProcess', 'flood');
  expect((await infoOf(side, 'calm')).statename).toMatch(/STARTING|RUNNING/);
  expect(await stopped).toBe(true);
  expect(isAlive(pid)).toBe(false);
});

test('a stopped (SIGSTOP) program is killed after stopwaitsecs', async ({ side }) => {
  await startWith(side, program('frozen', { command: '/bin/cat', stopwaitsecs: 1, startsecs: 0 }));
  const { pid } = await untilState(side, 'frozen', 'RUNNING');
  process.kill(pid, 'SIGSTOP');
  expect((await infoOf(side, 'frozen')).statename).toBe('RUNNING');
  expect(await call(side, 'stopProcess', 'frozen')).toBe(true);
  expect(isAlive(pid)).toBe(false);
});

test('a program that goes to the background itself is EXITED, its daemon is left alone and logged on', async ({
  side,
}) => {
  const fork = script(
    side,
    'fork.sh',
    'cd "$(dirname "$0")"; (setsid sh -c \'echo $$ > daemon.pid; while [ ! -e go ]; do sleep 0.05; done; echo from the daemon; sleep 1000\' &) ; exit 0',
  );
  const daemon = await startWith(
    side,
    program('fork', { command: fork, stdout_logfile: side.path('fork.log'), ...ONCE }),
  );
  await untilState(side, 'fork', 'EXITED');
  await side.waitFor('its daemon is up', () => side.readFile('daemon.pid') !== '');
  side.writeFile('go', '');
  await side.waitFor('the daemon is heard', () => side.readFile('fork.log') === 'from the daemon\n');

  expect(await daemon.stop()).toBe(0);
  expect(isAlive(Number(side.readFile('daemon.pid')))).toBe(true);
});

test('a program that closes its output at once runs on, and costs nothing', async ({ side }) => {
  const closed = script(side, 'closed.sh', 'exec >&- 2>&-; touch "$(dirname "$0")/up"; exec sleep 1000');
  const daemon = await startWith(side, program('closed', { command: closed, startsecs: 0 }));
  await side.waitFor('it has closed its output', () => existsSync(side.path('up')));
  await untilState(side, 'closed', 'RUNNING');
  await untilFilesAreKept(side, daemon.pid);
  const files = openFiles(daemon.pid);

  await side.waitFor('a second takes almost no processor time', async () => {
    const cpu = cpuSeconds(daemon.pid);
    const began = performance.now();
    await side.waitFor('a second has passed', () => performance.now() - began > 1000);
    return cpuSeconds(daemon.pid) - cpu < 0.2;
  });

  const { pid } = await infoOf(side, 'closed');
  process.kill(pid, 'SIGKILL');
  await side.waitFor('it runs again', async () => (await infoOf(side, 'closed')).pid !== pid);
  await side.waitFor('nothing is left open', () => openFiles(daemon.pid) <= files + 2);
});

test('a command that does not fit into the system is reported in the log of the program', async ({
  side,
}) => {
  // One string of an environment may have 128 KiB on Linux.
  const huge = 'x'.repeat(200_000);
  await startWith(
    side,
    program('huge', {
      command: '/bin/cat',
      environment: `HUGE="${huge}"`,
      stderr_logfile: side.path('huge.log'),
      startsecs: 60,
      startretries: 0,
    }) + program('calm', { command: '/bin/cat', startsecs: 0 }),
  );
  await untilState(side, 'huge', 'FATAL');
  await side.waitFor('the log has the reason', () => side.readFile('huge.log') !== '');
  expect(side.readFile('huge.log')).toBe(
    "supervisor: couldn't exec /bin/cat: E2BIG\nsupervisor: child process was not spawned\n",
  );
  expect(side.readFile('main.log')).toContain('exited: huge (exit status 127; not expected)');
  await untilState(side, 'calm', 'RUNNING');
});

test('a command line of 100 KB is passed on whole', async ({ side }) => {
  const words = Array.from({ length: 20_000 }, (_, index) => `w${index % 1000}`).join(' ');
  await startWith(
    side,
    program('long', { command: `/bin/echo ${words}`, stdout_logfile: side.path('long.log'), ...ONCE }),
  );
  await untilState(side, 'long', 'EXITED');
  await side.waitFor('the words are logged', () => side.readFile('long.log').length === words.length + 1);
  expect(side.readFile('long.log')).toBe(`${words}\n`);
});

test('a program with a name of 5,000 characters runs like any other', async ({ side }) => {
  const names = ['a', 'b'].map((letter) => letter + 'n'.repeat(5000));
  const sections = names.map((name, index) =>
    program(name, {
      command: `/bin/sh -c 'echo says ${index} > /dev/stdout; exec cat'`,
      startsecs: 0,
      stdout_logfile: side.path(`${index}.log`),
      stderr_logfile: 'NONE',
    }),
  );
  await startWith(side, sections.join(''));
  for (const [index, name] of names.entries()) {
    await untilState(side, name, 'RUNNING');
    await side.waitFor('it is heard', () => side.readFile(`${index}.log`) === `says ${index}\n`);
  }
  expect(await call(side, 'stopProcess', names[0] ?? '')).toBe(true);
});

test('a NUL byte in the configuration keeps only its own program from starting', async ({ side }) => {
  await startWith(
    side,
    program('a-nul', { command: '/bin/echo a\0b', priority: 1, startretries: 0, ...ONCE }) +
      program('b-nul', {
        command: '/bin/echo',
        environment: 'N="a\0b"',
        priority: 2,
        startretries: 0,
        ...ONCE,
      }) +
      program('calm', { command: '/bin/cat', priority: 3, startsecs: 0 }),
  );
  await untilState(side, 'calm', 'RUNNING');
  for (const name of ['a-nul', 'b-nul']) {
    const info = await untilState(side, name, 'FATAL');
    expect(info.spawnerr).not.toBe('');
  }
});

needing(test, ROOT)('a program that changes its user is stopped all the same', async ({ side }) => {
  const change = `/usr/bin/setpriv --reuid=${STRANGER} --regid=${STRANGER} --clear-groups /bin/cat`;
  const daemon = await startWith(side, program('change', { command: change, startsecs: 0 }));
  await untilState(side, 'change', 'RUNNING');
  await call(side, 'sendProcessStdin', 'change', 'hello\n');
  expect(await call(side, 'stopProcess', 'change')).toBe(true);
  expect(childrenOf(daemon.pid)).toEqual([]);
  expect(count(side.readFile('main.log'), /stopped: change/g)).toBe(1);
});
