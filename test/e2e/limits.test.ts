import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { describe, expect } from 'vitest';
import { RLIMIT_OPTIONS } from '../../src/config/tables/program/limits.ts';
import { getrlimit } from '../../src/native/posix.ts';
import { need, needing, ROOT } from '../needs.ts';
import { call, infoOf, isRoot, program, script, startWith, test, untilState } from './support.ts';

/** A plain user can only become nicer than it is. */
const NICER = Math.min(getPriority() + 3, 19);

function ofProcess(pid: number, file: string): string {
  return readFileSync(`/proc/${pid}/${file}`, 'utf8');
}

function limitLine(pid: number, name: string): string[] {
  const line =
    ofProcess(pid, 'limits')
      .split('\n')
      .find((one) => one.startsWith(name)) ?? '';
  return line.slice(name.length).trim().split(/\s+/).slice(0, 2);
}

function statusField(pid: number, name: string): string {
  return new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(ofProcess(pid, 'status'))?.[1] ?? '';
}

describe('a program with limits', () => {
  test('has them, and its hooks too', async ({ side }) => {
    const hook = script(side, 'hook.sh', `ulimit -n > ${side.path('hook')}`);
    await startWith(
      side,
      program('web', {
        command: 'sleep 1000',
        startsecs: 0,
        pre_start_hook: hook,
        limit_nofile: '100:200',
        limit_core: '0',
        limit_fsize: '1MB:2MB',
        limit_stack: '4MB:8MB',
        nice: NICER,
        ionice: 'best-effort:6',
        oom_score_adj: 321,
        cpu_affinity: '0',
        no_new_privs: 'true',
      }) + program('plain', { command: 'sleep 1000', startsecs: 0 }),
    );
    const { pid } = await untilState(side, 'web', 'RUNNING');
    expect(limitLine(pid, 'Max open files')).toEqual(['100', '200']);
    expect(limitLine(pid, 'Max core file size')).toEqual(['0', '0']);
    expect(limitLine(pid, 'Max file size')).toEqual(['1048576', '2097152']);
    expect(limitLine(pid, 'Max stack size')).toEqual(['4194304', '8388608']);
    expect(ofProcess(pid, 'stat').split(') ')[1]?.split(' ')[16]).toBe(String(NICER));
    expect(execFileSync('ionice', ['-p', String(pid)], { encoding: 'utf8' }).trim()).toBe(
      'best-effort: prio 6',
    );
    expect(ofProcess(pid, 'oom_score_adj').trim()).toBe('321');
    expect(statusField(pid, 'Cpus_allowed_list')).toBe('0');
    expect(statusField(pid, 'NoNewPrivs')).toBe('1');
    expect(side.readFile('hook')).toBe('100\n');

    const plain = (await infoOf(side, 'plain')).pid;
    expect(ofProcess(plain, 'oom_score_adj')).toBe(ofProcess(process.pid, 'oom_score_adj'));
    expect(statusField(plain, 'NoNewPrivs')).toBe('0');
    expect(statusField(plain, 'Cpus_allowed_list')).toBe(statusField(process.pid, 'Cpus_allowed_list'));
  });

  test('whose limit cannot be set exits with 127, and its log has the key', async ({ side }) => {
    const { hard } = getrlimit('nofile');
    await startWith(
      side,
      program('cpu', { command: 'sleep 1000', startretries: 0, cpu_affinity: '1023' }) +
        (isRoot || hard === -1
          ? ''
          : program('files', { command: 'sleep 1000', startretries: 0, limit_nofile: String(hard + 1) })),
    );
    await untilState(side, 'cpu', 'FATAL');
    expect(await call(side, 'readProcessStderrLog', 'cpu', 0, 0)).toBe(
      "supervisor: couldn't set cpu_affinity: EINVAL\nsupervisor: child process was not spawned\n",
    );
    expect(side.readFile('main.log')).toContain('exited: cpu (exit status 127; not expected)');
  });
});

