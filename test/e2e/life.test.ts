import { statSync } from 'node:fs';
import { expect } from 'vitest';
import { isAlive } from '../../compat/harness/processes.ts';
import type { Side } from '../../compat/scenario.ts';
import { call, count, faultOf, infoOf, program, script, startWith, test, untilState } from './support.ts';

const ONCE = { autorestart: 'false', startsecs: 0 };

test('a program that is killed is restarted, and its new process answers', async ({ side }) => {
  const echo = script(side, 'echo.sh', 'while read -r line; do echo "$$ heard $line"; done');
  await startWith(
    side,
    program('echo', { command: echo, startsecs: 0, stdout_logfile: side.path('echo.log') }),
  );
  const first = await untilState(side, 'echo', 'RUNNING');

  process.kill(first.pid, 'SIGKILL');
  await side.waitFor('it runs again', async () => {
    const { pid, statename } = await infoOf(side, 'echo');
    return statename === 'RUNNING' && pid !== first.pid;
  });

  const { pid } = await infoOf(side, 'echo');
  await call(side, 'sendProcessStdin', 'echo', 'you\n');
  await side.waitFor('the answer', () => side.readFile('echo.log').includes(`${pid} heard you`));
  expect(side.readFile('main.log')).toContain('exited: echo (terminated by SIGKILL; not expected)');
});

test('the output of a thousand programs that write and exit at once is complete', async ({ side }) => {
  const rounds = 5;
  const sections = program('brief', {
    command: '/bin/echo begin %(process_num)s end',
    process_name: 'p%(process_num)s',
    numprocs: 200,
    autostart: 'false',
    stdout_logfile: side.path('all.log'),
    stdout_logfile_maxbytes: 0,
    ...ONCE,
  });
  await startWith(side, sections);

  for (let round = 1; round <= rounds; round += 1) {
    await call(side, 'startProcessGroup', 'brief', false);
    const complete = () => count(side.readFile('all.log'), /^begin \d+ end$/gm) === round * 200;
    await side.waitFor(`round ${round} is in the log`, complete, 60);
    const exits = () => count(side.readFile('main.log'), /exited: p/g);
    await side.waitFor('all have exited', () => exits() === round * 200);
  }

  const lines = side.readFile('all.log').trimEnd().split('\n');
  expect(lines.sort()).toEqual(
    Array.from({ length: rounds * 200 }, (_, index) => `begin ${index % 200} end`).sort(),
  );
});

test('a flood of 50 MB is in the log to the last byte', async ({ side }) => {
  const bytes = 50 * 1024 * 1024;
  const flood = script(side, 'flood.sh', `head -c ${bytes} /dev/zero; printf END`);
  const log = side.path('flood.log');
  await startWith(
    side,
    program('flood', { command: flood, stdout_logfile: log, stdout_logfile_maxbytes: 0, ...ONCE }),
  );

  await side.waitFor('the whole flood is logged', () => statSync(log).size === bytes + 3, 60);
  await untilState(side, 'flood', 'EXITED');
  expect(await call(side, 'readProcessStdoutLog', 'flood', -3, 0)).toBe('END');
});

test('what a grandchild writes after its parent has exited is logged', async ({ side }) => {
  const parent = script(
    side,
    'parent.sh',
    'cd "$(dirname "$0")"; (while [ ! -e go ]; do sleep 0.05; done; echo late) & echo early',
  );
  await startWith(
    side,
    program('parent', { command: parent, stdout_logfile: side.path('out.log'), ...ONCE }),
  );
  await untilState(side, 'parent', 'EXITED');
  await side.waitFor('the first words', () => side.readFile('out.log') === 'early\n');

  side.writeFile('go', '');

  await side.waitFor('the late words', () => side.readFile('out.log') === 'early\nlate\n');
});

