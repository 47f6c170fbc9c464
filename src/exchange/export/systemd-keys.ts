/**
 * The keys of a program that a service unit has counterparts for.
 *
 * @module
 */
import { isAbsolute, resolve } from 'node:path';
import { readinessTarget } from '../../config/tables/check-values.ts';
import { CAPABILITIES, type LimitPair } from '../../config/tables/limit-values.ts';
import { RLIMIT_OPTIONS } from '../../config/tables/program/limits.ts';
import { fieldValue, rowOf } from '../../config/tables/record.ts';
import { signalName } from '../../config/tables/signals.ts';
import type { LogTarget, ProcessConfig } from '../../config/types.ts';
import { secondsText } from '../duration.ts';
import { systemdArgument, systemdText, systemdWord } from '../systemd-words.ts';
import { type CarriedKeys, commandWords } from './carry.ts';
import { conditionOf } from './conditions.ts';
import { type ExportSubject, processesOf } from './subject.ts';
import type { UnitDraft } from './unit-draft.ts';

/** Signals after which systemd takes an end for a success. */
const CLEAN_SIGNALS = 'SIGHUP SIGINT SIGTERM SIGPIPE';

const RESTARTS = { always: 'always', never: 'no', unexpected: 'on-failure' } as const;

/** Seconds of systemd's own StartLimitIntervalSec and number of its StartLimitBurst. */
const OWN_LIMIT = 'systemd gives up after 5 starts in 10 seconds (StartLimitBurst)';

/** The table for a configuration: users by name, dependencies by unit. */
export function systemdKeys(subject: ExportSubject): CarriedKeys<UnitDraft> {
  const { daemon } = subject.config;
  return {
    ...LIFECYCLE,
    ...SURROUNDINGS,
    ...OUTPUT,
    ...LIMITS,
    ...HOOKS,
    ...SCHEDULE,
    ...CHECKS,
    command: (draft, { command, directory }) => {
      const folder = directory ?? daemon.directory ?? '/';
      draft.service('ExecStart', execLine(draft, 'command', command, folder));
    },
    user: (draft, { uid }) => {
      const id = uid ?? (daemon.user === null ? null : daemon.user.uid);
      if (id !== null) draft.service('User', subject.users.userById(id)?.name ?? id);
    },
    group: (draft, { limits: { gid } }) => {
      if (gid !== null) draft.service('Group', subject.users.groupById(gid)?.name ?? gid);
    },
    umask: (draft, { umask }) => {
      const mask = umask ?? daemon.umask;
      if (umask !== null || mask !== SYSTEMD_UMASK) {
        draft.service('UMask', (mask ?? SYSTEMD_UMASK).toString(8).padStart(4, '0'));
      }
    },
    directory: (draft, { directory }) => {
      const folder = directory ?? daemon.directory;
      if (folder !== null) draft.service('WorkingDirectory', systemdText(folder));
    },
    depends_on: (draft, { dependencies: { on } }) => {
      for (const { target, condition } of on) {
        for (const needed of processesOf(subject, 'depends_on', target, draft)) {
          const unit = `${needed.name}.service`;
          const wanted = conditionOf(condition, needed);
          draft.unit(wanted === 'started' || wanted === 'exited' ? 'Wants' : 'Requires', unit);
          draft.unit('After', unit);
          if (wanted === 'exited')
            draft.note(
              `depends_on=${target}:exited: it is not started after a failure before the unit has ended`,
            );
          else if (wanted !== 'started')
            draft.note(`depends_on=${target}: the unit is also stopped when ${unit} is stopped`);
        }
      }
    },
    part_of: (draft, { dependencies: { partOf } }) => {
      for (const { target } of partOf) {
        for (const whole of processesOf(subject, 'part_of', target, draft)) {
          draft.unit('PartOf', `${whole.name}.service`);
        }
      }
    },
  };
}

const SYSTEMD_UMASK = 0o22;

