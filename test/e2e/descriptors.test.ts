import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';
import { expect } from 'vitest';
import { isAtRest } from '../../compat/harness/processes.ts';
import { call, program, startWith, targetsOf, test, untilFilesAreKept, untilState } from './support.ts';

/** Epoll descriptors that a process has open. */
function pollers(pid: number): number {
  return targetsOf(pid).filter((target) => target === 'anon_inode:[eventpoll]').length;
}

/** What Node itself opens. */
async function pollersOfNode(): Promise<number> {
  const node = spawn(process.execPath, ['-e', 'process.stdin.resume(); console.log("up")']);
  try {
    await once(node.stdout, 'data');
    return pollers(node.pid ?? 0);
  } finally {
    node.kill();
    await once(node, 'exit');
  }
}

test('clients, programs and a log with a slow reader are waited for with one poller', async ({ side }) => {
  const pipe = side.path('log.pipe');
  execFileSync('mkfifo', [pipe]);
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const daemon = await startWith(
      side,
      program('piped', {
        command: '/bin/sh -c "head -c 500000 /dev/zero; exec sleep 100"',
        stdout_logfile: pipe,
      }) + program('quiet', { command: '/bin/cat' }),
    );
    await untilState(side, 'piped', 'RUNNING');
    expect(pollers(daemon.pid)).toBe((await pollersOfNode()) + 1);
  } finally {
    closeSync(reader);
  }
});

test('a program that leaves a process behind at every run takes no more descriptors for it', async ({
  side,
}) => {
  const daemon = await startWith(
    side,
    program('leaving', {
      command: '/bin/sh -c "sleep 7777 & echo run"',
      startsecs: 0,
      autostart: 'false',
      autorestart: 'false',
      stdout_logfile: side.path('leaving.log'),
    }),
  );
  await untilFilesAreKept(side, daemon.pid);
  // Without the connections of the calls, which are closed a little after their answers.
  const open = (): number => targetsOf(daemon.pid).filter((target) => !target.startsWith('socket:')).length;
  let afterFive = 0;
  for (let runs = 1; runs <= 12; runs += 1) {
    await call(side, 'startProcess', 'leaving');
    await untilState(side, 'leaving', 'EXITED');
    await side.logged('run\n', { file: 'leaving.log', times: runs });
    await side.waitFor('the daemon rests', () => isAtRest(daemon.pid));
    if (runs === 5) afterFive = open();
    if (runs > 5) await side.waitFor(`no more are open after ${runs} runs`, () => open() <= afterFive);
  }
  expect(side.readFile('leaving.log')).toBe('run\n'.repeat(12));
});
