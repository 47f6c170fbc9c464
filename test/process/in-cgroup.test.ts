import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Cgroups } from '../../src/process/cgroup/cgroups.ts';
import { describeProcess } from '../../src/process/description.ts';
import { Process } from '../../src/process/process.ts';
import { type FakeLog, processConfig } from '../rpc/fakes.ts';
import { loggedTo, readText, test, until } from './support.ts';

/** A folder that looks like the mount of cgroup v2. */
function fakeCgroups(folder: string, log: FakeLog): Cgroups {
  const proc = join(folder, 'proc');
  mkdirSync(join(proc, 'self'), { recursive: true });
  writeFileSync(join(proc, 'self', 'mountinfo'), `30 25 0:26 / ${folder} rw - cgroup2 cgroup2 rw\n`);
  writeFileSync(join(proc, 'self', 'cgroup'), '0::/\n');
  return new Cgroups({ log, runtimeFolder: folder, proc });
}

test('a process that cannot join its cgroup does not run', async ({ host, folder }) => {
  const cgroups = fakeCgroups(folder, host.log);
  const stderr = loggedTo(join(folder, 'err.log'));
  const config = processConfig('p', { startSeconds: 0, autorestart: 'never', killMode: 'cgroup', stderr });
  const program = new Process(config, 'g', Object.assign(host, { cgroups }));
  program.start();
  await until('it has exited', () => program.state === 'EXITED');
  expect(program.exitStatus).toBe(127);
  expect(readText(join(folder, 'err.log'))).toBe(
    "supervisor: couldn't join its cgroup: ENOENT\nsupervisor: child process was not spawned\n",
  );
  program.dispose();
});

test('a process that the kernel has killed for want of memory is reported in its exit, its error and its description', async ({
  host,
  folder,
}) => {
  const cgroups = fakeCgroups(folder, host.log);
  const cgroup = cgroups.make('g', 'p') ?? '';
  writeFileSync(join(cgroup, 'cgroup.procs'), '');
  // What the kernel counts.
  writeFileSync(join(cgroup, 'memory.events'), 'oom_kill 3\n');
  const config = processConfig('p', { startSeconds: 0, autorestart: 'never', killMode: 'cgroup' });
  const program = new Process(config, 'g', Object.assign(host, { cgroups }));
  program.start();
  expect(program.cgroup).toBe(cgroup);
  writeFileSync(join(cgroup, 'memory.events'), 'oom_kill 4\n');
  process.kill(program.pid, 'SIGKILL');
  await until('it has exited', () => program.state === 'EXITED');
  expect(host.log.lines).toContain('warn: exited: p (terminated by SIGKILL, out of memory; not expected)');
  expect(program.spawnError).toBe('out of memory');
  expect(describeProcess(program, Date.now() / 1000)).toMatch(/ [AP]M, out of memory$/);
  program.dispose();
});
