/**
 * Starts, ends and restarts: which states a program goes through, and what the main log has about it.
 *
 * @module
 */
import type { Scenario, Side } from '../../scenario.ts';
import { observeStates, untilState } from '../support/calls.ts';
import { onceRunning, program } from '../support/programs.ts';
import { linesAbout, mainLines, secondsBetween } from './main-log.ts';

const RESTARTS = 3;

export const lifecycleStarting: Scenario = {
  name: 'lifecycle-starting',
  title: 'order of starts, exits of every kind, restarts, backoff',
  run: async (side) => {
    side.writeFile('once.sh', ONCE, 0o755);
    side.writeFile('once-running.sh', `#!/bin/sh\n${onceRunning()}`, 0o755);
    side.writeFile('supervisord.conf', side.preamble + programs(side).join('\n'));
    await side.start();
    await Promise.all([
      ...['quick', 'missing', 'no-restart-left'].map((name) => untilState(side, name, 'FATAL', 60)),
      ...ENDING.map((name) => untilState(side, name, 'EXITED', 60)),
      ...STAYING.map((name) => untilState(side, name, 'RUNNING', 60)),
      side.waitFor('the restless one restarts', () => linesAbout(side, 'restless').length > 3 * RESTARTS, 60),
    ]);
    // Between an exit and the next start there is nothing to stop.
    await side.waitFor(
      'the restless one is stopped',
      async () => 'result' in (await side.rpc('supervisor.stopProcess', ['restless'])),
    );
    // It may have exited by itself at the last moment, so its end is not compared.
    await side.rpc('supervisor.removeProcessGroup', ['restless']);
    await observeViews(side);
  },
};

const ENDING = ['as-hoped', 'unexpected', 'not-again', 'killed', 'crashed', 'real-time', 'status-255'];
const STAYING = ['third', 'first', 'second', 'slow', 'back-again', 'shot'];

/** Fails the first time, stays the second. */
const ONCE = `#!/bin/sh
cd "$(dirname "$0")"
if [ -e "$1.started" ]; then exec sleep 1000; fi
touch "$1.started"
exec ./once-running.sh "$1" "exit 5"
`;

function programs(side: Side): string[] {
  const started = (name: string, command: string, ...keys: string[]) =>
    program(name, command, 'autostart=true', ...keys);
  // Not at once: the reference would not have looked yet, and would not report them as RUNNING.
  const ending = (name: string, end: string, ...keys: string[]) =>
    started(name, `${side.path('once-running.sh')} ${name} "${end}"`, ...keys);
  return [
    started('third', '/bin/sleep 1000', 'priority=3'),
    started('first', '/bin/sleep 1000', 'priority=1'),
    started('second', '/bin/sleep 1000', 'priority=2', 'startsecs=1'),
    started('slow', '/bin/sleep 1000', 'startsecs=2'),
    started(
      'numbered',
      '/bin/sleep 1000',
      'numprocs=3',
      'numprocs_start=5',
      'process_name=n%(process_num)02d',
      'priority=4',
    ),
    started('quick', '/bin/sh -c "exit 3"', 'startsecs=60', 'startretries=2'),
    started('missing', '/no/such/program', 'startretries=1'),
    started('no-restart-left', '/bin/sh -c "exit 0"', 'startsecs=60', 'startretries=0', 'autorestart=true'),
    ending('as-hoped', 'exit 7', 'exitcodes=0,7', 'autorestart=unexpected'),
    ending('unexpected', 'exit 8', 'autorestart=false'),
    ending('not-again', 'exit 0', 'autorestart=unexpected'),
    ending('killed', 'kill -KILL $$', 'autorestart=false'),
    ending('crashed', 'kill -SEGV $$', 'autorestart=false'),
    ending('real-time', 'kill -35 $$', 'autorestart=false'),
    ending('status-255', 'exit 255', 'exitcodes=255', 'autorestart=unexpected'),
    ending('restless', 'exit 0', 'autorestart=true'),
    started('back-again', `${side.path('once.sh')} back-again`, 'autorestart=unexpected'),
    started('shot', '/bin/sh -c "exec sleep 1000"', 'startsecs=1', 'autorestart=true'),
  ];
}

async function observeViews(side: Side): Promise<void> {
  const spawned = mainLines(side).filter((line) => line.includes('spawned:'));
  side.observe('order of the first starts', spawned.slice(0, 6));
  const waits = secondsBetween(side, "spawned: 'quick'");
  side.observe(
    'each wait of the backoff is at least one second longer',
    waits.map((seconds, index) => seconds >= index + 0.99),
  );
  await shoot(side);
  for (const name of ['quick', 'missing', 'no-restart-left', ...ENDING, ...STAYING, 'n05', 'n06', 'n07']) {
    side.observe(`main log of ${name}`, linesAbout(side, name));
  }
  side.observe('main log of a command that is not there', linesAbout(side, '/no/such/program'));
  side.observe('main log of restless', linesAbout(side, 'restless').slice(0, 3 * RESTARTS));
  await observeStates(side, 'states at the end');
}

/** SIGKILL from outside: the daemon restarts the program. */
async function shoot(side: Side): Promise<void> {
  const pid = Number(/spawned: 'shot' with pid (\d+)/.exec(side.readFile('main.log'))?.[1]);
  process.kill(pid, 'SIGKILL');
  await side.waitFor(
    'the shot program is up again',
    () => linesAbout(side, 'shot').filter((line) => line.includes('RUNNING')).length === 2,
  );
}
