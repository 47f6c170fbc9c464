/** supervisorctl and four hosts: daemons of ours on a unix socket, TCP and TLS, and a stock supervisord. */
import { createServer, type Server } from 'node:net';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PYTHON, REFERENCE } from '../../compat/harness/debian.ts';
import { openSide, type RunningSide } from '../../compat/harness/side.ts';
import type { CommandResult, Side } from '../../compat/scenario.ts';
import { type Authority, makeAuthority } from '../certificates.ts';
import { infoOf, pidsOf, program, SUPERVISORD, script, startWith, untilAll } from './support.ts';

const SUPERVISORCTL = fileURLToPath(new URL('../../dist/bin/supervisorctl', import.meta.url));
/** More than any answer takes. */
const LONG_SECONDS = 100;

let authority: Authority;
const running: RunningSide[] = [];
/** By the name of the node. */
const hosts = new Map<string, Side>();
let nodes = '';
let silent: Server;
let silentPath = '';

function host(name: string): Side {
  const side = hosts.get(name);
  if (side === undefined) throw new Error(name);
  return side;
}

beforeAll(async () => {
  authority = makeAuthority();
  const tls = authority.issue('server');
  const urls = await Promise.all(
    ['app1', 'app2', 'app3', 'old'].map(async (name) => {
      const isStock = name === 'old';
      const opened = openSide(isStock ? 'reference' : 'ours', {
        supervisord: [isStock ? REFERENCE : SUPERVISORD],
        supervisorctl: ['supervisorctl'],
        python: [PYTHON],
      });
      running.push(opened);
      const { side } = opened;
      hosts.set(name, side);
      const port = await side.freePort();
      const certificate = name === 'app3' ? `certfile=${tls.cert}\nkeyfile=${tls.key}\n` : '';
      const server = `[inet_http_server]\nport=127.0.0.1:${port}\nusername=ops\npassword=secret\n${certificate}`;
      const hello = script(side, 'hello.sh', `echo hello from ${name}\nexec sleep 1000`);
      await startWith(
        side,
        (name === 'app1' ? '' : server) +
          program('web', {
            command: hello,
            process_name: '%(process_num)s',
            numprocs: 2,
            startsecs: 0,
            stdout_logfile: `${side.path('web')}-%(process_num)s.log`,
          }) +
          (isStock ? '' : program('ours', { command: '/bin/sleep 1000', startsecs: 0 })),
      );
      await untilAll(side, 'RUNNING');
      for (const log of ['web-0.log', 'web-1.log']) {
        await side.waitFor(`${log} has a line`, () => side.readFile(log).endsWith(`${name}\n`));
      }
      if (name === 'app1') return `${name}=unix://${side.path('s.sock')}`;
      return `${name}=${name === 'app3' ? 'https' : 'http'}://127.0.0.1:${port}`;
    }),
  );
  nodes = urls.join(',');
  silentPath = host('app1').path('silent.sock');
  silent = createServer();
  await new Promise<void>((resolve) => silent.listen(silentPath, resolve));
});

afterAll(async () => {
  silent?.close();
  for (const { end } of running) await end(false);
  authority.remove();
});

/** The file of the client. The fleet is in a file that it includes. */
function configuration(name: string, more = '', seconds = LONG_SECONDS): string {
  const side = host('app1');
  side.writeFile(`${name}/word`, 'secret\n');
  const list = side.writeFile(
    `${name}/fleet.conf`,
    `[fleet]\nname=prod\nnodes=${nodes}${more}\nusername=ops\npassword_file=%(here)s/word\n` +
      `cafile=${authority.cert}\ntimeout=${seconds}\n`,
  );
  return side.writeFile(
    `${name}.conf`,
    `[supervisorctl]\nserverurl=unix://${side.path('nowhere.sock')}\n[include]\nfiles=${list}\n`,
  );
}

function ctl(...words: readonly string[]): Promise<CommandResult> {
  return host('app1').command(SUPERVISORCTL, ['-c', configuration('client'), ...words]);
}

/** Without what differs from run to run. */
function lines({ stdout }: CommandResult): string[] {
  return stdout
    .trimEnd()
    .replace(/pid \d+, uptime [\d:]+/g, 'pid N')
    .split('\n');
}

