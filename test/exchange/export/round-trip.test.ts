/** A configuration that was exported and is imported again. */
import { expect, test } from 'vitest';
import type { Config, ProcessConfig } from '../../../src/config/types.ts';
import { importCompose } from '../../../src/exchange/compose.ts';
import { exportCompose } from '../../../src/exchange/export/compose.ts';
import { exportUnits } from '../../../src/exchange/export/systemd.ts';
import { importUnits } from '../../../src/exchange/systemd.ts';
import { splitCommand } from '../../../src/python/shlex.ts';
import { config, program, reread, SETTINGS, sources } from './support.ts';

type Processes = Readonly<Record<string, ProcessConfig>>;

const processesIn = ({ groups }: Config): Processes =>
  Object.fromEntries(groups.flatMap(({ processes }) => processes.map((one) => [one.name, one])));

const throughUnits = (from: Config): Processes =>
  reread(importUnits(sources(exportUnits(from, SETTINGS), '.service')));

const throughCompose = (from: Config): Processes =>
  reread(sources([exportCompose(from, SETTINGS)], '.yaml').flatMap((file) => importCompose(file)));

/** The command as its words, whatever quotes they have. */
const readable = (process: ProcessConfig | undefined) =>
  process === undefined ? undefined : { ...process, command: splitCommand(process.command) };

/** Of both sides the named members. */
function pick(process: ProcessConfig | undefined, members: readonly (keyof ProcessConfig)[]) {
  const words = readable(process);
  return Object.fromEntries(members.map((member) => [member, words?.[member]]));
}

/** Members of a process, and lines of its section that set them. */
const BOTH: readonly (readonly [string, readonly (keyof ProcessConfig)[]])[] = [
  [String.raw`command=/bin/web 'a b' "c\"d\\" %%d $HOME ; '' 'it"s' é`, ['command']],
  ['autorestart=true\nstartretries=-1', ['autorestart', 'startRetries']],
  ['autorestart=false', ['autorestart']],
  ['autorestart=unexpected\nstartretries=-1', ['autorestart', 'startRetries']],
  ['stopsignal=QUIT\nstopwaitsecs=33', ['stopSignal', 'stopWaitSeconds']],
  ['directory=/srv/50%%/$x', ['directory']],
  ['user=web', ['uid']],
  ['user=web\ngroup=staff', ['uid', 'limits']],
  ['environment=A="x y",B="50%%",C="$HOME",D=\'q"q\',E="no",F="a\\b"', ['environment']],
  ['env_files=/etc/web.env,-/etc/other.env', ['environmentFiles']],
  ['limit_nofile=1024:65536\nlimit_core=unlimited\nlimit_as=4GB', ['limits']],
  ['oom_score_adj=-100\ncpu_affinity=0-1,5\nno_new_privs=true', ['limits']],
  ['capabilities=net_bind_service,chown', ['limits']],
  ['memory_max=512MB\ncpu_quota=150%\npids_max=20', ['resources']],
];

test.each(BOTH)('units keep %j', (lines, members) => {
  const from = program(lines);
  expect(pick(throughUnits(from).web, members)).toEqual(pick(processesIn(from).web, members));
});

test.each(BOTH)('a Compose file keeps %j', (lines, members) => {
  const from = program(lines);
  expect(pick(throughCompose(from).web, members)).toEqual(pick(processesIn(from).web, members));
});

test.each([
  ['type=oneshot', ['type']],
  ['exitcodes=0,3,4', ['exitCodes']],
  ['restartpause=2.5\nrestart_limit_count=4\nrestart_limit_interval=60', ['pace']],
  ['umask=027', ['umask']],
  ['stopasgroup=true', ['stopAsGroup', 'killAsGroup']],
  ['killasgroup=true', ['stopAsGroup', 'killAsGroup']],
  ['nice=5\nionice=realtime:2', ['limits']],
  ['ionice=best-effort:7', ['limits']],
  ['ionice=idle', ['limits']],
  ['memory_high=400MB', ['resources']],
  ['readiness_check_script=notify\nreadiness_timeout=30\nwatchdog_sec=5', ['readiness', 'watchdogSeconds']],
  ['readiness_check_script=notify', ['readiness']],
  ['reload_signal=HUP', ['reloadSignal']],
  ['pre_start_hook=-/bin/a "b c"\npost_start_hook=/bin/b\npost_stop_hook=/bin/c 50%%', ['hooks']],
  [`stop_command=/bin/sh -c "exec kill $SUPERVISOR_PID"`, ['hooks']],
  ['stdout_logfile=/tmp/50%%%%.log\nredirect_stderr=true', ['redirectStderr']],
  ['stdout_logfile=NONE\nstderr_logfile=NONE', ['stdout', 'stderr']],
] as const)('units keep %j', (lines, members) => {
  const from = program(lines);
  expect(pick(throughUnits(from).web, members)).toEqual(pick(processesIn(from).web, members));
});

test('units keep dependencies, and a Compose file those with a check', () => {
  const from = config(`
[program:db]
command=/bin/db
readiness_check_script=/bin/ready
[program:migrate]
command=/bin/migrate
type=oneshot
depends_on=db
[program:web]
command=/bin/web
depends_on=db,migrate
part_of=db
`);
  const conditions = (processes: Processes) =>
    Object.fromEntries(
      Object.entries(processes).map(([name, { dependencies }]) => [
        name,
        [
          ...dependencies.on.map(({ target, condition }) => `${target} ${condition}`),
          ...dependencies.partOf.map(({ target }) => `part of ${target}`),
        ].sort(),
      ]),
    );
  expect(conditions(throughUnits(from))).toEqual({
    db: [],
    migrate: ['db null'],
    web: ['db null', 'migrate null', 'part of db'],
  });
  expect(conditions(throughCompose(from))).toEqual({
    db: [],
    migrate: ['db running'],
    web: ['db running', 'migrate completed', 'part of db'],
  });
});

test('a Compose file keeps the number of processes and a check', () => {
  const from = program(`process_name=%(program_name)s_%(process_num)d
numprocs=3
autostart=false
startretries=7
readiness_check_script=/bin/ready "a b"
readiness_check_period=2
readiness_check_timeout=3
liveness_check_script=/bin/ready "a b"
liveness_check_timeout=3
liveness_check_initial_delay=4.5
liveness_check_failure_threshold=5
liveness_check_failure_action=none
`);
  const members = ['name', 'autostart', 'startRetries'] as const;
  const [before, after] = [processesIn(from), throughCompose(from)];
  expect(Object.keys(after)).toEqual(['web_0', 'web_1', 'web_2']);
  expect(pick(after.web_1, members)).toEqual(pick(before.web_1, members));
  const checks = (process: ProcessConfig | undefined) => [
    { ...process?.liveness, target: commandOf(process?.liveness.target) },
    { ...process?.readiness, target: commandOf(process?.readiness.target) },
  ];
  expect(checks(after.web_1)).toEqual(checks(before.web_1));
});

function commandOf(target: { readonly kind: string; readonly command?: string } | null | undefined) {
  return splitCommand(target?.command ?? '');
}
