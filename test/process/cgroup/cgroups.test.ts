/** On folders that look like cgroups; in real ones: test/e2e/kill-mode.test.ts. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, describe, expect } from 'vitest';
import {
  isPopulated,
  killAll,
  numberAt,
  processesIn,
  removeCgroup,
} from '../../../src/process/cgroup/cgroup-files.ts';
import { Cgroups, cgroupName } from '../../../src/process/cgroup/cgroups.ts';
import { limitFiles } from '../../../src/process/cgroup/limit-files.ts';
import { cgroupCpuSeconds, cgroupMemory } from '../../../src/process/cgroup/usage.ts';
import { RunScope } from '../../../src/process/leftovers/run-scope.ts';
import { defaultProgram } from '../../config/support.ts';
import { FakeLog } from '../../rpc/fakes.ts';

interface Machine {
  readonly folder: string;
  readonly log: FakeLog;
  /** @param cgroup text of /proc/self/cgroup @param options of the mount */
  cgroups(cgroup?: string, options?: string): Cgroups;
  /** Puts a process into a cgroup, by its path. */
  place(pid: number, cgroup: string): void;
}

const test = base.extend<{ machine: Machine }>({
  // biome-ignore lint/correctness/noEmptyPattern: the test runner reads the names out of this pattern.
  machine: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'visord-cgroups-'));
    const proc = join(folder, 'proc');
    mkdirSync(join(proc, 'self'), { recursive: true });
    mkdirSync(join(folder, 'fs', 'service'), { recursive: true });
    const log = new FakeLog();
    await use({
      folder,
      log,
      cgroups: (cgroup = '0::/service\n', options = 'rw') => {
        const line = `30 25 0:26 / ${join(folder, 'fs')} ${options} - cgroup2 cgroup2 rw\n`;
        writeFileSync(join(proc, 'self', 'mountinfo'), line);
        writeFileSync(join(proc, 'self', 'cgroup'), cgroup);
        return new Cgroups({ log, runtimeFolder: '/run/visord/x', proc });
      },
      place: (pid, cgroup) => {
        mkdirSync(join(proc, String(pid)));
        writeFileSync(join(proc, String(pid), 'cgroup'), `0::${cgroup}\n`);
      },
    });
    rmSync(folder, { recursive: true });
  },
});

test('a process has a cgroup with its name below that of the daemon, and a later daemon finds it', ({
  machine,
}) => {
  const cgroups = machine.cgroups();
  const made = cgroups.make('web', 'web_0') ?? '';
  expect(made).toMatch(/\/fs\/service\/visord-[0-9a-f]{12}\/web:web_0$/);
  expect(existsSync(made)).toBe(true);
  const path = made.slice(join(machine.folder, 'fs').length);
  machine.place(12, path);
  machine.place(13, '/service');
  // The next daemon may run elsewhere.
  const next = machine.cgroups('0::/\n');
  expect(next.find('web', 'web_0', 12)).toBe(made);
  expect(next.find('web', 'web_1', 12)).toBe(null);
  expect(next.find('web', 'web_0', 13)).toBe(null);
});

test('of a process that has ended the cgroup is found by its name', ({ machine }) => {
  const cgroups = machine.cgroups();
  const made = cgroups.make('g', 'p');
  expect(cgroups.find('g', 'p', 12)).toBe(made);
  expect(cgroups.find('g', 'q', 12)).toBe(null);
});

test('where cgroups cannot be written that is logged once', ({ machine }) => {
  const cgroups = machine.cgroups(undefined, 'ro');
  expect([cgroups.make('g', 'p'), cgroups.make('g', 'q'), cgroups.all()]).toEqual([null, null, []]);
  expect(machine.log.lines).toEqual([
    `warn: programs get no cgroups: ${join(machine.folder, 'fs')} is mounted read-only; memory_max, memory_high, cpu_quota, pids_max have no effect, and kill_mode=cgroup finds the processes of a program in /proc`,
  ]);
});

