import { existsSync, readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { REFERENCE } from '../../compat/harness/debian.ts';
import { isAlive } from '../../compat/harness/processes.ts';
import type { Daemon, Side } from '../../compat/scenario.ts';
import { needing, unpacked } from '../needs.ts';
import { allInfo, infoOf, program, script, test, untilAll } from './support.ts';

const VISORD = fileURLToPath(new URL('../../dist/bin/visord', import.meta.url));

const STOCK = unpacked(REFERENCE);

const STAYS = { command: '/bin/sleep 1000', startsecs: 0 };

/** Counts in its log, also after a write that failed. */
function counter(side: Side, name: string): string {
  return script(side, `${name}.sh`, 'i=0; while :; do i=$((i + 1)); echo $i 2>/dev/null; sleep 0.05; done');
}

/** Debian's daemon, in the background, with programs that run. */
async function startStock(side: Side, sections: string): Promise<Daemon> {
  const config = side.writeFile('supervisord.conf', side.preamble + sections);
  const { code, stderr } = await side.command(REFERENCE, ['-c', config]);
  expect([code, stderr]).toEqual([0, '']);
  await side.waitFor('the pidfile', () => side.readFile('supervisord.pid') !== '');
  const daemon = side.daemonAt(side.path('supervisord.pid'));
  await untilAll(side, 'RUNNING');
  return daemon;
}

async function kill(daemon: Daemon): Promise<void> {
  daemon.signal('SIGKILL');
  await daemon.exited();
}

const FOUND = 'WARN a program of an earlier supervisord, which kept no journal, runs;';

needing(test, STOCK)(
  'programs of a killed supervisord of Python that run as configured are adopted, and their output is logged on',
  async ({ side }) => {
    const sections =
      program('stays', STAYS) +
      program('counter', {
        command: counter(side, 'counter'),
        startsecs: 0,
        redirect_stderr: 'true',
        stdout_logfile: side.path('counter.log'),
      }) +
      `${program('two', { ...STAYS, numprocs: 2, process_name: 'n%(process_num)s' })}[group:g]\nprograms=two\n`;
    const stock = await startStock(side, sections);
    await side.waitFor('it counts', () => side.readFile('counter.log').includes('3\n'));
    const before = await allInfo(side);
    await kill(stock);
    const logged = side.readFile('counter.log').length;
    const daemon = await side.start();
    await untilAll(side, 'RUNNING');
    expect((await allInfo(side)).map(({ group, name, pid }) => [group, name, pid]).sort()).toEqual(
      before.map(({ group, name, pid }) => [group, name, pid]).sort(),
    );
    for (const { group, name, pid } of before) {
      expect(side.readFile('main.log')).toContain(
        `${FOUND} '${group}:${name}': process ${pid} runs as it is configured, and is adopted\n`,
      );
    }
    await side.waitFor('it counts on', () => side.readFile('counter.log').length > logged + 10);
    expect((await infoOf(side, 'stays')).description).toMatch(/^pid \d+, uptime 0:0\d:/);
    await daemon.stop();
    expect(before.map(({ pid }) => isAlive(pid))).toEqual([false, false, false, false]);
  },
);

needing(test, STOCK)('visord take-over: no program restarts, and no write fails', async ({ side }) => {
  const writer = script(
    side,
    'writer.sh',
    'cd "$(dirname "$0")"; i=0; while :; do i=$((i + 1)); echo $i || touch broken; sleep 0.01; done',
  );
  const sections =
    program('stays', STAYS) +
    program('writer', { command: writer, startsecs: 0, stdout_logfile: side.path('writer.log') });
  const stock = await startStock(side, sections);
  await side.waitFor('it writes', () => side.readFile('writer.log').includes('3\n'));
  const before = await allInfo(side);
  const { stdout, stderr, code } = await side.command(VISORD, [
    'take-over',
    '-c',
    side.path('supervisord.conf'),
  ]);
  expect([stdout, stderr, code]).toEqual([
    `supervisord (pid ${stock.pid}) was killed; adopted: stays:stays, writer:writer\n`,
    `Unlinking stale socket ${side.path('s.sock')}\n`,
    0,
  ]);
  const daemon = side.daemonAt(side.path('supervisord.pid'));
  expect(daemon.pid).not.toBe(stock.pid);
  expect((await allInfo(side)).map(({ name, pid }) => [name, pid])).toEqual(
    before.map(({ name, pid }) => [name, pid]),
  );
  const logged = side.readFile('writer.log').length;
  await side.waitFor('it writes on', () => side.readFile('writer.log').length > logged + 20);
  await daemon.stop();
  const lines = side.readFile('writer.log').trimEnd().split('\n').map(Number);
  expect(lines).toEqual(lines.map((_, index) => index + 1));
  expect(existsSync(side.path('broken'))).toBe(false);
});

needing(test, STOCK)('visord take-over: what is not a supervisord of Python runs on', async ({ side }) => {
  side.writeFile('supervisord.conf', side.preamble);
  const take = () => side.command(VISORD, ['take-over', '-c', side.path('supervisord.conf')]);
  expect(await take()).toMatchObject({
    code: 1,
    stderr: `Error: no pid is in ${side.path('supervisord.pid')}\n`,
  });
  side.writeFile('supervisord.pid', `${process.pid}\n`);
  expect(await take()).toMatchObject({
    code: 1,
    stderr: `Error: process ${process.pid}, which the pidfile names, is not a supervisord\n`,
  });
  const daemon = await side.start();
  expect((await take()).stderr).toMatch(/^Error: process \d+ is visord already: /);
  await daemon.stop();
});

needing(test, STOCK)('each program that is not adopted is reported with the reason', async ({ side }) => {
  const changed = program('changed', STAYS);
  // The output goes to another process, whose bytes must not be taken.
  const piped = `/bin/bash -c 'exec > >(cat >${side.path('piped.log')}); while :; do echo x; sleep 0.1; done'`;
  const sections = program('piped', { command: piped, startsecs: 0 });
  const stock = await startStock(side, sections + changed + program('gone', STAYS));
  await side.waitFor('it writes', () => side.readFile('piped.log').includes('x'));
  const pids = Object.fromEntries((await allInfo(side)).map(({ name, pid }) => [name, pid]));
  await kill(stock);
  side.writeFile('supervisord.conf', side.preamble + sections + changed.replace('1000', '1001'));
  const daemon = await side.start();
  await untilAll(side, 'RUNNING');
  const log = side.readFile('main.log');
  expect(log).toContain(
    `${FOUND} 'piped:piped': process ${pids.piped} is not adopted, since another process reads its output, and runs beside what is started here\n`,
  );
  expect(log).toContain(
    `${FOUND} 'changed:changed': process ${pids.changed} is not adopted, since it does not run the configured command as the configured user, and runs beside what is started here\n`,
  );
  expect(log).toContain(`${FOUND} 'gone:gone': process ${pids.gone} is not configured, and is left alone\n`);
  await daemon.stop();
  for (const pid of Object.values(pids)) {
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, 'SIGKILL');
  }
});

