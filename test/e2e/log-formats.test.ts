import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import { PYTHON } from '../../compat/harness/debian.ts';
import { call, program, script, startWith, test, untilState } from './support.ts';

const COUNT = 2000;

test('programs that share the stdout of the daemon do not mix their lines, and each has its name', async ({
  side,
}) => {
  const loud = script(
    side,
    'loud.sh',
    `i=0; while [ $i -lt ${COUNT} ]; do echo "$1 $i"; i=$((i+1)); done; sleep 1000`,
  );
  const common = {
    startsecs: 0,
    stdout_logfile: '/dev/stdout',
    stdout_logfile_maxbytes: 0,
    redirect_stderr: 'true',
  };
  const daemon = await startWith(
    side,
    ['a', 'b', 'c']
      .map((name) => program(name, { ...common, command: `${loud} ${name}`, stdout_logfile_format: 'json' }))
      .join(''),
  );
  const lines = (): string[] =>
    daemon
      .output()
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.startsWith('{'));
  await side.waitFor('all lines are there', () => lines().length >= 3 * COUNT);
  const messages: Record<string, string[]> = { a: [], b: [], c: [] };
  for (const line of lines()) {
    const { process, message, channel } = JSON.parse(line) as Record<string, string>;
    expect(channel).toBe('stdout');
    messages[process ?? '']?.push(message ?? '');
  }
  for (const [name, own] of Object.entries(messages)) {
    expect(own).toEqual(Array.from({ length: COUNT }, (_, index) => `${name} ${index}`));
  }
});

test('readLog, tail and events have what the program wrote, not the lines of the log', async ({ side }) => {
  const listener = side.writeFile(
    'listener.py',
    `import sys
while True:
    sys.stdout.write('READY\\n'); sys.stdout.flush()
    head = dict(pair.split(':') for pair in sys.stdin.readline().split())
    data = sys.stdin.read(int(head['len']))
    open(${JSON.stringify(side.path('events'))}, 'a').write(data.split('\\n', 1)[1])
    sys.stdout.write('RESULT 2\\nOK'); sys.stdout.flush()
`,
  );
  const speaker = script(
    side,
    'speak.sh',
    `while [ ! -e ${side.path('go')} ]; do sleep 0.05; done; printf 'one\\ntwo "2"\\nthree'; exec sleep 1000`,
  );
  const listening = `[eventlistener:copy]\ncommand=${PYTHON} ${listener}\nevents=PROCESS_LOG\n`;
  const speaking = program('web', {
    command: speaker,
    startsecs: 0,
    stdout_logfile: side.path('web.log'),
    stdout_logfile_format: 'json',
    stdout_events_enabled: 'true',
  });
  await startWith(side, speaking + listening);
  const { pid } = await untilState(side, 'web', 'RUNNING');
  await untilState(side, 'copy', 'RUNNING');
  side.writeFile('go', '');
  const tailed = side.ctl(['tail', '-f', 'web'], {
    until: (output) => output.includes('three'),
    seconds: 30,
  });
  // Text without a line end is written after a second.
  await side.waitFor('the rest is written', () => side.readFile('web.log').includes('three'));
  expect(
    side
      .readFile('web.log')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .map(({ time, ...members }) => ({ ...members, isTime: !Number.isNaN(Date.parse(String(time))) })),
  ).toEqual(
    [{ message: 'one' }, { message: 'two "2"' }, { message: 'three', partial: true }].map((members) => ({
      group: 'web',
      process: 'web',
      pid,
      channel: 'stdout',
      isTime: true,
      ...members,
    })),
  );
  expect(await call(side, 'readProcessStdoutLog', 'web', 0, 0)).toBe('one\ntwo "2"\nthree');
  expect(await call(side, 'readProcessStdoutLog', 'web', -150, 0)).toMatch(/^(two "2"\n)?three$/);
  expect(((await call(side, 'tailProcessStdoutLog', 'web', 0, 4096)) as unknown[])[0]).toBe(
    'one\ntwo "2"\nthree',
  );
  expect((await tailed).stdout).toContain('one\ntwo "2"\nthree');
  await side.waitFor(
    'the listener has them',
    () => existsSync(side.path('events')) && side.readFile('events').includes('three'),
  );
  expect(side.readFile('events')).toBe('one\ntwo "2"\nthree');
});

test('the format of [supervisord] holds for programs without one', async ({ side }) => {
  side.writeFile(
    'supervisord.conf',
    side.preamble.replace('[supervisord]\n', '[supervisord]\nstdout_logfile_format=text\n') +
      program('web', {
        command: `sh -c 'echo out; echo err >&2; sleep 1000'`,
        stdout_logfile: side.path('out'),
        stderr_logfile: side.path('err'),
      }),
  );
  await side.start();
  await side.waitFor('both are written', () => side.readFile('out') !== '' && side.readFile('err') !== '');
  expect(side.readFile('out')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} web stdout \| out\n$/);
  expect(side.readFile('err')).toBe('err\n');
});