/** The line of status. */
function runs(node: string, name: string): string {
  return `${node.padEnd(6)}${name.padEnd(33)}RUNNING   pid N`;
}

test('status has the processes of all hosts, and of those that are named', async () => {
  const all = await ctl('--fleet', 'status');
  const ours = ['app1', 'app2', 'app3'].flatMap((node) => [
    runs(node, 'ours'),
    runs(node, 'web:0'),
    runs(node, 'web:1'),
  ]);
  expect(lines(all)).toEqual([...ours, runs('old', 'web:0'), runs('old', 'web:1')]);
  expect([all.stderr, all.code]).toEqual(['', 0]);
  expect(lines(await ctl('status', 'old/', 'app*/web:1'))).toEqual([
    runs('app1', 'web:1'),
    runs('app2', 'web:1'),
    runs('app3', 'web:1'),
    runs('old', 'web:0'),
    runs('old', 'web:1'),
  ]);
  const both = await ctl('--fleet', '-s', 'http://localhost:1', 'status');
  expect([both.stderr.split('\n')[0], both.code]).toEqual([
    'Error: --fleet cannot be used with --serverurl',
    2,
  ]);
  const json = JSON.parse((await ctl('--fleet', 'status', '--json', 'ours')).stdout);
  expect(json).toMatchObject({ fleet: 'prod' });
  expect(
    json.nodes.map(({ node, answer }: { node: string; answer: unknown[] }) => [node, answer.length]),
  ).toEqual([
    ['app1', 1],
    ['app2', 1],
    ['app3', 1],
  ]);
});

test('start, stop, restart and signal are for the hosts that have the process', async () => {
  expect(lines(await ctl('--fleet', 'stop', 'ours'))).toEqual([
    'app1  ours: stopped',
    'app2  ours: stopped',
    'app3  ours: stopped',
  ]);
  expect((await ctl('--fleet', 'status', 'ours')).code).toBe(3);
  expect(lines(await ctl('start', 'app*/ours'))).toEqual([
    'app1  ours: started',
    'app2  ours: started',
    'app3  ours: started',
  ]);
  const before = await pidsOf(host('old'));
  const restarted = await ctl('restart', 'old/web:*', 'app2/ours');
  // The processes of a group end in any order.
  expect(lines(restarted).toSorted()).toEqual([
    'app2  ours: started',
    'app2  ours: stopped',
    'old   web:0: started',
    'old   web:0: stopped',
    'old   web:1: started',
    'old   web:1: stopped',
  ]);
  expect(restarted.code).toBe(0);
  const after = await pidsOf(host('old'));
  expect(after.some((pid) => before.includes(pid))).toBe(false);
  expect(lines(await ctl('signal', 'CONT', 'app1/web:1', 'old/web:1'))).toEqual([
    'app1  web:1: signalled',
    'old   web:1: signalled',
  ]);
  const unknown = await ctl('start', 'old/ours', 'nope');
  expect([lines(unknown), unknown.code]).toEqual([
    ['nope: ERROR (no such process)', 'old  ours: ERROR (no such process)'],
    1,
  ]);
});

test('restart --rolling goes round the hosts', async () => {
  const before = await Promise.all([...hosts.values()].map(pidsOf));
  const rolled = await ctl('--fleet', 'restart', '--rolling', '--max-unavailable', '1', 'web');
  const steps = ['web:0', 'web:1'].flatMap((name) =>
    ['app1', 'app2', 'app3', 'old'].flatMap((node) => [
      `${node.padEnd(6)}${name}: stopped`,
      `${node.padEnd(6)}${name}: started`,
    ]),
  );
  expect([lines(rolled), rolled.code]).toEqual([steps, 0]);
  const after = await Promise.all([...hosts.values()].map(pidsOf));
  // The others of the daemons of ours still run.
  expect(after.flat().filter((pid) => before.flat().includes(pid))).toHaveLength(3);
});