test('a last line without a newline is logged', async ({ side }) => {
  const say = script(side, 'say.sh', 'printf "to stdout"; printf "to stderr" >&2; kill -9 $$');
  await startWith(
    side,
    program('say', {
      command: say,
      stdout_logfile: side.path('o.log'),
      stderr_logfile: side.path('e.log'),
      ...ONCE,
    }),
  );
  await untilState(side, 'say', 'EXITED');
  await side.waitFor('both are there', () => side.readFile('o.log') !== '' && side.readFile('e.log') !== '');
  expect([side.readFile('o.log'), side.readFile('e.log')]).toEqual(['to stdout', 'to stderr']);
});

test('with redirect_stderr both channels stand in the order in which they were written', async ({ side }) => {
  const mixed = script(
    side,
    'mixed.sh',
    'i=0; while [ $i -lt 500 ]; do echo "out $i"; echo "err $i" >&2; i=$((i+1)); done',
  );
  await startWith(
    side,
    program('mixed', {
      command: mixed,
      redirect_stderr: 'true',
      stdout_logfile: side.path('mixed.log'),
      ...ONCE,
    }),
  );
  const expected = Array.from({ length: 500 }, (_, index) => `out ${index}\nerr ${index}\n`).join('');
  await untilState(side, 'mixed', 'EXITED');
  await side.waitFor('all is logged', () => side.readFile('mixed.log').length === expected.length);
  expect(side.readFile('mixed.log')).toBe(expected);
});

test('a megabyte of stdin waits for a program that reads late, and arrives whole', async ({ side }) => {
  await startWith(side, program('late', { command: lateReader(side), startsecs: 0 }));
  await untilState(side, 'late', 'RUNNING');
  const part = 'abcdefghijklmno\n'.repeat(16 * 1024);

  for (const letter of ['1', '2', '3', '4']) {
    expect(await call(side, 'sendProcessStdin', 'late', letter + part.slice(1))).toBe(true);
  }
  expect(side.readFile('got')).toBe('');
  side.writeFile('go', '');

  await side.waitFor('all has arrived', () => side.readFile('got').length === 4 * part.length);
  expect(side.readFile('got')).toBe(['1', '2', '3', '4'].map((letter) => letter + part.slice(1)).join(''));
});

function lateReader(side: Side): string {
  return script(
    side,
    'late.sh',
    'cd "$(dirname "$0")"; : > got; while [ ! -e go ]; do sleep 0.05; done; exec cat > got',
  );
}

test('stdin for a program that has closed it is refused, and nothing else fails', async ({ side }) => {
  const deaf = script(side, 'deaf.sh', 'exec <&-; touch "$(dirname "$0")/deaf"; exec sleep 1000');
  const daemon = await startWith(side, program('deaf', { command: deaf, startsecs: 0 }));
  await side.waitFor(
    'it has closed its stdin',
    () => side.readFile('main.log') !== '' && exists(side, 'deaf'),
  );

  for (let turn = 0; turn < 2; turn += 1) {
    expect(await faultOf(side.rpc('supervisor.sendProcessStdin', ['deaf', 'x']))).toBe('NO_FILE: deaf');
  }
  const { statename, pid } = await infoOf(side, 'deaf');
  expect(statename).toBe('RUNNING');
  expect(isAlive(pid) && daemon.isRunning()).toBe(true);
});

test('a program that dies with unread stdin is started with an empty one', async ({ side }) => {
  await startWith(side, program('late', { command: lateReader(side), startsecs: 0 }));
  const { pid } = await untilState(side, 'late', 'RUNNING');
  await call(side, 'sendProcessStdin', 'late', 'x'.repeat(300_000));
  process.kill(pid, 'SIGKILL');
  await side.waitFor('it runs again', async () => {
    const again = await infoOf(side, 'late');
    return again.statename === 'RUNNING' && again.pid !== pid;
  });

  await call(side, 'sendProcessStdin', 'late', 'fresh');
  side.writeFile('go', '');
  await side.waitFor('something has arrived', () => side.readFile('got') !== '');
  expect(side.readFile('got')).toBe('fresh');
});

function exists(side: Side, name: string): boolean {
  return statSync(side.path(name), { throwIfNoEntry: false }) !== undefined;
}
