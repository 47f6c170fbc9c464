import { chownSync, existsSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'vitest';
import { isAlive } from '../../compat/harness/processes.ts';
import type { Daemon, Side } from '../../compat/scenario.ts';
import { needing, ROOT } from '../needs.ts';
import {
  call,
  count,
  infoOf,
  isRoot,
  killAtRest,
  program,
  STRANGER,
  script,
  startWith,
  test,
  untilState,
} from './support.ts';

/** Of the writer's lines a pipe holds 64. */
const MORE_THAN_A_PIPE = 150;

/**
 * A program that has ended and has left a process behind, which writes lines of 1,000 bytes to its stdout, and makes a
 * file `broken` when it cannot.
 */
async function leaveWriter(side: Side): Promise<{ readonly daemon: Daemon; readonly pid: number }> {
  const writer = script(
    side,
    'writer.sh',
    `cd "$(dirname "$0")"; echo $$ > pid; i=0
while :; do
  i=$((i + 1))
  printf '%0999d\\n' $i || { touch broken; exit; }
  echo $i > progress
  sleep 0.005
done`,
  );
  const leaver = script(side, 'leaver.sh', `setsid ${writer} & exit 0`);
  const daemon = await startWith(
    side,
    program('leaver', {
      command: leaver,
      startsecs: 0,
      autostart: 'false',
      autorestart: 'false',
      stdout_logfile: side.path('leaver.log'),
      stdout_logfile_maxbytes: 0,
    }),
  );
  await call(side, 'startProcess', 'leaver');
  await untilState(side, 'leaver', 'EXITED');
  await side.waitFor('it writes', () => progress(side) > 3);
  return { daemon, pid: Number(side.readFile('pid')) };
}

/** Yama keeps a user from the descriptors of processes that do not descend from the one that asks. */
function mayBreakPipes(): boolean {
  const scope = '/proc/sys/kernel/yama/ptrace_scope';
  return isRoot || !existsSync(scope) || readFileSync(scope, 'latin1').trim() === '0';
}

function progress(side: Side): number {
  try {
    return Number(side.readFile('progress'));
  } catch {
    return 0;
  }
}

/** Waits until more is written than a pipe holds that is not read. */
async function untilItWritesOn(side: Side): Promise<void> {
  const before = progress(side);
  await side.waitFor('it writes on', () => progress(side) > before + MORE_THAN_A_PIPE);
}

/** The numbers in the log, which has the lines of the writer only. */
function logged(side: Side): number[] {
  return side.readFile('leaver.log').trimEnd().split('\n').map(Number);
}

test('what it writes is logged on after a kill and after an upgrade, and no line is missing', async ({
  side,
}) => {
  const { daemon, pid } = await leaveWriter(side);
  await killAtRest(side, daemon);
  const next = await side.start();
  await untilItWritesOn(side);
  next.signal('SIGUSR1');
  await side.waitFor('it is upgraded', () =>
    /goes on in place(?:.*\n)+.*started/.test(side.readFile('main.log')),
  );
  await untilItWritesOn(side);
  const seen = progress(side);
  await side.waitFor('it is logged', () => (logged(side).at(-1) ?? 0) >= seen);
  const lines = logged(side).slice(0, seen);
  expect(lines).toEqual(lines.map((_, index) => index + 1));
  expect(existsSync(side.path('broken'))).toBe(false);
  await next.stop();
  // Its next write fails, where the daemon may break its pipe.
  await side.waitFor('its end, or its stay', () => isAlive(pid) === !mayBreakPipes());
});

test('it does not block after a restart of the daemon, or when its program is removed', async ({ side }) => {
  const { daemon } = await leaveWriter(side);
  daemon.signal('SIGHUP');
  await side.waitFor(
    'it is started again',
    () => count(side.readFile('main.log'), /supervisord started/g) === 2,
  );
  await untilItWritesOn(side);
  const seen = progress(side);
  await side.waitFor('it is logged', () => (logged(side).at(-1) ?? 0) >= seen);
  expect(await call(side, 'removeProcessGroup', 'leaver')).toBe(true);
  await untilItWritesOn(side);
  expect(existsSync(side.path('broken'))).toBe(false);
  await daemon.stop();
});

needing(test, ROOT)('when the daemon ends, its next write fails, and does not block', async ({ side }) => {
  const { daemon, pid } = await leaveWriter(side);
  expect(await daemon.stop()).toBe(0);
  await side.waitFor('it has ended', () => !isAlive(pid));
  expect(existsSync(side.path('broken'))).toBe(true);
});

needing(test, ROOT)('a program with pipes that have no names goes on in an upgrade', async ({ side }) => {
  const counter = script(
    side,
    'counter.sh',
    'i=0; while read -r line; do i=$((i + 1)); echo "$i $line"; done',
  );
  const daemon = await startWith(
    side,
    program('first', { command: '/bin/cat', startsecs: 0 }) +
      program('counter', {
        command: counter,
        startsecs: 0,
        autostart: 'false',
        stdout_logfile: side.path('counter.log'),
      }),
  );
  const { pid } = await untilState(side, 'first', 'RUNNING');
  const folder = dirname(readlinkSync(`/proc/${pid}/fd/1`));
  // No FIFO is made in a folder of another user.
  chownSync(folder, STRANGER, STRANGER);
  await call(side, 'startProcess', 'counter');
  const counting = await infoOf(side, 'counter');
  expect(readlinkSync(`/proc/${counting.pid}/fd/1`)).toMatch(/^pipe:/);
  chownSync(folder, 0, 0);
  await call(side, 'sendProcessStdin', 'counter', 'before\n');
  daemon.signal('SIGUSR1');
  await side.waitFor('it is upgraded', () =>
    /goes on in place(?:.*\n)+.*started/.test(side.readFile('main.log')),
  );
  await call(side, 'sendProcessStdin', 'counter', 'after\n');
  await side.waitFor('it answers', () => side.readFile('counter.log') === '1 before\n2 after\n');
  expect(await infoOf(side, 'counter')).toMatchObject({ pid: counting.pid, statename: 'RUNNING' });
  await daemon.stop();
});
