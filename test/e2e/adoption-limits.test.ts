import { expect } from 'vitest';
import { isAlive, pidsRunning } from '../../compat/harness/processes.ts';
import { allInfo, program, test, untilAll } from './support.ts';

test('programs that just fit into the limit of open files are adopted, and none counts as ended', async ({
  side,
}) => {
  const command = `/bin/sleep ${10_000 + process.pid}`;
  const many = program('many', {
    command,
    numprocs: 50,
    process_name: '%(process_num)02d',
    startsecs: 0,
    stdout_logfile: 'NONE',
    stderr_logfile: 'NONE',
  });
  // Two descriptors for each program, and some 30 for the daemon itself: no room for a third of each.
  const prefix = ['prlimit', '--nofile=150:150'];
  const preamble = side.preamble.replace('[supervisord]', '[supervisord]\nminfds=100');
  side.writeFile('supervisord.conf', preamble + many);
  const daemon = await side.start({ prefix });
  await untilAll(side, 'RUNNING');
  const pids = (await allInfo(side)).map(({ pid }) => pid);
  daemon.signal('SIGKILL');
  await daemon.exited();

  const next = await side.start({ prefix });

  expect((await allInfo(side)).map(({ pid, statename }) => [pid, statename])).toEqual(
    pids.map((pid) => [pid, 'RUNNING']),
  );
  const [ended = 0] = pids;
  process.kill(ended, 'SIGKILL');
  await side.logged('exited: 00 ');
  await untilAll(side, 'RUNNING');
  expect(pidsRunning(command.replace(' ', '\0')).filter(isAlive)).toHaveLength(50);
  expect(await next.stop()).toBe(0);
  expect(pids.filter(isAlive)).toEqual([]);
});
