/** update of programs with restart_mode=rolling: what differs is restarted in turn. */
import { rmSync } from 'node:fs';
import { expect } from 'vitest';
import type { Side } from '../../../compat/scenario.ts';
import { allInfo, ownCtl, pidsOf, program, script, startWith, test, untilAll } from '../support.ts';

/** What the main log has of starts and stops, in order. */
function steps(side: Side): string[] {
  return [...side.readFile('main.log').matchAll(/ (spawned|stopped): '?(\w+)'?/g)].map(
    ([, what, name]) => `${what} ${name}`,
  );
}

test('update restarts the processes of a rolling program one after the other, and leaves the rest where one fails', async ({
  side,
}) => {
  const command = script(
    side,
    'server.sh',
    'if [ "$1" = 1 ] && [ -e "$(dirname "$0")/broken" ]; then exit 3; fi; echo up; exec sleep 1000',
  );
  const web = (release: string) =>
    program('web', {
      command: `${command} %(process_num)d ${release}`,
      startsecs: 0,
      startretries: 0,
      readiness_check_script: 'log:^up$',
      restart_mode: 'rolling',
      numprocs: 3,
      process_name: 'w%(process_num)d',
    });
  const write = (release: string) => side.writeFile('supervisord.conf', side.preamble + web(release));
  await startWith(side, web('one'));
  await untilAll(side, 'RUNNING');
  const before = await pidsOf(side);
  const begun = steps(side).length;

  write('two');
  const updated = await ownCtl(side, 'update');
  expect([updated.stdout, updated.code]).toEqual([
    'web:w0: restarted (command)\nweb:w1: restarted (command)\nweb:w2: restarted (command)\n',
    0,
  ]);
  expect(steps(side).slice(begun)).toEqual(
    ['w0', 'w1', 'w2'].flatMap((name) => [`stopped ${name}`, `spawned ${name}`]),
  );
  const second = await pidsOf(side);
  expect(second.filter((pid) => before.includes(pid))).toEqual([]);

  side.writeFile('broken', '');
  write('three');
  const failed = await ownCtl(side, 'update');
  expect([failed.stdout, failed.code]).toEqual([
    'web:w0: restarted (command)\n' +
      'web:w1: ERROR (Exited too quickly (process log may have details))\n' +
      'web:w2: ERROR (not restarted)\n',
    1,
  ]);
  const third = await allInfo(side);
  expect(third.map(({ statename }) => statename)).toEqual(['RUNNING', 'FATAL', 'RUNNING']);
  expect(third[2]?.pid).toBe(second[2]);

  // The process that was left has its former configuration: the next update restarts it.
  rmSync(side.path('broken'));
  expect((await ownCtl(side, 'update')).stdout).toBe('web:w2: restarted (command)\n');
  const fourth = await allInfo(side);
  expect(fourth.map(({ pid }) => pid === 0)).toEqual([false, true, false]);
  expect(fourth[0]?.pid).toBe(third[0]?.pid);
  expect((await ownCtl(side, 'update')).stdout).toBe('');
});

test('update to rolling and from rolling: the new restart_mode counts', async ({ side }) => {
  const web = (seconds: number, mode: string) =>
    program('web', {
      command: `/bin/sleep ${seconds}`,
      startsecs: 0,
      restart_mode: mode,
      numprocs: 2,
      process_name: 'w%(process_num)d',
    });
  await startWith(side, web(1000, 'stop_start'));
  await untilAll(side, 'RUNNING');
  let begun = steps(side).length;
  side.writeFile('supervisord.conf', side.preamble + web(2000, 'rolling'));
  expect((await ownCtl(side, 'update')).stdout).toBe(
    'web:w0: restarted (command, restart_mode)\nweb:w1: restarted (command, restart_mode)\n',
  );
  expect(steps(side).slice(begun)).toEqual(['stopped w0', 'spawned w0', 'stopped w1', 'spawned w1']);
  begun = steps(side).length;
  side.writeFile('supervisord.conf', side.preamble + web(3000, 'stop_start'));
  expect((await ownCtl(side, 'update')).stdout).toBe('web: stopped\nweb: updated process group\n');
  await untilAll(side, 'RUNNING');
  expect(
    steps(side)
      .slice(begun)
      .filter((step) => step.startsWith('stopped'))
      .sort(),
  ).toEqual(['stopped w0', 'stopped w1']);
});
