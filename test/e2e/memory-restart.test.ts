import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import type { Side } from '../../compat/scenario.ts';
import { count, infoOf, program, script, startWith, test, untilState } from './support.ts';

const FAST = '[supervisord]\nmemory_check_period=0.1\n';

/** A program whose child takes 60 MB when there is a file `go`, and removes that file before it does. */
function hungry(side: Side): string {
  const child = script(
    side,
    'child.sh',
    `while ! rm ${side.path('go')} 2>/dev/null; do sleep 0.05; done
held=$(head -c 60000000 /dev/zero | tr '\\0' x)
while :; do sleep 1; done`,
  );
  return script(side, 'hungry.sh', `trap 'kill $!; exit' TERM; ${child} & wait`);
}

function configure(side: Side): string {
  const keys = { startsecs: 0, autorestart: 'false' } as const;
  return (
    program('hungry', { ...keys, command: hungry(side), memory_restart: '40MB' }) +
    program('modest', { ...keys, command: 'sleep 1000', memory_restart: '40MB' })
  );
}

const RESTART = /restarting hungry: it uses [\d.]+ MB of memory, and may use 40 MB\n/g;

async function untilRestarted(side: Side, before: number): Promise<void> {
  side.writeFile('go', '');
  await side.waitFor('another process', async () => {
    const { pid, statename } = await infoOf(side, 'hungry');
    return pid !== before && statename === 'RUNNING';
  });
}

test('a program that uses too much memory with its children is stopped and started, as often as it does', async ({
  side,
}) => {
  await startWith(side, FAST + configure(side));
  const modest = await untilState(side, 'modest', 'RUNNING');
  const first = await untilState(side, 'hungry', 'RUNNING');
  await untilRestarted(side, first.pid);
  const second = await infoOf(side, 'hungry');
  expect(second.spawnerr).toBe('');
  await untilRestarted(side, second.pid);
  const log = side.readFile('main.log');
  expect(count(log, RESTART)).toBe(2);
  expect(count(log, /stopped: hungry /g)).toBe(2);
  expect(log).not.toContain('exited: hungry');
  expect((await infoOf(side, 'modest')).pid).toBe(modest.pid);
});

test('it holds after a kill of the daemon, an upgrade in place, and for a program that is added', async ({
  side,
}) => {
  const first = await startWith(side, FAST + program('modest', { command: 'sleep 1000', startsecs: 0 }));
  await untilState(side, 'modest', 'RUNNING');
  side.writeFile('supervisord.conf', side.preamble + FAST + configure(side));
  const answer = await side.ctl(['update']);
  expect(answer.stdout).toContain('hungry: added process group');
  const { pid } = await untilState(side, 'hungry', 'RUNNING');
  first.signal('SIGKILL');
  await first.exited();
  const second = await side.start();
  await side.waitFor('it is adopted', () =>
    side.readFile('main.log').includes(`adopted: 'hungry' with pid ${pid}`),
  );
  second.signal('SIGUSR1');
  await side.waitFor('the upgrade', () => side.readFile('main.log').includes(' goes on in place of '));
  expect((await untilState(side, 'hungry', 'RUNNING')).pid).toBe(pid);
  await untilRestarted(side, pid);
  expect(existsSync(side.path('go'))).toBe(false);
  expect(count(side.readFile('main.log'), RESTART)).toBe(1);
});
