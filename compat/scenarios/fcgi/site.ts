/**
 * A site behind nginx whose pages come from FastCGI programs that supervisord keeps.
 *
 * @module
 */
import { existsSync, mkdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import type { Scenario, Side } from '../../scenario.ts';
import { mainLines } from '../lifecycle/main-log.ts';
import { resultOf, untilState } from '../support/calls.ts';
import { ask, isRoot, keepAsking, startNginx, writeResponder } from './responder.ts';

const WEB = ['web_0', 'web_1', 'web_2'];
const TCP = ['tcp_0', 'tcp_1'];

export const fcgiSite: Scenario = {
  name: 'fcgi-site',
  title: 'a site behind nginx, served by FastCGI programs over unix and TCP sockets',
  differences: ['fcgi-socket-file', 'fcgi-socket-in-group', 'fcgi-socket-settings'],
  needs: ['command:nginx', 'command:perl', 'perl:FCGI', 'user:www-data'],
  run: async (side) => {
    const port = await side.freePort();
    mkdirSync(side.path('run'));
    const files = configurations(side, port);
    side.writeFile('supervisord.conf', files.first);
    const daemon = await side.start();
    const nginx = await startNginx(side, {
      web: `unix:${side.path('run/web.sock')}`,
      tcp: `127.0.0.1:${port}`,
      grouped: `unix:${side.path('run/grouped.sock')}`,
    });
    for (const name of WEB) await untilState(side, `web:${name}`, 'RUNNING');
    for (const name of TCP) await untilState(side, `tcp:${name}`, 'RUNNING');
    await observeService(side, nginx.front);
    await observeChildren(side);
    await restartWhileAsking(side, nginx.front);
    await stopAndStart(side, nginx.front);
    await observeGroup(side, nginx.front);
    await changeTheFile(side, nginx.front, files);
    await nginx.stop();
    await daemon.stop();
    side.observe('left behind', sockets(side));
    side.observe(
      'main log: sockets',
      mainLines(side).filter((line) => line.includes('socket') && !line.includes('web.sock')),
    );
  },
};

interface Files {
  readonly first: string;
  /** The mode of one socket is another. */
  readonly otherMode: string;
  /** A socket is somewhere else, and one program is gone. */
  readonly moved: string;
}

function configurations(side: Side, port: number): Files {
  const user = isRoot ? 'user=www-data\n' : '';
  const program = (name: string, socket: string, ...keys: string[]) =>
    `[fcgi-program:${name}]
command=${writeResponder(side)}
socket=${socket}
${user}process_name=%(program_name)s_%(process_num)d
autorestart=true
stdout_logfile=NONE
stderr_logfile=$DIR/${name}.err
${keys.join('\n')}
`.replaceAll('$DIR', side.dir);
  const web = (path: string, mode = '0770') =>
    program(
      'web',
      `unix://$DIR/run/${path}`,
      'numprocs=3',
      `socket_mode=${mode}`,
      ...(isRoot ? ['socket_owner=root:www-data'] : []),
      'socket_backlog=64',
    );
  const others = [
    program('plain', 'unix://$DIR/run/%(program_name)s.sock', 'autostart=false'),
    program('grouped', 'unix://$DIR/run/grouped.sock', 'autostart=false', 'startretries=0'),
    '[program:beside]\ncommand=/bin/cat\n[group:both]\nprograms=grouped,beside\n',
  ];
  const tcp = program('tcp', `tcp://127.0.0.1:${port}`, 'numprocs=2');
  return {
    first: [side.preamble, web('web.sock'), tcp, ...others].join('\n'),
    otherMode: [side.preamble, web('web.sock', '0700'), tcp, ...others].join('\n'),
    moved: [side.preamble, web('moved.sock'), ...others].join('\n'),
  };
}

/** All processes get a request at once, so that each has to answer. */
async function observeService(side: Side, front: number): Promise<void> {
  for (const [path, names] of [
    ['/web', WEB],
    ['/tcp', TCP],
  ] as const) {
    const seen = new Set<string>();
    let first = null as Awaited<ReturnType<typeof ask>> | null;
    await side.waitFor(`all of ${path} answer`, async () => {
      const answers = await Promise.all(names.map(() => ask(front, `${path}?wait=0.2`)));
      for (const answer of answers) if (typeof answer === 'object') seen.add(answer.name);
      first ??= answers.find((answer) => typeof answer === 'object') ?? null;
      return seen.size === names.length;
    });
    side.observe(`${path}: processes that answer`, [...seen].sort());
    if (first !== null && typeof first === 'object') {
      side.observe(`${path}: user and path`, { uid: first.uid, path: first.path });
    }
  }
  await ask(front, '/web?tell');
  await side.waitFor('stderr is logged', () => side.readFile('web.err') !== '');
  side.observe('stderr of a responder', /^served \d+\n$/.test(side.readFile('web.err')));
}

async function observeChildren(side: Side): Promise<void> {
  side.observe('sockets', sockets(side));
  const shared = new Set<string>();
  for (const name of WEB) {
    const pid = await pidOf(side, `web:${name}`);
    const target = readlinkSync(`/proc/${pid}/fd/0`);
    shared.add(target);
    const flags = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/0`, 'latin1'))?.[1];
    side.observe(`${name}: stdin`, { kind: target.replace(/\d+/, '$INODE'), flags: flags ?? null });
  }
  side.observe('all share one socket', shared.size);
  side.observe('stdin cannot be written', {
    ...(await side.rpc('supervisor.sendProcessStdin', ['web:web_0', 'x'])),
  });
}

/** Visitors notice nothing of a restart of one of three. */
async function restartWhileAsking(side: Side, front: number): Promise<void> {
  const visitor = keepAsking(front, '/web');
  side.observe('restart one', { ...(await side.ctl(['restart', 'web:web_1'])) });
  const pid = await pidOf(side, 'web:web_2');
  process.kill(pid, 'SIGKILL');
  await side.waitFor('web_2 is back', async () => {
    const now = await pidOf(side, 'web:web_2');
    return now > 0 && now !== pid;
  });
  await untilState(side, 'web:web_2', 'RUNNING');
  side.observe('refused meanwhile', await visitor.end());
}

async function stopAndStart(side: Side, front: number): Promise<void> {
  const stopped = await side.ctl(['stop', 'web:*']);
  side.observe('stop all', { code: stopped.code, stdout: stopped.stdout.split('\n').sort() });
  await side.waitFor(
    'the last has let go',
    () => mainLines(side).at(-1)?.startsWith('INFO Closing') ?? false,
  );
  side.observe(
    'all are stopped',
    await ask(front, '/web').then((answer) => (typeof answer === 'string' ? answer : 'served')),
  );
  side.observe('all are stopped: the socket', sockets(side));
  const started = await side.ctl(['start', 'web:*']);
  side.observe('start all', { code: started.code, stdout: started.stdout.split('\n').sort() });
  await side.waitFor('the site is back', async () => typeof (await ask(front, '/web')) === 'object');
  side.observe('all are started: the socket', sockets(side));
}

/** The reference gives a FastCGI program in a group no socket. */
async function observeGroup(side: Side, front: number): Promise<void> {
  await side.rpc('supervisor.startProcess', ['both:grouped_0']);
  const answer = await ask(front, '/grouped');
  side.observe('a program in a group', typeof answer === 'object' ? 'serves' : answer);
  await side.rpc('supervisor.stopProcess', ['both:grouped_0']);
}

async function changeTheFile(side: Side, front: number, files: Files): Promise<void> {
  side.writeFile('supervisord.conf', files.otherMode);
  side.observe('reread: another mode', { ...(await side.ctl(['reread'])) });
  side.writeFile('supervisord.conf', files.moved);
  side.observe('reread: a socket moved and a program gone', { ...(await side.ctl(['reread'])) });
  const updated = await side.ctl(['update']);
  side.observe('update', { code: updated.code, stdout: updated.stdout.split('\n').sort() });
  for (const name of WEB) await untilState(side, `web:${name}`, 'RUNNING');
  side.observe('update: the sockets', sockets(side));
  side.observe(
    'update: the program that is gone',
    await ask(front, '/tcp').then((answer) => (typeof answer === 'string' ? answer : 'served')),
  );
}

/** Mode and owner of every socket that is there. */
function sockets(side: Side): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of ['web', 'moved', 'plain', 'grouped']) {
    const path = side.path(`run/${name}.sock`);
    if (!existsSync(path)) continue;
    const { mode, uid, gid } = statSync(path);
    found[name] = `${mode.toString(8)} ${uid}:${gid}`;
  }
  return found;
}

async function pidOf(side: Side, name: string): Promise<number> {
  const info = await resultOf(side, 'getProcessInfo', name);
  return info !== null && typeof info === 'object' && 'pid' in info ? Number(info.pid) : 0;
}
