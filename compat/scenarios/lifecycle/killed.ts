/**
 * The programs of a daemon that is killed, and what the next daemon does with them.
 *
 * @module
 */
import { parentOf, pidsRunning } from '../../harness/processes.ts';
import type { Scenario, Side } from '../../scenario.ts';
import { observeStates, resultOf, untilLogged, untilState } from '../support/calls.ts';
import { program } from '../support/programs.ts';

const COUNTER = `#!/bin/sh
cd "$(dirname "$0")"
echo $$ >> begun
i=0
while :; do
  i=$((i + 1))
  echo $i
  echo $i > progress
  sleep 0.05
done
`;

const ONCE = `#!/bin/sh
echo once >> "$(dirname "$0")/done"
`;

export const lifecycleKilled: Scenario = {
  name: 'lifecycle-killed',
  title: 'a daemon that is killed, and the one that is started after it',
  differences: ['adoption', 'output-without-daemon'],
  run: async (side) => {
    const counter = side.writeFile('counter.sh', COUNTER, 0o755);
    const once = side.writeFile('once.sh', ONCE, 0o755);
    side.writeFile(
      'supervisord.conf',
      side.preamble +
        program('counter', counter, 'autostart=true', `stdout_logfile=${side.path('counter.log')}`) +
        program('once', once, 'autostart=true', 'autorestart=false') +
        program('stopped', '/bin/sleep 1000', 'autostart=true') +
        program('manual', '/bin/sleep 1000'),
    );
    const daemon = await side.start();
    await untilState(side, 'counter', 'RUNNING');
    await untilState(side, 'once', 'EXITED');
    await untilState(side, 'stopped', 'RUNNING');
    await untilLogged(side, 'counter', '20\n');
    await resultOf(side, 'stopProcess', 'stopped');
    daemon.signal('SIGKILL');
    await daemon.exited();
    const seen = progress(side);
    await side.waitFor('the program goes on without it', () => progress(side) > seen + 20);
    side.observe('without a daemon: running programs', counting(side).length);

    const next = await side.start();

    await untilState(side, 'counter', 'RUNNING');
    await untilState(side, 'stopped', 'RUNNING');
    await side.waitFor('what was done is done again', () => side.readFile('done') === 'once\nonce\n');
    await untilState(side, 'once', 'EXITED');
    side.observe('running programs', counting(side).length);
    side.observe('how often it was started', side.readFile('begun').trimEnd().split('\n').length);
    const { length } = numbers(side);
    await side.waitFor('it writes on', () => numbers(side).length > length + 5);
    side.observe('no line of the log is missing', isWhole(numbers(side)));
    await observeStates(side, 'states');
    await resultOf(side, 'stopProcess', 'counter');
    side.observe('stopped: running programs', counting(side).length);
    side.observe('exit code', await next.stop());
  },
};

function progress(side: Side): number {
  return Number(side.readFile('progress'));
}

function numbers(side: Side): number[] {
  return side.readFile('counter.log').trimEnd().split('\n').map(Number);
}

function isWhole(counted: readonly number[]): boolean {
  return counted.every((number, index) => number === index + 1);
}

/** Pids of the processes that run the counter. Its child has the same command line until it executes `sleep`. */
function counting(side: Side): number[] {
  const pids = pidsRunning(side.path('counter.sh'));
  return pids.filter((pid) => !pids.includes(parentOf(pid)));
}
