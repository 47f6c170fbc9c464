import { existsSync, renameSync } from 'node:fs';
import { expect } from 'vitest';
import type { Side } from '../../compat/scenario.ts';
import { killAtRest, ownCtl, program, script, startWith, test, untilState } from './support.ts';

interface Change {
  readonly time: number;
  readonly monotonic: number;
  readonly from: string;
  readonly to: string;
  readonly pid: number;
  readonly exited: boolean;
  readonly exitstatus: number;
  readonly signal: number;
  readonly expected: boolean;
  readonly spawnerr: string;
}

async function historyOf(side: Side, name: string): Promise<Change[]> {
  const answer = await side.rpc('visord.getHistory', [name]);
  if (!('result' in answer)) throw new Error(JSON.stringify(answer));
  return answer.result as unknown as Change[];
}

async function statesOf(side: Side, name: string): Promise<string[]> {
  return (await historyOf(side, name)).map(({ to }) => to);
}

/** A program that exits with 3 when there is a file `go`, which it removes. */
function configure(side: Side): string {
  const fails = script(
    side,
    'fails.sh',
    `while ! rm ${side.path('go')} 2>/dev/null; do sleep 0.05; done; exit 3`,
  );
  return (
    program('fails', { command: fails, startsecs: 0, autorestart: 'true' }) +
    program('stays', { command: '/bin/sleep 1000', startsecs: 0 }) +
    program('never', { command: side.path('never'), startretries: 0, startsecs: 0 })
  );
}

async function fail(side: Side): Promise<void> {
  const { pid } = await untilState(side, 'fails', 'RUNNING');
  renameSync(side.writeFile('soon', ''), side.path('go'));
  await side.waitFor('another process', async () => {
    const info = await untilState(side, 'fails', 'RUNNING');
    return info.pid !== pid && !existsSync(side.path('go'));
  });
}

const FAILED = ['EXITED', 'STARTING', 'RUNNING'];

test('the history of a process is kept over a kill of the daemon, an upgrade and a reload', async ({
  side,
}) => {
  const first = await startWith(side, configure(side));
  const { pid } = await untilState(side, 'stays', 'RUNNING');
  await untilState(side, 'never', 'FATAL');
  await fail(side);
  const [starting, running, exited] = await historyOf(side, 'fails');
  expect(starting).toMatchObject({ from: 'STOPPED', to: 'STARTING', pid: 0, exited: false, expected: true });
  expect(running).toMatchObject({ from: 'STARTING', to: 'RUNNING', exited: false, signal: 0 });
  expect(exited).toMatchObject({
    from: 'RUNNING',
    to: 'EXITED',
    pid: running?.pid,
    exited: true,
    exitstatus: 3,
    expected: false,
    spawnerr: 'Bad exit code 3',
  });
  expect(exited?.monotonic).toBeGreaterThanOrEqual(running?.monotonic ?? 0);
  expect(await historyOf(side, 'never')).toMatchObject([
    { to: 'STARTING', spawnerr: '' },
    { to: 'BACKOFF', exited: false, expected: false, spawnerr: expect.stringContaining('never') },
    { from: 'BACKOFF', to: 'FATAL', expected: false },
  ]);

  await killAtRest(side, first);
  const second = await side.start();
  await fail(side);
  const twice = ['STARTING', 'RUNNING', ...FAILED, ...FAILED];
  expect(await statesOf(side, 'fails')).toEqual(twice);
  expect(await statesOf(side, 'stays')).toEqual(['STARTING', 'RUNNING']);

  second.signal('SIGUSR1');
  await side.logged(' goes on in place of ');
  await fail(side);
  expect(await statesOf(side, 'fails')).toEqual([...twice, ...FAILED]);

  second.signal('SIGHUP');
  await side.waitFor('another process', async () => (await untilState(side, 'stays', 'RUNNING')).pid !== pid);
  const changes = await historyOf(side, 'stays');
  expect(changes.map(({ to }) => to)).toEqual([
    'STARTING',
    'RUNNING',
    'STOPPING',
    'STOPPED',
    'STARTING',
    'RUNNING',
  ]);
  expect(changes[3]).toMatchObject({ pid, exited: true, exitstatus: -1, signal: 15, expected: true });

  const { stdout, code } = await ownCtl(side, 'history', '--limit', '3', 'stays');
  expect(code).toBe(0);
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(
      new RegExp(
        `^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d {2}STOPPING -> STOPPED   pid ${pid}, terminated by SIGTERM$`,
      ),
    ),
    expect.stringMatching(/STOPPED {2}-> STARTING$/),
    expect.stringMatching(/STARTING -> RUNNING {3}pid \d+$/),
    '',
  ]);
});
