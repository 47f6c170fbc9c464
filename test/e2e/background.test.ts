import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import ini from 'ini';
import { expect } from 'vitest';
import type { Daemon, Side } from '../../compat/scenario.ts';
import { needing, ROOT } from '../needs.ts';
import { call, infoOf, program, STRANGER, SUPERVISORD, test, untilState } from './support.ts';

const CAT = program('cat', { command: '/bin/cat', startsecs: 0 });

async function startInBackground(side: Side, ...args: string[]): Promise<Daemon> {
  const result = await side.supervisord(['-c', side.path('supervisord.conf'), ...args]);
  expect(result).toEqual({ stdout: '', stderr: '', code: 0 });
  return side.daemonAt(side.path('supervisord.pid'));
}

test('the command returns when the daemon answers, and the daemon has detached from terminal, session and parent', async ({
  side,
}) => {
  mkdirSync(side.path('elsewhere'));
  const settings = `[supervisord]\numask=027\ndirectory=${side.path('elsewhere')}`;
  side.writeFile('supervisord.conf', side.preamble.replace('[supervisord]', settings) + CAT);

  const daemon = await startInBackground(side);

  expect(await call(side, 'getPID')).toBe(daemon.pid);
  const [, rest = ''] = readFileSync(`/proc/${daemon.pid}/stat`, 'latin1').split(') ');
  const [, parent, group, session, terminal] = rest.split(' ').map(Number);
  expect([group, session, terminal]).toEqual([daemon.pid, daemon.pid, 0]);
  expect(parent).not.toBe(process.pid);
  expect([0, 1, 2].map((fd) => readlinkSync(`/proc/${daemon.pid}/fd/${fd}`))).toEqual(
    Array(3).fill('/dev/null'),
  );
  expect(readlinkSync(`/proc/${daemon.pid}/cwd`)).toBe(side.path('elsewhere'));
  expect(readFileSync(`/proc/${daemon.pid}/status`, 'latin1')).toMatch(/^Umask:\s+0027$/m);
  const cat = await untilState(side, 'cat', 'RUNNING');
  const environment = readFileSync(`/proc/${cat.pid}/environ`, 'latin1');
  expect(environment).toContain('SUPERVISOR_ENABLED=1');
  expect(environment).not.toContain('VISORD');
  await daemon.stop();
  expect([existsSync(side.path('s.sock')), existsSync(side.path('supervisord.pid'))]).toEqual([false, false]);
});

test('the umask is 022 where none is set, whatever the shell has', async ({ side }) => {
  side.writeFile('supervisord.conf', side.preamble);
  const command = `umask 077; exec "$0" -c "$1"`;
  const args = ['-c', command, SUPERVISORD, side.path('supervisord.conf')];
  expect(await side.command('sh', args)).toEqual({ stdout: '', stderr: '', code: 0 });
  const daemon = side.daemonAt(side.path('supervisord.pid'));
  expect(readFileSync(`/proc/${daemon.pid}/status`, 'latin1')).toMatch(/^Umask:\s+0022$/m);
  await daemon.stop();
});

/** What the person who typed the command reads when the daemon cannot start. */
async function refusal(side: Side, config: string): Promise<string> {
  side.writeFile('refused.conf', config);
  const { code, stdout, stderr } = await side.supervisord(['-c', side.path('refused.conf')]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  const [first = '', second, ...more] = stderr.split('\n');
  expect([second, more]).toEqual([expect.stringMatching(/^For help, use .*supervisord -h$/), ['']]);
  return first;
}

test('a port in use is reported to the person who typed the command', async ({ side }) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const text = await refusal(side, `${side.preamble}[inet_http_server]\nport=127.0.0.1:${port}\n`);
  server.close();
  expect(text).toBe(
    'Error: Another program is already listening on a port that one of our HTTP servers is configured to use.  ' +
      'Shut this program down first before starting supervisord.',
  );
  expect(existsSync(side.path('s.sock'))).toBe(false);
});

test('a second daemon on the same socket is refused, and the first one stays', async ({ side }) => {
  side.writeFile('supervisord.conf', side.preamble + CAT);
  const daemon = await startInBackground(side);
  const text = await refusal(side, side.preamble.replace('supervisord.pid', 'second.pid'));
  expect(text).toMatch(/^Error: Another program is already listening/);
  expect(existsSync(side.path('second.pid'))).toBe(false);
  expect(await call(side, 'getPID')).toBe(daemon.pid);
  await daemon.stop();
});