const LIFECYCLE: CarriedKeys<UnitDraft> = {
  process_name: () => {},
  // The target starts the unit.
  autostart: () => {},
  autorestart: (draft, { autorestart, type, exitCodes }) => {
    const isRefused = type === 'oneshot' && autorestart === 'always';
    if (isRefused) draft.note('autorestart=true: a oneshot unit is restarted after a failure only');
    draft.service('Restart', isRefused ? 'on-failure' : RESTARTS[autorestart]);
    if (autorestart === 'unexpected') {
      if (type === 'simple') draft.service('RestartForceExitStatus', CLEAN_SIGNALS);
      else
        draft.note(
          `autorestart=unexpected: an end by one of ${CLEAN_SIGNALS} is a success of a oneshot unit`,
        );
      if (!exitCodes.includes(0)) draft.note('exitcodes: systemd takes 0 for a success');
    }
  },
  exitcodes: (draft, { exitCodes }) => {
    const codes = exitCodes.filter((code) => code !== 0);
    if (codes.length > 0) draft.service('SuccessExitStatus', codes.join(' '));
  },
  startsecs: (draft, { startSeconds, type, readiness }) => {
    if (startSeconds !== 0 && type === 'simple' && readiness.target?.kind !== 'notify') {
      draft.note(`startsecs=${startSeconds}: a unit counts as started at once`);
    }
  },
  startretries: (draft, { startRetries, pace, autorestart }) => {
    if (autorestart === 'never') return;
    if (pace.restartLimit > 0) {
      draft.unit('StartLimitBurst', String(pace.restartLimit));
      draft.unit('StartLimitIntervalSec', secondsText(pace.restartLimitSeconds));
    } else if (startRetries === -1) draft.unit('StartLimitIntervalSec', '0');
    if (startRetries !== -1)
      draft.note(
        `startretries=${startRetries}: ${pace.restartLimit > 0 ? 'only StartLimitBurst counts' : OWN_LIMIT}`,
      );
  },
  restart_limit_count: () => {},
  restart_limit_interval: () => {},
  restartpause: (draft, { pace }) => draft.service('RestartSec', secondsText(pace.pauseSeconds)),
  stopsignal: (draft, { stopSignal, laterStopSignals }) => {
    draft.service('KillSignal', signalName(stopSignal));
    if (laterStopSignals.length > 0) {
      draft.note(`stopsignal: ${laterStopSignals.map(signalName).join(', ')} is not sent; SIGKILL follows`);
    }
  },
  stopwaitsecs: (draft, { stopWaitSeconds }) => draft.service('TimeoutStopSec', stopWaitSeconds),
  kill_mode: (draft, process) => {
    const { isStop, isKill } = killedAsGroup(process);
    draft.service('KillMode', isStop ? 'control-group' : isKill ? 'mixed' : 'process');
    if (isStop && !isKill) draft.note('killasgroup=false: SIGKILL is sent to all processes of the unit');
  },
  stopasgroup: () => {},
  killasgroup: () => {},
  type: (draft, { type, schedule }) => {
    // It stays done, and does not run again for a unit that needs it.
    if (type === 'oneshot' && schedule.cron === null) draft.service('RemainAfterExit', 'yes');
  },
  reload_signal: (draft, { reloadSignal }) => {
    if (reloadSignal === null) return;
    draft.service('ExecReload', `/bin/kill -${signalName(reloadSignal).replace(/^SIG/, '')} $MAINPID`);
  },
};

function killedAsGroup({ killMode, stopAsGroup, killAsGroup }: ProcessConfig): {
  isStop: boolean;
  isKill: boolean;
} {
  return killMode === null
    ? { isStop: stopAsGroup, isKill: killAsGroup }
    : { isStop: killMode !== 'process', isKill: killMode !== 'process' };
}

const SURROUNDINGS: CarriedKeys<UnitDraft> = {
  environment: (draft, { environment }) => {
    for (const [name, value] of Object.entries(environment)) {
      draft.service('Environment', systemdWord(`${name}=${value}`));
    }
  },
  env_files: (draft, { environmentFiles, environment }) => {
    for (const { path, isOptional } of environmentFiles) {
      draft.service('EnvironmentFile', `${isOptional ? '-' : ''}${systemdText(path)}`);
    }
    if (environmentFiles.length > 0 && Object.keys(environment).length > 0) {
      draft.note('env_files: a variable of EnvironmentFile wins over one of Environment');
    }
  },
};

