/**
 * The daemon as a process: background, pidfile, sockets of others, PID 1, files it cannot write, rereading.
 *
 * @module
 */
import { existsSync, mkdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import type { Json, Scenario, Side } from '../../scenario.ts';
import { observeStates, untilState } from '../support/calls.ts';
import { program } from '../support/programs.ts';
import { linesAbout, mainLines } from './main-log.ts';

export const lifecycleDaemon: Scenario = {
  name: 'lifecycle-daemon',
  title: 'background, pidfile, sockets, PID 1, what cannot be written, reread and update',
  differences: ['start-errors'],
  run: async (side) => {
    await background(side);
    await failuresInTheBackground(side);
    await sockets(side);
    await unwritable(side);
    await rereading(side);
    await asPidOne(side);
  },
};

/** Leaves two processes without a parent behind: one exits, one dies by a signal. */
const ORPHANS = `#!/bin/sh
cd "$(dirname "$0")"
(sh -c 'until [ -e exit ]; do sleep 0.05; done; exit 4' &)
(sh -c 'until [ -e kill ]; do sleep 0.05; done; kill -TERM $$' &)
exec sleep 1000
`;

async function background(side: Side): Promise<void> {
  side.writeFile('supervisord.conf', `${side.preamble}${program('cat', '/bin/cat', 'autostart=true')}`);
  side.observe('background: the command', {
    ...(await side.supervisord(['-c', side.path('supervisord.conf')])),
  });
  await side.waitFor('the pidfile is written', () => side.readFile('supervisord.pid').endsWith('\n'));
  const daemon = side.daemonAt(side.path('supervisord.pid'));
  side.aliasPid(daemon.pid, 'DAEMON');
  await untilState(side, 'cat', 'RUNNING');
  const stat = readFileSync(`/proc/${daemon.pid}/stat`, 'utf8').split(' ');
  side.observe('background: process', {
    leadsItsSession: stat[5] === String(daemon.pid),
    terminal: stat[6] ?? '',
    folder: readlinkSync(`/proc/${daemon.pid}/cwd`),
    stdio: [0, 1, 2].map((fd) => readlinkSync(`/proc/${daemon.pid}/fd/${fd}`)),
    umask: /Umask:\s*(\d+)/.exec(readFileSync(`/proc/${daemon.pid}/status`, 'utf8'))?.[1] ?? '',
  });
  side.observe(
    'background: files',
    ['main.log', 'supervisord.pid', 's.sock'].map((name) => `${name}: ${modeOf(side, name)}`),
  );
  side.observe('background: pidfile', side.readFile('supervisord.pid'));
  await daemon.stop();
  side.observe('background: main log', mainLines(side));
  side.observe('background: left behind', leftBehind(side));
}

/** What the command prints when the start fails. */
async function failuresInTheBackground(side: Side): Promise<void> {
  side.writeFile('broken.conf', `${side.preamble}[program:p]\ncommand=/bin/cat\npriority=high\n`);
  side.writeFile('no-socket.conf', side.preamble.replace('s.sock', 'no/such/folder/s.sock'));
  for (const name of ['broken.conf', 'no-socket.conf']) {
    side.observe(`background: ${name}`, { ...(await side.supervisord(['-c', side.path(name)])) });
    side.observe(`background: ${name}: left behind`, leftBehind(side));
  }
}

async function sockets(side: Side): Promise<void> {
  const port = await side.freePort();
  const inet = `[inet_http_server]\nport=127.0.0.1:${port}\n`;
  side.writeFile('supervisord.conf', side.preamble + inet);
  side.writeFile('unix.conf', side.preamble);
  side.writeFile(
    'inet.conf',
    side.preamble.replace('s.sock', 'other.sock').replace('supervisord.pid', 'other.pid') + inet,
  );
  const daemon = await side.start();
  for (const name of ['unix.conf', 'inet.conf']) {
    const { code, stderr } = await side.supervisord(['-n', '-c', side.path(name)]);
    side.observe(`second instance: ${name}`, { code, stderr: sansWarnings(stderr) });
  }
  side.observe('the first instance answers', { ...(await side.rpc('supervisor.getState')) });
  daemon.signal('SIGKILL');
  await daemon.exited();
  side.observe('SIGKILL: left behind', leftBehind(side));
  const next = await side.start();
  side.observe('over a stale socket: answers', { ...(await side.rpc('supervisor.getState')) });
  side.observe('over a stale socket: says', next.output().includes('Unlinking stale socket'));
  await next.stop();
}

async function unwritable(side: Side): Promise<void> {
  mkdirSync(side.path('folder'));
  side.writeFile('pidfile.conf', side.preamble.replace('supervisord.pid', 'folder'));
  const daemon = await side.start({
    config: side.path('pidfile.conf'),
    ready: () => side.readFile('main.log').includes('could not write pidfile'),
  });
  side.observe('a pidfile that is a folder: says', mainLines(side).at(-1) ?? '');
  side.observe('a pidfile that is a folder: answers', { ...(await side.rpc('supervisor.getState')) });
  side.observe('a pidfile that is a folder: exit code', await daemon.stop());
  side.writeFile('logfile.conf', side.preamble.replace('main.log', 'folder'));
  const { code, stderr } = await side.supervisord(['-n', '-c', side.path('logfile.conf')]);
  side.observe('a main log that is a folder', {
    code,
    stderr: sansWarnings(stderr).replace(/File ".*", line \d+/g, 'File'),
  });
}

/** reread and update with the stock client: added, changed, removed. */
async function rereading(side: Side): Promise<void> {
  const write = (...programs: string[]) =>
    side.writeFile('supervisord.conf', side.preamble + programs.join('\n'));
  write(
    program('stays', '/bin/cat', 'autostart=true'),
    program('changes', '/bin/cat', 'autostart=true'),
    program('goes', '/bin/cat', 'autostart=true'),
    program('regroups', '/bin/cat', 'autostart=true'),
  );
  side.writeFile('main.log', '');
  const daemon = await side.start();
  await untilState(side, 'regroups', 'RUNNING');
  const observe = async (...words: string[]) =>
    side.observe(`ctl ${words.join(' ')}`, { ...(await side.ctl(words)) });
  await observe('reread');
  await observe('update');
  write(
    program('stays', '/bin/cat', 'autostart=true'),
    program('changes', '/bin/cat -u', 'autostart=true'),
    program('comes', '/bin/cat', 'autostart=true'),
    program('regroups', '/bin/cat', 'autostart=true'),
    '[group:g]\nprograms=regroups\n',
  );
  await observe('reread');
  await observe('reread');
  await observe('update');
  await Promise.all(
    ['stays', 'changes', 'comes', 'g:regroups'].map((name) => untilState(side, name, 'RUNNING')),
  );
  await observe('reread');
  await observeStates(side, 'states after the update');
  await daemon.stop();
  for (const name of ['stays', 'changes', 'goes', 'comes', 'regroups']) {
    side.observe(`reread: main log of ${name}`, linesAbout(side, name));
  }
}

/** In a pid namespace of its own the daemon inherits every orphan. */
async function asPidOne(side: Side): Promise<void> {
  const unshare = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'];
  const probe = await side.command('unshare', [...unshare.slice(1), 'true']).catch(() => ({ code: 127 }));
  if (probe.code !== 0) {
    side.observe('PID 1', 'skipped: no pid namespace can be made here');
    return;
  }
  side.writeFile('main.log', '');
  side.writeFile('orphans.sh', ORPHANS, 0o755);
  side.writeFile(
    'supervisord.conf',
    side.preamble + program('parent', side.path('orphans.sh'), 'autostart=true'),
  );
  const daemon = await side.start({ prefix: unshare });
  await untilState(side, 'parent', 'RUNNING');
  for (const [index, end] of ['exit', 'kill'].entries()) {
    side.writeFile(end, '');
    await side.waitFor(
      'the orphan is reaped',
      () => side.readFile('main.log').split('reaped unknown pid').length === index + 2,
    );
  }
  side.observe('PID 1: the pidfile', side.readFile('supervisord.pid'));
  const inside = Number(readFileSync(`/proc/${daemon.pid}/task/${daemon.pid}/children`, 'utf8'));
  process.kill(inside, 'SIGTERM');
  side.observe('PID 1: exit code', await daemon.exited());
  side.observe('PID 1: main log', mainLines(side));
}

function leftBehind(side: Side): Json {
  return ['supervisord.pid', 's.sock'].filter((name) => existsSync(side.path(name)));
}

function sansWarnings(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => !line.includes('Warning:'))
    .join('\n');
}

function modeOf(side: Side, name: string): string {
  return (statSync(side.path(name)).mode & 0o777).toString(8);
}