test('version, tail and update show what each host answers', async () => {
  expect(lines(await ctl('--fleet', 'version')).map((line) => line.split(/ +/)[0])).toEqual([
    'app1',
    'app2',
    'app3',
    'old',
  ]);
  const tailed = await ctl('tail', '-5', 'app2/web:0', 'stdout');
  expect([lines(tailed), tailed.code]).toEqual([['app2/web:0  app2'], 0]);
  expect((await ctl('tail', 'a*/web:0')).stdout).toContain('app3/web:0  hello from app3\n');
  for (const name of ['app1', 'old']) {
    const side = host(name);
    const text = side.readFile('supervisord.conf');
    side.writeFile('supervisord.conf', text + program('added', { command: '/bin/sleep 1000', startsecs: 0 }));
  }
  const updated = await ctl('--fleet', 'update');
  expect([lines(updated), updated.code]).toEqual([
    ['app1  added: added process group', 'old   added: added process group'],
    0,
  ]);
  expect(await infoOf(host('old'), 'added')).toMatchObject({ name: 'added' });
  expect(lines(await ctl('update', 'old/nope'))).toEqual(['old  ERROR: no such group: nope']);
});

test('a host that is silent and one that refuses are lines, and exit code 4', async () => {
  const port = await host('app1').freePort();
  // The hosts that answer need less, also on a busy machine.
  const config = configuration('lame', `,mute=unix://${silentPath},none=http://127.0.0.1:${port}`, 12);
  const run = (...words: string[]) => host('app1').command(SUPERVISORCTL, ['-c', config, ...words]);
  const signalled = await run('--fleet', 'signal', 'CONT', 'web:0');
  expect([lines(signalled), signalled.code]).toEqual([
    [
      'app1  web:0: signalled',
      'app2  web:0: signalled',
      'app3  web:0: signalled',
      'old   web:0: signalled',
      `mute  ERROR (unix://${silentPath} has not answered for 12 seconds)`,
      `none  ERROR (http://127.0.0.1:${port} refused connection: is supervisord running?)`,
    ],
    4,
  ]);
  // What is not asked is not missed.
  expect((await run('signal', 'CONT', 'app?/web:0')).code).toBe(0);
});

test('logs follows the processes of all hosts', async () => {
  const { stdout } = await host('app1').command(
    SUPERVISORCTL,
    ['-c', configuration('client'), 'logs', '*/web:0'],
    {
      until: (output) => [...hosts.keys()].every((name) => output.includes(`hello from ${name}\n`)),
    },
  );
  for (const name of hosts.keys()) {
    expect(stdout).toContain(`${`${name}/web:0`.padEnd(10)} | hello from ${name}\n`);
  }
});

test('tail -f follows one process of one host, and refuses several', async () => {
  const config = configuration('client');
  const followed = await host('app1').command(SUPERVISORCTL, ['-c', config, 'tail', '-f', 'app3/web:1'], {
    until: (output) => output.includes('hello from app3\n'),
  });
  expect(followed.stdout).toContain('hello from app3\n');
  const several = await ctl('tail', '-f', 'app*/web:1');
  expect([lines(several), several.code]).toEqual([
    ['Error: tail -f follows one process; logs follows several'],
    2,
  ]);
});

test('a session with --fleet asks the fleet, and its prompt is the name of the fleet', async () => {
  const { stdout } = await host('app1').command(SUPERVISORCTL, ['-c', configuration('client'), '--fleet'], {
    stdin: 'stop app2/ours\nstart app2/ours\nquit\n',
  });
  expect(stdout).toContain('prod> app2  ours: stopped\nprod> app2  ours: started\nprod> ');
});

test('completion has the names of all hosts', async () => {
  const { stdout } = await ctl('--fleet', 'completion', 'processes');
  expect(stdout.split('\n')).toEqual(
    expect.arrayContaining(['app1/', 'app1/ours', 'app3/web:*', 'old/web:1']),
  );
  const config = configuration('client');
  const line = `supervisorctl -c ${config} --fleet start old/web:`;
  const script = `source <(supervisorctl -c $2 completion bash); COMP_LINE=$1; COMP_POINT=\${#1}; _supervisorctl; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const completed = await host('app1').command('bash', ['-c', script, 'bash', line, config], {
    environment: { PATH: `${dirname(SUPERVISORCTL)}:${process.env.PATH}` },
  });
  // A colon ends a word for bash.
  expect(completed.stdout.split('\n').sort()).toEqual(['', '*', '0', '1']);
});