const OUTPUT: CarriedKeys<UnitDraft> = {
  stdout_logfile: (draft, { stdout }) => {
    draft.service('StandardOutput', outputOf(draft, 'stdout', stdout));
  },
  stderr_logfile: (draft, { stderr, redirectStderr }) => {
    draft.service('StandardError', redirectStderr ? 'inherit' : outputOf(draft, 'stderr', stderr));
  },
  redirect_stderr: () => {},
  stdout_syslog: () => {},
  stderr_syslog: () => {},
  // What of them applies to a file is noted with the file.
  stdout_logfile_maxbytes: () => {},
  stdout_logfile_backups: () => {},
  stderr_logfile_maxbytes: () => {},
  stderr_logfile_backups: () => {},
};

interface Output {
  readonly logfile: LogTarget | null;
  readonly maxBytes: number;
  readonly syslog: boolean;
}

const OWN_STREAMS = new Set(['/dev/stdout', '/dev/stderr', '/dev/fd/1', '/dev/fd/2']);

function outputOf(draft: UnitDraft, channel: string, { logfile, maxBytes, syslog }: Output): string {
  const key = `${channel}_logfile`;
  switch (logfile?.kind) {
    case 'none':
      return syslog ? 'journal' : 'null';
    case 'file':
      if (OWN_STREAMS.has(logfile.path)) return 'journal';
      if (syslog) draft.note(`${channel}_syslog: the output goes to ${logfile.path} only`);
      if (maxBytes > 0)
        draft.note(`${key}_maxbytes: systemd does not rotate ${logfile.path}; logrotate does`);
      return `append:${systemdText(logfile.path)}`;
    case 'auto':
      draft.note(`${key}=AUTO: the output goes to the journal`);
      return 'journal';
    case 'list':
      draft.note(`${key} has several places: the output goes to the journal`);
      return 'journal';
    default:
      return 'journal';
  }
}

const rlimits = Object.keys(RLIMIT_OPTIONS).map((key) => {
  const carry: CarriedKeys<UnitDraft>[string] = (draft, process) => {
    const pair = fieldValue(process, rowOf(RLIMIT_OPTIONS, key)) as LimitPair | null;
    if (pair === null) return;
    const [soft, hard] = [pair.soft, pair.hard].map((one) => (one === -1 ? 'infinity' : String(one)));
    const name = key.slice('limit_'.length).toUpperCase();
    draft.service(`Limit${name}`, soft === hard ? String(soft) : `${soft}:${hard}`);
  };
  return [key, carry] as const;
});

const LIMITS: CarriedKeys<UnitDraft> = {
  ...Object.fromEntries(rlimits),
  nice: (draft, { limits: { niceness } }) => {
    if (niceness !== null) draft.service('Nice', niceness);
  },
  ionice: (draft, { limits: { ioPriority } }) => {
    if (ioPriority === null) return;
    draft.service('IOSchedulingClass', ioPriority.class);
    if (ioPriority.class !== 'idle') draft.service('IOSchedulingPriority', ioPriority.level);
  },
  oom_score_adj: (draft, { limits: { oomScore } }) => {
    if (oomScore !== null) draft.service('OOMScoreAdjust', oomScore);
  },
  cpu_affinity: (draft, { limits: { cpus } }) => {
    if (cpus !== null) draft.service('CPUAffinity', cpus.join(' '));
  },
  no_new_privs: (draft, { limits: { noNewPrivileges } }) => {
    if (noNewPrivileges) draft.service('NoNewPrivileges', 'yes');
  },
  capabilities: (draft, { limits: { capabilities } }) => {
    if (capabilities === null) return;
    const names = capabilities.map((number) => `CAP_${CAPABILITIES[number]?.toUpperCase()}`).join(' ');
    draft.service('CapabilityBoundingSet', names);
    draft.service('AmbientCapabilities', names);
  },
  memory_max: (draft, { resources: { memoryMax } }) => {
    if (memoryMax !== null) draft.service('MemoryMax', memoryMax);
  },
  memory_high: (draft, { resources: { memoryHigh } }) => {
    if (memoryHigh !== null) draft.service('MemoryHigh', memoryHigh);
  },
  cpu_quota: (draft, { resources: { cpuQuota } }) => {
    if (cpuQuota !== null) draft.service('CPUQuota', `${cpuQuota}%`);
  },
  pids_max: (draft, { resources: { pidsMax } }) => {
    if (pidsMax !== null) draft.service('TasksMax', pidsMax);
  },
};

