/** restart_mode=rolling under the real daemon: one process after the other, and no request lost. */
import { readFileSync, rmSync } from 'node:fs';
import { describe, expect } from 'vitest';
import type { Side } from '../../../compat/scenario.ts';
import { needing, unpacked } from '../../needs.ts';
import {
  allInfo,
  call,
  faultOf,
  infoOf,
  ownCtl,
  pidsOf,
  program,
  script,
  startWith,
  test,
  untilAll,
  untilCaught,
  untilState,
} from '../support.ts';
import { deployUnderLoad, gunicornServers, nginx, WITH_GUNICORN } from './load.ts';

const PROCESSES = { numprocs: 3, process_name: '%(program_name)s_%(process_num)d' } as const;

/** What the main log has of starts and stops, in order. */
function steps(side: Side): string[] {
  return [...side.readFile('main.log').matchAll(/ (spawned|stopped): '?(\w+)'?/g)].map(
    ([, what, name]) => `${what} ${name}`,
  );
}

describe('restart_mode=rolling', () => {
  test('restarts one process after the other, by supervisorctl restart', async ({ side }) => {
    await startWith(
      side,
      program('web', { command: '/bin/sleep 1000', startsecs: 0, restart_mode: 'rolling', ...PROCESSES }),
    );
    await untilAll(side, 'RUNNING');
    const before = await pidsOf(side);
    const begun = steps(side).length;
    const { stdout, code } = await ownCtl(side, 'restart', 'web:*');
    expect([stdout, code]).toEqual(['web:web_0: restarted\nweb:web_1: restarted\nweb:web_2: restarted\n', 0]);
    expect(steps(side).slice(begun)).toEqual([
      'stopped web_0',
      'spawned web_0',
      'stopped web_1',
      'spawned web_1',
      'stopped web_2',
      'spawned web_2',
    ]);
    const after = await pidsOf(side);
    expect(after.filter((pid) => before.includes(pid))).toEqual([]);
    // The stock client's restart is a stop of all and a start of all.
    await side.ctl(['restart', 'web:*']);
    expect(
      steps(side)
        .slice(begun + 6, begun + 9)
        .map((step) => step.split(' ')[0]),
    ).toEqual(['stopped', 'stopped', 'stopped']);
  });

  test('waits until each is ready, and leaves the others where one fails', async ({ side }) => {
    const command = script(
      side,
      'server.sh',
      'if [ "$1" = 1 ] && [ -e "$(dirname "$0")/broken" ]; then exit 3; fi; echo up; exec sleep 1000',
    );
    await startWith(
      side,
      program('web', {
        command: `${command} %(process_num)d`,
        startsecs: 0,
        startretries: 0,
        readiness_check_script: 'log:^up$',
        restart_mode: 'rolling',
        ...PROCESSES,
      }),
    );
    await untilAll(side, 'RUNNING');
    const [first, , third] = await pidsOf(side);
    side.writeFile('broken', '');
    const { stdout, code } = await ownCtl(side, 'restart', 'web:*');
    const failure = 'Exited too quickly (process log may have details)';
    expect(stdout).toBe(`web:web_0: restarted\nweb:web_1: ERROR (${failure})\nweb:web_2: not restarted\n`);
    expect(code).toBe(7);
    const after = await allInfo(side);
    expect(after.map(({ statename }) => statename)).toEqual(['RUNNING', 'FATAL', 'RUNNING']);
    expect(after[0]?.pid).not.toBe(first);
    expect(after[2]?.pid).toBe(third);
  });

  test('restarts rolling_batch processes at a time, and one alone where it is named', async ({ side }) => {
    const keys = { command: '/bin/sleep 1000', startsecs: 0, restart_mode: 'rolling', rolling_batch: 2 };
    await startWith(
      side,
      program('web', { ...keys, ...PROCESSES }) +
        program('other', { command: '/bin/sleep 1000', startsecs: 0 }),
    );
    await untilAll(side, 'RUNNING');
    const begun = steps(side).length;
    expect(await side.rpc('visord.restartGroup', ['web'])).toMatchObject({
      result: ['web_0', 'web_1', 'web_2'].map((name) => ({
        name,
        group: 'web',
        status: 80,
        description: 'OK',
      })),
    });
    expect(steps(side).slice(begun).slice(-2)).toEqual(['stopped web_2', 'spawned web_2']);
    const before = await pidsOf(side);
    const { stdout } = await ownCtl(side, 'restart', 'web:web_1', 'other');
    expect(stdout).toBe('other: stopped\nother: started\nweb:web_1: restarted\n');
    const after = await pidsOf(side);
    expect(after.map((pid, index) => pid === before[index])).toEqual([false, true, false, true]);
    expect(await faultOf(side.rpc('visord.restartGroup', ['nothing']))).toBe('BAD_NAME: nothing');
  });

  test('ends where a client stops the process that is not ready yet', async ({ side }) => {
    const command = script(side, 'server.sh', '[ -e "$(dirname "$0")/slow" ] || echo up; exec sleep 1000');
    const keys = { command, startsecs: 0, readiness_check_script: 'log:^up$', restart_mode: 'rolling' };
    await startWith(side, program('web', { ...keys, ...PROCESSES }));
    await untilAll(side, 'RUNNING');
    await call(side, 'stopProcess', 'web:web_2');
    side.writeFile('slow', '');
    const restarted = side.rpc('visord.restartGroup', ['web']);
    await untilState(side, 'web:web_0', 'STARTING');
    expect(await faultOf(side.rpc('visord.restartGroup', ['web:web_1']))).toBe(
      'FAILED: a restart of web is under way',
    );
    await call(side, 'stopProcess', 'web:web_0');
    const left = { status: 30, description: 'not restarted' };
    expect(await restarted).toMatchObject({
      result: [{ status: 40, description: 'it was stopped' }, left, left],
    });
    expect((await allInfo(side)).map(({ statename }) => statename)).toEqual([
      'STOPPED',
      'RUNNING',
      'STOPPED',
    ]);
    // What does not run is started.
    rmSync(side.path('slow'));
    const { code } = await ownCtl(side, 'restart', 'web:*');
    expect(code).toBe(0);
    expect((await infoOf(side, 'web:web_2')).statename).toBe('RUNNING');
  });

  test('goes on with the process that it was at where the daemon is killed', async ({ side }) => {
    const slow = script(
      side,
      'slow.sh',
      'cd "$(dirname "$0")"; trap "while [ ! -e go ]; do sleep 0.05; done; exit 0" TERM; while :; do sleep 0.1; done',
    );
    const keys = { command: slow, startsecs: 0, stopwaitsecs: 1000, restart_mode: 'rolling' };
    const daemon = await startWith(side, program('web', { ...keys, ...PROCESSES }));
    await untilAll(side, 'RUNNING');
    const before = await pidsOf(side);
    await untilCaught(side, before[0] ?? 0, 'SIGTERM');
    await side.rpc('visord.restartGroup', ['web', false]);
    await untilState(side, 'web:web_0', 'STOPPING');
    daemon.signal('SIGKILL');
    await daemon.exited();
    await side.start();
    side.writeFile('go', '');
    await side.waitFor('the first one is another process', async () => (await pidsOf(side))[0] !== before[0]);
    await untilAll(side, 'RUNNING');
    const after = await pidsOf(side);
    expect(after.map((pid, index) => pid === before[index])).toEqual([false, true, true]);
  });
});

