/**
 * The scenario that the project starts from: four Tornado servers behind nginx, kept by supervisord,
 * worked on with the stock supervisorctl.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import type { Daemon, Scenario, Side } from '../scenario.ts';
import { linesAbout } from './lifecycle/main-log.ts';
import { untilState } from './support/calls.ts';
import { layOutSite, NAMES, type Site, tornadoConfiguration } from './tornado/site.ts';
import { keepVisiting, type Visit, visit } from './tornado/visitors.ts';

export const tornado: Scenario = {
  name: 'tornado',
  title: 'four Tornado servers behind nginx, worked on with supervisorctl',
  needs: ['command:nginx', 'python:tornado', 'command:echo_supervisord_conf', 'user:www-data'],
  run: async (side) => {
    const site = await layOutSite(side);
    const environment = { TMPDIR: side.path('tmp') };
    side.observe('start', { ...(await side.supervisord(['-c', site.config], { environment })) });
    await side.waitFor('the pidfile is written', () => side.readFile('supervisord.pid').endsWith('\n'));
    const daemon = side.daemonAt(side.path('supervisord.pid'));
    side.aliasPid(daemon.pid, 'DAEMON');
    await untilAllRun(side, site);
    const nginx = side.command('nginx', ['-p', side.path('nginx'), '-c', side.path('nginx/nginx.conf')], {
      seconds: 600,
    });
    await side.waitFor('nginx answers', async () => (await visit(site.front)).port > 0);

    await observeVisits(side, site);
    await restartOne(side, site);
    await killOne(side, site);
    await followOne(side, site);
    await workOnTheGroup(side, site);
    await changeTheFile(side, site);
    await endIt(side, site, daemon);
    process.kill(Number(side.readFile('nginx/nginx.pid')), 'SIGTERM');
    await nginx;
  },
};

/** Processes that end together end in any order, and are logged in that order. */
async function control(side: Side, site: Site, ...words: string[]): Promise<void> {
  const { code, stdout, stderr } = await side.ctl(['-c', site.config, ...words]);
  const lines = words.includes('tornadoes:*') ? stdout.split('\n').sort() : stdout;
  side.observe(`ctl ${words.join(' ')}`, { code, stdout: lines, stderr });
}

async function observeVisits(side: Side, site: Site): Promise<void> {
  await control(side, site, 'status');
  const seen = new Map<number, Visit>();
  for (let count = 0; count < 40; count += 1) {
    const one = await visit(site.front, '/', '127.0.0.2');
    seen.set(one.port, one);
  }
  const workers = site.workers.map((port) => seen.get(port));
  side.observe(
    'every worker is visited',
    workers.map((worker) => worker?.port ?? null),
  );
  const { from = '', uid = -1, groups = [], folder = '' } = workers[0] ?? {};
  side.observe('what a worker is', { from, uid, groups, folder });
  side.observe(
    'logs of Tornado',
    NAMES.map((name) => existsSync(side.path(`log/tornado/${name}.log`))),
  );
}

/** A restart of one worker of four: nginx passes its visitors on to the others. */
async function restartOne(side: Side, site: Site): Promise<void> {
  const visitors = keepVisiting(site.front);
  await control(side, site, 'restart', 'tornadoes:tornado-8001');
  await answers(side, site, 1);
  const { made, failures } = await visitors.end();
  side.observe('restart of one: visitors', { came: made > 0, failures });
}

/** SIGKILL: the worker is restarted, and no request of a visitor fails. */
async function killOne(side: Side, site: Site): Promise<void> {
  const before = await visit(site.workers[1] ?? 0);
  const visitors = keepVisiting(site.front);
  const log = () => linesAbout(side, 'tornado-8001');
  const countSpawns = () => log().filter((line) => line.startsWith('INFO spawned')).length;
  const spawns = countSpawns();
  const killed = performance.now();
  process.kill(before.pid, 'SIGKILL');
  await side.waitFor('the worker is started again', () => countSpawns() > spawns);
  const spawned = performance.now();
  await answers(side, site, 1);
  const answered = performance.now();
  await untilState(side, 'tornadoes:tornado-8001', 'RUNNING');
  const { made, failures } = await visitors.end();
  side.observe('kill -9 of one: visitors', { came: made > 0, failures });
  side.observe('kill -9 of one: another process', (await visit(site.workers[1] ?? 0)).pid !== before.pid);
  side.observe('kill -9 of one: main log', log());
  const after = (moment: number) => `${Math.round(moment - killed)} ms`;
  process.stdout.write(
    `  tornado, ${side.label}: started ${after(spawned)} after kill -9, answers after ${after(answered)}; ${made} requests, ${failures.length} failed\n`,
  );
}