const HOOKS: CarriedKeys<UnitDraft> = {
  pre_start_hook: (draft, { hooks }) => {
    const [, mark = '', command = ''] = /^(-?)\s*(.*)$/s.exec(hooks.pre_start ?? '') ?? [];
    if (command !== '') draft.service('ExecStartPre', `${mark}${execLine(draft, 'pre_start_hook', command)}`);
  },
  // The result of the other hooks changes nothing.
  post_start_hook: (draft, { hooks }) => hook(draft, 'ExecStartPost', 'post_start_hook', hooks.post_start),
  pre_stop_hook: (draft, { hooks }) => hook(draft, 'ExecStop', 'pre_stop_hook', hooks.pre_stop),
  post_stop_hook: (draft, { hooks }) => hook(draft, 'ExecStopPost', 'post_stop_hook', hooks.post_stop),
  stop_command: (draft, { hooks: { stop_command: command } }) => {
    if (command === null) return;
    draft.service(
      'ExecStop',
      execLine(draft, 'stop_command', command.replaceAll('SUPERVISOR_PID', 'MAINPID')),
    );
    draft.note('stop_command: the stop signal follows as soon as the command has ended');
  },
};

function hook(draft: UnitDraft, key: string, ourKey: string, command: string | null): void {
  if (command !== null) draft.service(key, `-${execLine(draft, ourKey, command.replace(/^-\s*/, ''))}`);
}

const SCHEDULE: CarriedKeys<UnitDraft> = {
  // They are in the timer.
  cron: () => {},
  timezone: () => {},
  run_on_start: () => {},
  catch_up: () => {},
};

const CHECKS: CarriedKeys<UnitDraft> = {
  readiness_check_script: (draft, { readiness: { target }, type, watchdogSeconds }) => {
    const isNotify = target?.kind === 'notify';
    draft.service('Type', type === 'oneshot' ? 'oneshot' : isNotify ? 'notify' : 'exec');
    if (isNotify || watchdogSeconds > 0) draft.service('NotifyAccess', 'all');
    if (target !== null && !isNotify) {
      const text = readinessTarget.format(target);
      draft.note(`readiness_check_script=${text} has no counterpart: the unit counts as started at once`);
    }
  },
  readiness_timeout: (draft, { readiness: { target, timeoutSeconds }, type }) => {
    if (target?.kind === 'notify' || type === 'oneshot') {
      draft.service('TimeoutStartSec', timeoutSeconds > 0 ? secondsText(timeoutSeconds) : 'infinity');
    }
  },
  // They have no effect with notify.
  readiness_check_period: () => {},
  readiness_check_timeout: () => {},
  watchdog_sec: (draft, { watchdogSeconds, autorestart }) => {
    if (watchdogSeconds === 0) return;
    draft.service('WatchdogSec', secondsText(watchdogSeconds));
    if (autorestart === 'never')
      draft.note('watchdog_sec: with autorestart=false the unit is not started again');
  },
};

/** A command line whose first word systemd can find. @param folder that a path is relative to */
function execLine(draft: UnitDraft, key: string, command: string, folder = '/'): string {
  const [program = '', ...rest] = commandWords(draft, key, command);
  const isRelative = program.includes('/') && !isAbsolute(program);
  if (isRelative) draft.note(`${key}: ${program} is taken as ${resolve(folder, program)}`);
  if (/^[-@:+!|]/.test(program))
    draft.note(`${key}: systemd takes the first character of ${program} for a prefix`);
  return [isRelative ? resolve(folder, program) : program, ...rest].map(systemdArgument).join(' ');
}