test('a socket path that is too long is reported', async ({ side }) => {
  const folder = side.path('d'.repeat(100));
  mkdirSync(folder);
  const text = await refusal(side, side.preamble.replace(side.path('s.sock'), `${folder}/s.sock`));
  expect(text).toBe('Error: Cannot open an HTTP server: socket.error reported AF_UNIX path too long');
});

test('an unknown user is reported', async ({ side }) => {
  const text = await refusal(side, `${side.preamble}${CAT}user=no-such-user\n`);
  expect(text).toMatch(/^Error: Invalid user name no-such-user/);
});

test('a log that cannot be opened is reported', async ({ side }) => {
  mkdirSync(side.path('main.log'));
  expect(await refusal(side, side.preamble)).toContain(side.path('main.log'));
});

needing(test, ROOT)('a user of the daemon that does not exist is reported', async ({ side }) => {
  const text = await refusal(side, side.preamble.replace('[supervisord]', `[supervisord]\nuser=${STRANGER}`));
  expect(text).toBe(`Error: Invalid user id ${STRANGER}`);
});

test('--dump-config prints the effective configuration, and reads back', async ({ side }) => {
  side.writeFile('supervisord.conf', `${side.preamble}${CAT}environment=A="b=c;d",E="[x]"\n`);
  const { code, stdout, stderr } = await side.supervisord([
    '-c',
    side.path('supervisord.conf'),
    '--dump-config',
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const dump = ini.parse(stdout) as Record<string, Record<string, string>>;
  expect(dump.supervisord?.logfile).toBe(side.path('main.log'));
  const section = Object.entries(dump).find(([name]) => name.startsWith('program:cat'))?.[1];
  expect(section?.command).toBe('/bin/cat');
  expect(existsSync(side.path('supervisord.pid'))).toBe(false);
});

/** What is more than a pipe holds, and more than a variable of the environment may be. */
const LONG = `; ${'x'.repeat(98)}\n`.repeat(3000);

const NOT_AGAIN = 'CANT_REREAD: .ini file does not include supervisord section';

test.for([
  ['a pipe as stdin', 'cat "$1" | "$0" -c /dev/stdin', NOT_AGAIN],
  ['a file as stdin', '"$0" -c /dev/stdin < "$1"', NOT_AGAIN],
  ['a pipe as another descriptor', 'cat "$1" | "$0" -c /dev/fd/3 3<&0 </dev/null', NOT_AGAIN],
  ['a file as another descriptor', '"$0" -c /proc/self/fd/3 3< "$1"', [[[], [], []]]],
] as const)(
  'the configuration may be %s, and reread finds what is left there',
  async ([, line, reread], { side }) => {
    side.writeFile('supervisord.conf', LONG + side.preamble + CAT);
    const args = ['-c', line, SUPERVISORD, side.path('supervisord.conf')];
    expect(await side.command('sh', args)).toEqual({ stdout: '', stderr: '', code: 0 });
    const daemon = side.daemonAt(side.path('supervisord.pid'));
    const cat = await untilState(side, 'cat', 'RUNNING');
    const answer = await side.rpc('supervisor.reloadConfig', []);
    expect('result' in answer ? answer.result : 'fault' in answer && answer.text).toEqual(reread);
    expect((await infoOf(side, 'cat')).pid).toBe(cat.pid);
    // Its dynamic linker has files open until it runs.
    await side.waitFor(
      'it has its channels only',
      () => readdirSync(`/proc/${cat.pid}/fd`).sort().join() === '0,1,2',
    );
    await daemon.stop();
  },
);

test('an included file may be a pipe as well', async ({ side }) => {
  side.writeFile('supervisord.conf', `${side.preamble}[include]\nfiles = /dev/fd/4\n`);
  side.writeFile('included.conf', CAT);
  const line = 'cat "$2" | "$0" -c "$1" 4<&0 </dev/null';
  const files = [side.path('supervisord.conf'), side.path('included.conf')];
  const args = ['-c', line, SUPERVISORD, ...files];
  expect(await side.command('sh', args)).toEqual({ stdout: '', stderr: '', code: 0 });
  await untilState(side, 'cat', 'RUNNING');
  await side.daemonAt(side.path('supervisord.pid')).stop();
});