test('the example of the documentation restarts as the page shows', async ({ side }) => {
  const page = readFileSync(new URL('../../../docs/deploying.md', import.meta.url), 'utf8');
  const [, example = ''] = /## Rolling restarts\n\n```ini\n(.*?)```/s.exec(page) ?? [];
  const [, shown = ''] = /\$ supervisorctl restart web:\*\n(.*?)```/s.exec(page) ?? [];
  await startWith(side, example);
  await untilAll(side, 'RUNNING');
  expect((await ownCtl(side, 'restart', 'web:*')).stdout).toBe(shown);
});

describe('a deploy under load', { timeout: 600_000 }, () => {
  test('of four servers with rolling loses no request, and its clients get the next release', async ({
    side,
  }) => {
    await deployUnderLoad(side, { restart_mode: 'rolling' });
  });

  needing(test, unpacked('nginx'))('behind nginx loses none either', async ({ side }) => {
    const port = await side.freePort();
    const proxy = nginx(side, port, side.path('web.sock'));
    await deployUnderLoad(side, { restart_mode: 'rolling' }, { sections: proxy, port });
  });

  needing(test, WITH_GUNICORN)('of four gunicorn servers with rolling loses none', async ({ side }) => {
    await deployUnderLoad(side, { restart_mode: 'rolling' }, null, gunicornServers);
  });

  needing(
    test,
    WITH_GUNICORN,
    unpacked('nginx'),
  )('of gunicorn behind nginx with rolling loses none', async ({ side }) => {
    const port = await side.freePort();
    const proxy = nginx(side, port, side.path('web.sock'));
    await deployUnderLoad(side, { restart_mode: 'rolling' }, { sections: proxy, port }, gunicornServers);
  });
});