needing(test, STOCK)('programs of another supervisord are not touched', async ({ side }) => {
  // Daemon and programs have another socket; the names and commands are the same.
  const other = side.preamble.replaceAll(side.path('s.sock'), side.path('other.sock'));
  const config = side.writeFile(
    'other.conf',
    other.replace(/pidfile=.*/, `pidfile=${side.path('other.pid')}`) + program('stays', STAYS),
  );
  expect((await side.command(REFERENCE, ['-c', config])).code).toBe(0);
  await side.waitFor('the pidfile', () => side.readFile('other.pid') !== '');
  const stock = side.daemonAt(side.path('other.pid'));
  const client = side.writeFile(
    'other-ctl.conf',
    `[supervisorctl]\nserverurl=unix://${side.path('other.sock')}\n`,
  );
  let pid = 0;
  await side.waitFor('it runs', async () => {
    const { stdout } = await side.ctl(['-c', client, 'pid', 'stays']);
    pid = Number(stdout.trim());
    return pid > 0;
  });
  await kill(stock);
  // A process that no daemon is: the pid of the file has ended.
  side.writeFile('supervisord.pid', '4194303\n');
  side.writeFile('supervisord.conf', side.preamble + program('stays', STAYS));
  const daemon = await side.start();
  await untilAll(side, 'RUNNING');
  expect(side.readFile('main.log')).not.toContain('kept no journal');
  expect((await infoOf(side, 'stays')).pid).not.toBe(pid);
  expect(readlinkSync(`/proc/${pid}/fd/1`)).toMatch(/^pipe:/);
  await daemon.stop();
  expect(isAlive(pid)).toBe(true);
  process.kill(pid, 'SIGKILL');
});