async function followOne(side: Side, site: Site): Promise<void> {
  let going = true;
  const following = side
    .ctl(['-c', site.config, 'tail', '-f', 'tornadoes:tornado-8002'], {
      seconds: 60,
      until: (output) => output.split('\n').filter((line) => line === 'hello').length > 3,
    })
    .finally(() => {
      going = false;
    });
  while (going) {
    await visit(site.workers[2] ?? 0, '/?say=hello');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const lines = (await following).stdout.split('\n').filter((line) => line !== '');
  side.observe('tail -f: kinds of lines', [...new Set(lines)]);
  side.observe('tail -f: it follows', lines.filter((line) => line === 'hello').length > 3);
}

async function workOnTheGroup(side: Side, site: Site): Promise<void> {
  await control(side, site, 'stop', 'tornadoes:tornado-8003');
  await control(side, site, 'status');
  await control(side, site, 'stop', 'tornadoes:tornado-8003');
  await control(side, site, 'start', 'tornadoes:tornado-8003');
  await control(side, site, 'restart', 'tornado-8001');
  await control(side, site, 'restart', 'tornadoes:*');
  await Promise.all(site.workers.map((_port, index) => answers(side, site, index)));
  await control(side, site, 'status', 'tornadoes:*');
}

async function changeTheFile(side: Side, site: Site): Promise<void> {
  await control(side, site, 'reread');
  side.writeFile('conf.d/extra.conf', '[program:extra]\ncommand=/bin/cat\nstartsecs=0\n');
  side.writeFile(
    'conf.d/tornado.conf',
    tornadoConfiguration(side, site.workers, 'environment=CHANGED="yes"\n'),
  );
  await control(side, site, 'reread');
  await control(side, site, 'update');
  await untilAllRun(side, site);
  await control(side, site, 'reread');
  await control(side, site, 'status');
}

async function endIt(side: Side, site: Site, daemon: Daemon): Promise<void> {
  await control(side, site, 'reload');
  await side.waitFor(
    'the reload is done',
    () => side.readFile('main.log').split('supervisord started with pid').length === 3,
  );
  await untilAllRun(side, site);
  side.observe('reload: same pid', side.readFile('supervisord.pid').trim() === String(daemon.pid));
  await control(side, site, 'status');
  await control(side, site, 'shutdown');
  await daemon.exited();
  side.observe(
    'shutdown: left behind',
    ['supervisord.pid', 's.sock'].filter((name) => existsSync(side.path(name))),
  );
  const left = await Promise.all(
    site.workers.map((port) =>
      visit(port).then(
        () => 'answers',
        () => 'gone',
      ),
    ),
  );
  side.observe('shutdown: workers', left);
  side.observe('shutdown: the answer of nginx', await visit(site.front).then(() => 'answered', String));
  await control(side, site, 'status');
}

/** Waits until supervisord reports all of them as RUNNING and each answers. */
async function untilAllRun(side: Side, site: Site): Promise<void> {
  await Promise.all(NAMES.map((name) => untilState(side, `tornadoes:${name}`, 'RUNNING', 60)));
  await Promise.all(site.workers.map((_port, index) => answers(side, site, index)));
}

async function answers(side: Side, site: Site, index: number): Promise<void> {
  await side.waitFor(
    `${NAMES[index]} answers`,
    async () => (await visit(site.workers[index] ?? 0)).pid > 0,
    60,
  );
}