test('a daemon in its leaf makes the cgroups beside it', ({ machine }) => {
  expect(machine.cgroups('0::/service/visord-daemon\n').make('g', 'p')).toMatch(
    /\/fs\/service\/visord-[0-9a-f]+\/g:p$/,
  );
});

test('at the end what is empty is removed', ({ machine }) => {
  const cgroups = machine.cgroups();
  const [empty, used] = [cgroups.make('g', 'empty') ?? '', cgroups.make('g', 'used') ?? ''];
  // A real one cannot be removed while processes are in it.
  writeFileSync(join(used, 'cgroup.procs'), '12\n');
  expect(cgroups.all().sort()).toEqual([empty, used]);
  cgroups.close();
  expect([existsSync(empty), existsSync(used)]).toEqual([false, true]);
});

test('names are those of the processes, and never longer than a file name may be', () => {
  expect(cgroupName('a/b', 'c')).toBe('a_b:c');
  const long = cgroupName('g', 'x'.repeat(300));
  expect(long.length).toBeLessThan(256);
  expect(long).not.toBe(cgroupName('g', 'x'.repeat(301)));
  expect(cgroupName('g', 'ü')).toMatch(/^[0-9a-f]{12}:g__$/);
});

test('the processes of a cgroup are those in it and below it', ({ machine }) => {
  const folder = join(machine.folder, 'fs', 'service');
  mkdirSync(join(folder, 'a', 'b'), { recursive: true });
  writeFileSync(join(folder, 'cgroup.procs'), '12\n13\n');
  writeFileSync(join(folder, 'a', 'b', 'cgroup.procs'), '14\n');
  writeFileSync(join(folder, 'cgroup.events'), 'populated 1\nfrozen 0\n');
  expect(processesIn(folder).sort()).toEqual([12, 13, 14]);
  expect([isPopulated(folder), isPopulated(join(folder, 'a'))]).toEqual([true, false]);
  expect(numberAt('a 1\nab 2\n', 'ab')).toBe(2);
  expect(numberAt('a 1\n', 'b')).toBe(null);
});

test('a cgroup is killed by its own file where the kernel has one', ({ machine }) => {
  const folder = join(machine.folder, 'fs', 'service');
  killAll(folder);
  expect(existsSync(join(folder, 'cgroup.kill'))).toBe(false);
  writeFileSync(join(folder, 'cgroup.kill'), '');
  killAll(folder);
  expect(readFileSync(join(folder, 'cgroup.kill'), 'utf8')).toBe('1');
});

test('a cgroup is removed with those below it', ({ machine }) => {
  const folder = join(machine.folder, 'fs', 'service');
  mkdirSync(join(folder, 'a', 'b'), { recursive: true });
  expect([removeCgroup(folder), existsSync(folder), removeCgroup(folder)]).toEqual([true, false, true]);
});

const LIMITS = { memoryMax: 1024 * 1024, memoryHigh: null, cpuQuota: 50, pidsMax: 20, memoryRestart: null };

/** Makes files as the kernel does. */
function addFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text);
  }
}

test('limits are written to the files of the cgroup', ({ machine }) => {
  const cgroups = machine.cgroups();
  const folder = cgroups.make('g', 'p') ?? '';
  const enabled = {
    'cgroup.controllers': 'cpu memory pids\n',
    'cgroup.subtree_control': 'cpu memory pids\n',
  };
  addFiles(join(machine.folder, 'fs', 'service'), enabled);
  addFiles(join(folder, '..'), enabled);
  addFiles(folder, { 'memory.max': '', 'cpu.max': '', 'pids.max': '' });
  cgroups.make('g', 'p', limitFiles({ resources: LIMITS }));
  const textIn = (file: string) => readFileSync(join(folder, file), 'utf8');
  expect(['memory.max', 'cpu.max', 'pids.max'].map(textIn)).toEqual(['1048576', '50000 100000', '20']);
});

