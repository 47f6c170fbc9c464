/**
 * Limits of cgroup v2 under a kernel of the test's own, as most machines have not all controllers for tests: User Mode
 * Linux, with the files of this machine read-only. `npm run cgroups` unpacks it.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { OWN_KERNEL } from '../../compat/harness/debian.ts';
import type { Side } from '../../compat/scenario.ts';
import { need, needing, ROOT } from '../needs.ts';
import { program, SUPERVISORD, script, test } from './support.ts';

const IS_THERE = need(existsSync(OWN_KERNEL), 'npm run cgroups');

/** The longest that it may take, in milliseconds; a minute is usual. */
const LONGEST_MS = 300_000;

/** Where the daemon writes: memory of the other machine. */
const FOLDER = '/mnt';

const PYTHON = '/usr/bin/python3 -I -S -c';

const CONFIGURATION = `
[supervisord]
nodaemon=true
pidfile=${FOLDER}/pid
logfile=${FOLDER}/main.log
[unix_http_server]
file=${FOLDER}/sock
[supervisorctl]
serverurl=unix://${FOLDER}/sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
${program('eats', {
  command: `${PYTHON} "x = [bytearray(b'1' * 2 ** 20) for _ in range(500)]"`,
  memory_max: '60MB',
  startsecs: 0,
  autorestart: 'false',
})}
${program('grows', {
  command: `${PYTHON} "import time; x = bytearray(b'1' * 80 * 2 ** 20); time.sleep(1000)"`,
  memory_restart: '40MB',
  startsecs: 0,
})}
${program('forks', {
  command: "/bin/sh -c 'for i in 1 2 3 4 5 6 7 8; do sleep 1000 & done; wait'",
  pids_max: 5,
  kill_mode: 'cgroup',
  startsecs: 0,
  autorestart: 'false',
  redirect_stderr: 'true',
  stdout_logfile: `${FOLDER}/forks.log`,
})}
${program('busy', { command: "/bin/sh -c 'while :; do :; done'", cpu_quota: '20%%', startsecs: 0 })}
${program('high', { command: '/bin/sleep 1000', memory_high: '50MB', startsecs: 0 })}
${program('escapes', {
  command: `/bin/sh -c "setsid -f /bin/sh -c 'trap : TERM; echo up > ${FOLDER}/away; while :; do sleep 1; done'; exec sleep 1000"`,
  kill_mode: 'cgroup',
  startsecs: 0,
})}
`;

/** What is done there; each `show NAME` prints what follows it as a part of the result. */
function steps(configuration: string): string {
  const commands = dirname(SUPERVISORD);
  return `
daemon() { ${commands}/supervisord -c ${configuration} >/dev/null 2>&1 & }
ctl() { ${commands}/supervisorctl -c ${configuration} "$@"; }
until_true() { for try in $(seq 300); do eval "$1" && return; sleep 0.2; done; show trouble; echo "not seen: $1"; }
logged() { until_true "grep -qs '$1' ${FOLDER}/main.log"; }
show() { echo "== $1"; }
away() { pgrep -f 'trap : TER[M]' | wc -l; }

exec 2>/dev/null
show controllers; cat /sys/fs/cgroup/cgroup.controllers
daemon
logged 'exited: eats'; logged 'restarting grows'; logged 'exited: forks'
until_true '[ -e ${FOLDER}/away ]'
busy=$(echo /sys/fs/cgroup/visord-*/busy:busy); high=$(echo /sys/fs/cgroup/visord-*/high:high)
until_true "grep -q 'nr_throttled [1-9]' $busy/cpu.stat"
show quota; cat $busy/cpu.max
show high; cat $high/memory.high
show forks; cat ${FOLDER}/forks.log
show status; ctl status eats | cat
pid=$(cat ${FOLDER}/pid); kill -9 $pid; until_true "! kill -0 $pid 2>/dev/null"
daemon; until_true '[ "$(cat ${FOLDER}/pid)" != '$pid' ]'
until_true "ctl status escapes | grep -q RUNNING"
until_true '[ $(away) = 1 ]'
show before; away
show stop; ctl stop escapes | cat
show after; away
ctl shutdown >/dev/null; until_true '[ ! -e ${FOLDER}/pid ]'
show left; find /sys/fs/cgroup -mindepth 2 -name 'forks:*' -o -mindepth 2 -name 'escapes:*'
show log; cat ${FOLDER}/main.log
`;
}

function initOf(side: Side): string {
  return script(
    side,
    'init.sh',
    `export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=${FOLDER} TMPDIR=${FOLDER}
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t cgroup2 none /sys/fs/cgroup
mkdir -p /dev/shm
for folder in /run /dev/shm ${FOLDER}; do mount -t tmpfs tmpfs $folder; done
cd ${FOLDER}
. ${side.writeFile('steps.sh', steps(side.writeFile('there.conf', CONFIGURATION)))}
echo "== end"
echo o > /proc/sysrq-trigger; sleep 100`,
  );
}

/** What was printed, by the names of `show`. */
function partsOf(output: string): Map<string, string> {
  const parts = output
    .replaceAll('\r', '')
    .split(/^== (?=\w+$)/m)
    .slice(1);
  return new Map(
    parts.map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1).trim()]),
  );
}

needing(test, ROOT, IS_THERE)(
  'limits of memory, cpu and processes hold, and nothing escapes from a cgroup',
  async ({ side }) => {
    const { stdout } = await promisify(execFile)(
      OWN_KERNEL,
      [
        ...['mem=768M', 'root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'ro', 'loglevel=0'],
        ...[`init=${initOf(side)}`, `uml_dir=${join(side.dir, 'uml')}`, 'con=null', 'con0=fd:0,fd:1'],
      ],
      { timeout: LONGEST_MS, maxBuffer: 1 << 24 },
    );
    const parts = partsOf(stdout);
    expect([...parts.keys()], stdout).toContain('end');
    expect(parts.get('trouble'), stdout).toBeUndefined();
    expect(parts.get('controllers')?.split(' ')).toEqual(expect.arrayContaining(['cpu', 'memory', 'pids']));
    expect(parts.get('quota')).toBe('20000 100000');
    expect(parts.get('high')).toBe(String(50 * 1024 * 1024));
    expect(parts.get('forks')).toMatch(/fork/i);
    expect(parts.get('status')).toMatch(/^eats +EXITED .*, out of memory$/);
    expect(parts.get('before')).toBe('1');
    expect(parts.get('stop')).toBe('escapes: stopped');
    expect(parts.get('after')).toBe('0');
    expect(parts.get('left')).toBe('');
    const log = parts.get('log') ?? '';
    expect(log).toContain('exited: eats (terminated by SIGKILL, out of memory; not expected)');
    expect(log).toMatch(/restarting grows: it uses [\d.]+ MB of memory, and may use 40 MB/);
    expect(log).toMatch(/killed what escapes had left behind: process/);
  },
  LONGEST_MS,
);