needing(describe, ROOT)('a program of another user', () => {
  const NOBODY_ID = 65_534;

  test('has the group and the capabilities of its section, and no others', async ({ side }) => {
    await startWith(
      side,
      program('web', {
        command: 'sleep 1000',
        startsecs: 0,
        user: 'nobody',
        group: 'daemon',
        capabilities: 'net_bind_service',
      }) +
        program('bare', { command: 'sleep 1000', startsecs: 0, capabilities: 'none' }) +
        program('root', { command: 'sleep 1000', startsecs: 0, group: 'daemon' }),
    );
    const { pid } = await untilState(side, 'web', 'RUNNING');
    const daemonGid = execFileSync('id', ['-g', 'daemon'], { encoding: 'utf8' }).trim();
    expect(statusField(pid, 'Uid').split('\t')).toEqual(Array(4).fill(String(NOBODY_ID)));
    expect(statusField(pid, 'Gid').split('\t')).toEqual(Array(4).fill(daemonGid));
    expect(statusField(pid, 'Groups').trim()).toBe(daemonGid);
    const bind = (1n << 10n).toString(16).padStart(16, '0');
    expect(['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map((name) => statusField(pid, name))).toEqual(
      Array(5).fill(bind),
    );

    const bare = (await untilState(side, 'bare', 'RUNNING')).pid;
    expect(['CapPrm', 'CapEff', 'CapBnd'].map((name) => statusField(bare, name))).toEqual(
      Array(3).fill('0'.repeat(16)),
    );
    const root = (await untilState(side, 'root', 'RUNNING')).pid;
    expect([statusField(root, 'Uid').split('\t')[0], statusField(root, 'Gid').split('\t')[0]]).toEqual([
      '0',
      daemonGid,
    ]);
  });
});

/** Keys of all resources: a value that any process may have, the line of /proc/PID/limits, and what stands there. */
const RESOURCES = {
  limit_nofile: ['100:200', 'Max open files', '100', '200'],
  limit_nproc: ['500:1000', 'Max processes', '500', '1000'],
  limit_core: ['0:1MB', 'Max core file size', '0', '1048576'],
  limit_cpu: ['3600:7200', 'Max cpu time', '3600', '7200'],
  limit_fsize: ['1MB:2MB', 'Max file size', '1048576', '2097152'],
  limit_data: ['1GB:2GB', 'Max data size', '1073741824', '2147483648'],
  limit_stack: ['4MB:8MB', 'Max stack size', '4194304', '8388608'],
  limit_rss: ['1GB:2GB', 'Max resident set', '1073741824', '2147483648'],
  limit_as: ['1GB:2GB', 'Max address space', '1073741824', '2147483648'],
  limit_memlock: ['4KB:8KB', 'Max locked memory', '4096', '8192'],
  limit_sigpending: ['50:60', 'Max pending signals', '50', '60'],
  limit_msgqueue: ['4KB:8KB', 'Max msgqueue size', '4096', '8192'],
  limit_nice: ['0', 'Max nice priority', '0', '0'],
  limit_rtprio: ['0', 'Max realtime priority', '0', '0'],
} as const;

test('every resource has the limit of its key', async ({ side }) => {
  expect(Object.keys(RESOURCES)).toEqual(Object.keys(RLIMIT_OPTIONS));
  const keys = Object.entries(RESOURCES).map(([key, [value]]) => [key, value]);
  await startWith(side, program('web', { command: 'sleep 1000', startsecs: 0, ...Object.fromEntries(keys) }));
  const { pid } = await untilState(side, 'web', 'RUNNING');
  for (const [, line, soft, hard] of Object.values(RESOURCES)) {
    expect([line, ...limitLine(pid, line)]).toEqual([line, soft, hard]);
  }
});

/** Values that a process without any capability may not have. */
const REFUSED = {
  limit_core: ['1MB', 'EPERM'],
  nice: [-5, 'EACCES'],
  ionice: ['realtime:0', 'EPERM'],
  oom_score_adj: [-999, 'EACCES'],
  cpu_affinity: ['1023', 'EINVAL'],
  group: ['daemon', 'EPERM'],
  capabilities: ['none', 'EPERM'],
} as const;

const WITHOUT_RIGHTS = ['prlimit', '--core=0:0', 'setpriv', '--inh-caps=-all', '--bounding-set=-all'];
const canDropRights = isRoot && spawnSync('prlimit', [...WITHOUT_RIGHTS.slice(1), 'true']).status === 0;

needing(
  test,
  ROOT,
  need(!isRoot || canDropRights, 'install util-linux'),
)('every key that cannot be set is named, and the program exits with 127', async ({ side }) => {
  const sections = Object.entries(REFUSED).map(([key, [value]]) =>
    program(key, { command: 'sleep 1000', startretries: 0, [key]: value }),
  );
  await startWith(side, sections.join(''), { prefix: WITHOUT_RIGHTS });
  for (const [key, [, code]] of Object.entries(REFUSED)) {
    await untilState(side, key, 'FATAL');
    expect(await call(side, 'readProcessStderrLog', key, 0, 0)).toBe(
      `supervisor: couldn't set ${key}: ${code}\nsupervisor: child process was not spawned\n`,
    );
    expect(side.readFile('main.log')).toContain(`exited: ${key} (exit status 127; not expected)`);
  }
});