test('a limit that the kernel refuses is the failure of its process, with the key', ({ machine }) => {
  const cgroups = machine.cgroups();
  const folder = cgroups.make('g', 'p') ?? '';
  const enabled = { 'cgroup.controllers': 'memory\n', 'cgroup.subtree_control': 'memory\n' };
  addFiles(join(machine.folder, 'fs', 'service'), enabled);
  addFiles(join(folder, '..'), enabled);
  const limits = limitFiles({ resources: { ...LIMITS, cpuQuota: null, pidsMax: null } });
  expect(() => cgroups.make('g', 'p', limits)).toThrow("couldn't set memory_max: ENOENT");
});

test('a controller that cannot be used is logged once, and the program starts without its limits', ({
  machine,
}) => {
  addFiles(join(machine.folder, 'fs', 'service'), { 'cgroup.controllers': 'cpu\n' });
  const cgroups = machine.cgroups();
  const limits = limitFiles({ resources: LIMITS });
  expect([cgroups.make('g', 'p', limits), cgroups.make('g', 'q', limits)]).not.toContain(null);
  expect(machine.log.lines).toEqual([
    `warn: memory_max, memory_high, cpu_quota, pids_max have no effect: the controllers memory, pids cannot be used in ${join(machine.folder, 'fs', 'service')}`,
  ]);
});

test('the memory of a cgroup is without the cache of files', ({ machine }) => {
  const folder = join(machine.folder, 'fs', 'service');
  expect(cgroupMemory(folder)).toBe(null);
  addFiles(folder, {
    'memory.current': '1000\n',
    'memory.stat': 'anon 500\nfile 400\nactive_file 100\ninactive_file 250\nslab_reclaimable 50\nslab 70\n',
  });
  expect(cgroupMemory(folder)).toBe(600);
});

test('the processor time of a cgroup is that of all processes that have been in it', ({ machine }) => {
  const folder = join(machine.folder, 'fs', 'service');
  expect(cgroupCpuSeconds(folder)).toBe(null);
  addFiles(folder, { 'cpu.stat': 'usage_usec 1250000\nuser_usec 1000000\nsystem_usec 250000\n' });
  expect(cgroupCpuSeconds(folder)).toBe(1.25);
});

describe('a run in a cgroup', () => {
  test('reports processes that the kernel has killed in it for want of memory, each once', ({ machine }) => {
    const cgroups = machine.cgroups();
    const config = { ...defaultProgram(), name: 'p', killMode: 'cgroup' as const };
    const host = { log: machine.log, cgroups, runtimeFolder: '/run/visord/x' };
    const scope = new RunScope({ config, groupName: 'g', host });
    const { cgroup } = scope.open(1);
    expect(scope.oomKills).toBe(0);
    addFiles(cgroup ?? '', { 'memory.events': 'oom 2\noom_kill 2\noom_group_kill 0\n' });
    expect(scope.oomKills).toBe(2);
    const next = new RunScope({ config, groupName: 'g', host });
    next.resume(1, { pid: 2 ** 30, startTicks: 1 });
    expect([next.cgroup, next.oomKills]).toEqual([cgroup, 0]);
  });

  test('limits of a process that runs are those of its new configuration', ({ machine }) => {
    const cgroups = machine.cgroups();
    const base = { ...defaultProgram(), name: 'p', killMode: 'cgroup' as const };
    const before = { ...base, resources: { ...base.resources, memoryMax: 1024, pidsMax: 7 } };
    const owner = { config: base, groupName: 'g', host: { log: machine.log, cgroups, runtimeFolder: '/r' } };
    const scope = new RunScope(owner);
    const cgroup = scope.open(1).cgroup ?? '';
    addFiles(cgroup, { 'memory.max': '1024', 'pids.max': '7' });
    owner.config = { ...base, resources: { ...base.resources, memoryMax: 2048, cpuQuota: 50 } };
    scope.reconfigured(before);
    expect(readFileSync(join(cgroup, 'memory.max'), 'utf8')).toBe('2048');
    expect(readFileSync(join(cgroup, 'pids.max'), 'utf8')).toMatch(/^max/);
    expect(machine.log.lines.join()).toContain("p: couldn't set cpu_quota: ENOENT");
  });
});
