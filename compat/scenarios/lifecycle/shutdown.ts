/**
 * The end of the daemon, and its restart: order, words, what is left behind.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import type { Daemon, Scenario, Side } from '../../scenario.ts';
import { resultOf, untilLogged, untilState } from '../support/calls.ts';
import { program } from '../support/programs.ts';
import { firstWaiting, linesAbout, mainLines, untilLongBackoff } from './main-log.ts';

const STUBBORN = `#!/bin/sh
trap '' TERM
echo ready
while :; do sleep 0.05; done
`;

export const lifecycleShutdown: Scenario = {
  name: 'lifecycle-shutdown',
  title: 'SIGTERM, SIGINT, SIGQUIT and SIGHUP to the daemon',
  differences: ['broken-file-at-reload'],
  run: async (side) => {
    side.writeFile('stubborn.sh', STUBBORN, 0o755);
    await inOrder(side);
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) await bySignal(side, signal);
    await reload(side);
    await reloadOfABrokenFile(side);
  },
};

/** Falling priority, one group at a time; BACKOFF is given up; a deadline passes; a reload comes too late. */
async function inOrder(side: Side): Promise<void> {
  const daemon = await startWith(side, [
    '[supervisord]\nloglevel=debug\n',
    program('low', '/bin/sleep 1000', 'autostart=true', 'priority=1'),
    program('middle', side.path('stubborn.sh'), 'autostart=true', 'priority=5', 'stopwaitsecs=3'),
    program('high', '/bin/sleep 1000', 'autostart=true', 'priority=9', 'startsecs=60'),
    program('pair-a', '/bin/sleep 1000', 'autostart=true', 'priority=1'),
    program('pair-b', '/bin/sleep 1000', 'autostart=true', 'priority=2'),
    '[group:pair]\nprograms=pair-a,pair-b\npriority=3\n',
    program('failing', '/bin/false', 'startsecs=60', 'startretries=50', 'priority=7'),
    program('ended', '/bin/true', 'autostart=true', 'priority=8'),
  ]);
  await Promise.all([
    untilLogged(side, 'middle', 'ready'),
    untilState(side, 'ended', 'EXITED'),
    untilState(side, 'low', 'RUNNING'),
  ]);
  await side.rpc('supervisor.startProcess', ['failing', false]);
  await untilLongBackoff(side, 'failing');
  daemon.signal('SIGTERM');
  // The reference sees a signal no sooner than it is woken, and the backoff ends.
  await side.rpc('supervisor.getState');
  await side.waitFor('the shutdown has begun', () => side.readFile('main.log').includes('to die'));
  daemon.signal('SIGHUP');
  side.observe('SIGTERM: exit code', await daemon.exited());
  side.observe('SIGTERM: what it waits for', firstWaiting(side));
  const lines = mainLines(side, 'received SIGTERM');
  const isOrder = (line: string) => line.startsWith('DEBG killing');
  side.observe('SIGTERM: order of the stops', lines.filter(isOrder));
  // Programs that are stopped together end in any order.
  side.observe('SIGTERM: main log', lines.filter((line) => !/^DEBG|SIGHUP/.test(line)).sort());
  side.observe(
    'SIGTERM: a reload that comes too late',
    lines.filter((line) => line.includes('SIGHUP')),
  );
  observeTraces(side, 'SIGTERM');
}

async function bySignal(side: Side, signal: NodeJS.Signals): Promise<void> {
  const daemon = await startWith(side, [program('cat', '/bin/cat', 'autostart=true')]);
  await untilState(side, 'cat', 'RUNNING');
  daemon.signal(signal);
  side.observe(`${signal}: exit code`, await daemon.exited());
  side.observe(`${signal}: main log`, mainLines(side, `received ${signal}`));
  observeTraces(side, signal);
}

/** The same pid, another file. */
async function reload(side: Side): Promise<void> {
  const daemon = await startWith(side, [program('old', '/bin/cat', 'autostart=true')]);
  await untilState(side, 'old', 'RUNNING');
  writeConfiguration(side, [program('new', '/bin/cat', 'autostart=true')]);
  daemon.signal('SIGHUP');
  await side.waitFor('the new program runs', async () => {
    const answer = await side.rpc('supervisor.getProcessInfo', ['new']);
    return JSON.stringify(answer).includes('RUNNING');
  });
  side.observe('SIGHUP: same pid', (await resultOf(side, 'getPID')) === daemon.pid);
  side.observe('SIGHUP: the pidfile says so', side.readFile('supervisord.pid').trim() === String(daemon.pid));
  side.observe('SIGHUP: main log', mainLines(side, 'received SIGHUP'));
  side.observe('SIGHUP: the old program', { ...(await side.rpc('supervisor.getProcessInfo', ['old'])) });
  await daemon.stop();
}

async function reloadOfABrokenFile(side: Side): Promise<void> {
  const daemon = await startWith(side, [program('cat', '/bin/cat', 'autostart=true')]);
  await untilState(side, 'cat', 'RUNNING');
  side.writeFile('supervisord.conf', `${side.preamble}[program:cat]\ncommand=/bin/cat\npriority=high\n`);
  daemon.signal('SIGHUP');
  const trouble = () =>
    /.*invalid literal for int.*/.exec(`${daemon.output()}\n${side.readFile('main.log')}`)?.[0];
  await side.waitFor('the failure is logged', () => trouble() !== undefined);
  side.observe('SIGHUP with a broken file: says', trouble() ?? '');
  const answers = async () => 'result' in (await side.rpc('supervisor.getState'));
  await side.waitFor('it has ended, or answers', async () => !daemon.isRunning() || (await answers()));
  const goesOn = daemon.isRunning();
  side.observe('SIGHUP with a broken file: the daemon', goesOn ? 'goes on' : await daemon.exited());
  if (goesOn) await daemon.stop();
  side.observe('SIGHUP with a broken file: main log', linesAbout(side, 'cat'));
}

async function startWith(side: Side, programs: readonly string[]): Promise<Daemon> {
  writeConfiguration(side, programs);
  side.writeFile('main.log', '');
  const daemon = await side.start();
  side.aliasPid(daemon.pid, 'DAEMON');
  return daemon;
}

function writeConfiguration(side: Side, programs: readonly string[]): void {
  side.writeFile('supervisord.conf', `${side.preamble}${programs.join('\n')}`);
}

function observeTraces(side: Side, title: string): void {
  const left = ['supervisord.pid', 's.sock'].filter((name) => existsSync(side.path(name)));
  side.observe(`${title}: left behind`, left);
}
