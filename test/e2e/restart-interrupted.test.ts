/** A daemon that is killed while it restarts a program: the next one completes the restart, whatever autostart is. */
import { existsSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { isAlive } from '../../compat/harness/processes.ts';
import type { Daemon, Side } from '../../compat/scenario.ts';
import { infoOf, ownCtl, program, script, startWith, test, untilCaught, untilState } from './support.ts';

/** On TERM it makes a file `stopping`, and ends when there is a file `end`. */
const SLOW =
  'trap "touch stopping; while [ ! -e end ]; do sleep 0.05; done; exit 0" TERM; while :; do sleep 0.05; done';

function configuration(side: Side, keys: Readonly<Record<string, string>> = {}): string {
  const command = script(side, 'slow.sh', `cd "$(dirname "$0")"; ${SLOW}`);
  const slow = { command, startsecs: 0, autostart: 'false', stopwaitsecs: 1000 };
  return program('slow', { ...slow, ...keys });
}

/** Starts the daemon and the program; returns the pid of the program. */
async function begin(
  side: Side,
  sections: string,
): Promise<{ readonly daemon: Daemon; readonly pid: number }> {
  const daemon = await startWith(side, sections);
  await ownCtl(side, 'start', 'slow');
  const { pid } = await untilState(side, 'slow', 'RUNNING');
  await untilCaught(side, pid, 'SIGTERM');
  return { daemon, pid };
}

/** Kills the daemon while it stops the program; the client gets no answer. */
async function killWhileStopping(side: Side, daemon: Daemon, asked: Promise<unknown>): Promise<void> {
  await side.waitFor('it is being stopped', () => existsSync(side.path('stopping')));
  daemon.signal('SIGKILL');
  await daemon.exited();
  await asked;
}

async function endIt(side: Side, pid: number): Promise<void> {
  side.writeFile('end', '');
  await side.waitFor('it has ended', () => !isAlive(pid));
}

async function untilAnother(side: Side, pid: number): Promise<void> {
  expect((await untilState(side, 'slow', 'RUNNING')).pid).not.toBe(pid);
}

describe.each([
  ['ends while no daemon runs', true],
  ['ends under the next daemon', false],
] as const)('a program without autostart that %s', (_, isEarly) => {
  test('is started again after a restart', async ({ side }) => {
    const sections = configuration(side, { restart_mode: 'rolling' });
    const { daemon, pid } = await begin(side, sections);
    await killWhileStopping(side, daemon, ownCtl(side, 'restart', 'slow'));
    if (isEarly) await endIt(side, pid);
    await side.start();
    if (!isEarly) await endIt(side, pid);
    await untilAnother(side, pid);
  });

  test('is started again after an update', async ({ side }) => {
    const { daemon, pid } = await begin(side, configuration(side));
    side.writeFile('supervisord.conf', side.preamble + configuration(side, { environment: 'A="b"' }));
    await killWhileStopping(side, daemon, ownCtl(side, 'update'));
    if (isEarly) await endIt(side, pid);
    await side.start();
    if (!isEarly) await endIt(side, pid);
    await untilAnother(side, pid);
  });

  test('stays stopped after a stop, also one that comes during an update', async ({ side }) => {
    const { daemon, pid } = await begin(side, configuration(side));
    side.writeFile('supervisord.conf', side.preamble + configuration(side, { environment: 'A="b"' }));
    const update = ownCtl(side, 'update');
    await side.waitFor('it is being stopped', () => existsSync(side.path('stopping')));
    const stop = side.rpc('supervisor.stopProcess', ['slow', false]);
    await stop;
    await killWhileStopping(side, daemon, update);
    if (isEarly) await endIt(side, pid);
    await side.start();
    if (!isEarly) await endIt(side, pid);
    await untilState(side, 'slow', 'STOPPED');
    await side.rpc('supervisor.getState');
    expect((await infoOf(side, 'slow')).statename).toBe('STOPPED');
  });
});
