/**
 * Exports programs as services of a Compose file: one for each program, with as many containers as it has processes.
 *
 * @module
 */

import { CAPABILITIES, type LimitPair } from '../../config/tables/limit-values.ts';
import { RLIMIT_OPTIONS } from '../../config/tables/program/limits.ts';
import { fieldValue, rowOf } from '../../config/tables/record.ts';
import { signalName } from '../../config/tables/signals.ts';
import type { Config, ProcessConfig } from '../../config/types.ts';
import { secondsText } from '../duration.ts';
import { sectionName } from '../program.ts';
import { type CarriedKeys, carryKeys, commandWords, noteLines } from './carry.ts';
import { conditionOf } from './conditions.ts';
import { carryNothing, IN_CONTAINERS, noteUmask } from './container-keys.ts';
import type { ExportedFile, ExportSettings } from './format.ts';
import { ObjectDraft } from './object-draft.ts';
import { type ExportSubject, exportSubject, processesOf } from './subject.ts';
import { yamlText } from './yaml-text.ts';

export function exportCompose(config: Config, { users, image, origin }: ExportSettings): ExportedFile {
  const subject = exportSubject(config, users, { nameOf: serviceName, mergesAlike: true });
  const keys = composeKeys(subject);
  const drafts = subject.processes.map((from) => {
    const draft = new ObjectDraft(from.name);
    if (image === null) draft.set('build', '.');
    else draft.set('image', escaped(image));
    // As the daemon does, it reaps orphans, and a program without a handler for TERM ends.
    draft.set('init', true);
    if (from.count !== 1) draft.set('scale', from.count);
    carryKeys(from, keys, draft);
    return draft;
  });
  const services = Object.fromEntries(drafts.map(({ name, content }) => [name, content]));
  const head = [`# Exported from ${origin}.`, ...noteLines(subject.notes, drafts)];
  return { name: 'compose.yaml', text: `${head.join('\n')}\n${yamlText({ services })}` };
}

function serviceName(name: string): string {
  return sectionName(name).replace(/[^A-Za-z0-9._-]+/g, '-');
}

/** Compose replaces variables in every text. */
function escaped(text: string): string {
  return text.replaceAll('$', '$$$$');
}

const RESTARTS = { always: 'always', never: 'no', unexpected: 'on-failure' } as const;

export function composeKeys(subject: ExportSubject): CarriedKeys<ObjectDraft> {
  const { daemon } = subject.config;
  return {
    ...IN_CONTAINERS,
    ...LIMITS,
    command: (draft, { command }) =>
      draft.set('entrypoint', commandWords(draft, 'command', command).map(escaped)),
    umask: (draft, { umask }) => noteUmask(draft, umask, daemon.umask),
    directory: (draft, { directory }) => {
      const folder = directory ?? daemon.directory;
      if (folder !== null) draft.set('working_dir', escaped(folder));
    },
    user: (draft, { uid, limits: { gid } }) => {
      const id = uid ?? (daemon.user === null ? null : daemon.user.uid);
      if (id === null && gid === null) return;
      const user = id === null ? '0' : (subject.users.userById(id)?.name ?? String(id));
      const group = gid === null ? '' : `:${subject.users.groupById(gid)?.name ?? gid}`;
      draft.set('user', escaped(`${user}${group}`));
    },
    group: carryNothing,
    environment: (draft, { environment }) => {
      const variables = Object.entries(environment).map(([name, value]) => [name, escaped(value)]);
      if (variables.length > 0) draft.set('environment', Object.fromEntries(variables));
    },
    env_files: (draft, { environmentFiles }) => {
      if (environmentFiles.length === 0) return;
      const entries = environmentFiles.map(({ path, isOptional }) =>
        isOptional ? { path: escaped(path), required: false } : { path: escaped(path) },
      );
      draft.set('env_file', entries);
    },
    autostart: (draft, { autostart, schedule }) => {
      if (schedule.cron !== null) {
        draft.set('profiles', ['cron']);
        draft.note(`cron=${schedule.cron}: run it with docker compose run`);
      } else if (!autostart) draft.set('profiles', ['manual']);
    },
    cron: carryNothing,
    autorestart: (draft, { autorestart, startRetries, exitCodes }) => {
      const policy = RESTARTS[autorestart];
      const isCounted = autorestart === 'unexpected' && startRetries >= 0;
      draft.set('restart', isCounted ? `${policy}:${startRetries}` : policy);
      if (autorestart === 'always' && startRetries >= 0) {
        draft.note(`startretries=${startRetries}: it is restarted for ever`);
      }
      const expected = exitCodes.filter((code) => code !== 0);
      if (autorestart === 'unexpected' && expected.length > 0) {
        draft.note(`exitcodes=${exitCodes.join(',')}: only 0 is a success`);
      }
    },
    startretries: carryNothing,
    exitcodes: carryNothing,
    type: carryNothing,
    stopsignal: (draft, { stopSignal, laterStopSignals }) => {
      if (signalName(stopSignal) !== 'SIGTERM') draft.set('stop_signal', signalName(stopSignal));
      if (laterStopSignals.length > 0) {
        draft.note(`stopsignal: ${laterStopSignals.map(signalName).join(', ')} is not sent; SIGKILL follows`);
      }
    },
    stopwaitsecs: (draft, { stopWaitSeconds }) => draft.set('stop_grace_period', `${stopWaitSeconds}s`),
    readiness_check_script: (draft, process) => setHealth(draft, process),
    depends_on: (draft, { dependencies: { on, partOf } }) => {
      const entries = new Map<string, Record<string, unknown>>();
      for (const { target, condition } of on) {
        for (const needed of processesOf(subject, 'depends_on', target, draft)) {
          const wanted = conditionOf(condition, needed);
          const isWatched = healthCommand(needed.process) !== null;
          entries.set(needed.name, { condition: conditionName(wanted, isWatched) });
          if (wanted === 'exited') draft.note(`depends_on=${target}:exited: it waits for a success`);
          if ((wanted === 'running' || wanted === 'healthy') && !isWatched) {
            draft.note(
              `depends_on=${target}: without a healthcheck it waits for the start of ${needed.name} only`,
            );
          }
        }
      }
      for (const { target } of partOf) {
        for (const whole of processesOf(subject, 'part_of', target, draft)) {
          const entry = entries.get(whole.name) ?? { condition: 'service_started' };
          entries.set(whole.name, { ...entry, restart: true });
        }
      }
      if (entries.size > 0) draft.set('depends_on', Object.fromEntries(entries));
    },
    part_of: carryNothing,
  };
}

function conditionName(condition: string, isWatched: boolean): string {
  if (condition === 'completed' || condition === 'exited') return 'service_completed_successfully';
  return condition !== 'started' && isWatched ? 'service_healthy' : 'service_started';
}

/** The command of the check of a service: that for liveness, or else that for readiness. */
function healthCommand({ liveness, readiness }: ProcessConfig): string | null {
  if (liveness.target?.kind === 'command') return liveness.target.command;
  return readiness.target?.kind === 'command' ? readiness.target.command : null;
}

function setHealth(draft: ObjectDraft, process: ProcessConfig): void {
  const { liveness, readiness } = process;
  for (const [key, target] of [
    ['readiness_check_script', readiness.target],
    ['liveness_check_script', liveness.target],
  ] as const) {
    if (target !== null && target.kind !== 'command') {
      draft.note(`${key}: only a command can be a healthcheck`);
    }
  }
  const command = healthCommand(process);
  if (command === null) return;
  const test = ['CMD', ...commandWords(draft, 'healthcheck', command).map(escaped)];
  if (liveness.target?.kind !== 'command') {
    draft.set('healthcheck', {
      test,
      timeout: `${secondsText(readiness.probeSeconds)}s`,
      start_interval: `${secondsText(readiness.periodSeconds)}s`,
    });
    return;
  }
  if (readiness.target?.kind === 'command' && readiness.target.command !== command) {
    draft.note('readiness_check_script: the healthcheck is liveness_check_script');
  }
  draft.set('healthcheck', {
    test,
    interval: `${secondsText(liveness.periodSeconds)}s`,
    timeout: `${secondsText(liveness.probeSeconds)}s`,
    retries: liveness.failures,
    start_period: `${secondsText(liveness.delaySeconds)}s`,
    ...(readiness.target?.kind === 'command'
      ? { start_interval: `${secondsText(readiness.periodSeconds)}s` }
      : {}),
  });
  if (liveness.onFailure.kind !== 'none') {
    draft.note('liveness_check_failure_action: Docker marks the container as unhealthy, and does no more');
  }
}

const rlimits = Object.keys(RLIMIT_OPTIONS).map((key) => {
  const carry: CarriedKeys<ObjectDraft>[string] = (draft, process) => {
    const pair = fieldValue(process, rowOf(RLIMIT_OPTIONS, key)) as LimitPair | null;
    if (pair === null) return;
    const { ulimits = {} } = draft.content;
    draft.set('ulimits', {
      ...(ulimits as object),
      [key.slice('limit_'.length)]: { soft: pair.soft, hard: pair.hard },
    });
  };
  return [key, carry] as const;
});

const LIMITS: CarriedKeys<ObjectDraft> = {
  ...Object.fromEntries(rlimits),
  oom_score_adj: (draft, { limits: { oomScore } }) => {
    if (oomScore !== null) draft.set('oom_score_adj', oomScore);
  },
  cpu_affinity: (draft, { limits: { cpus } }) => {
    if (cpus !== null) draft.set('cpuset', cpus.join(','));
  },
  no_new_privs: (draft, { limits: { noNewPrivileges } }) => {
    if (noNewPrivileges) draft.set('security_opt', ['no-new-privileges:true']);
  },
  capabilities: (draft, { limits: { capabilities } }) => {
    if (capabilities === null) return;
    draft.set('cap_drop', ['ALL']);
    if (capabilities.length > 0) {
      draft.set(
        'cap_add',
        capabilities.map((number) => CAPABILITIES[number]?.toUpperCase()),
      );
    }
  },
  memory_max: (draft, { resources: { memoryMax } }) => {
    if (memoryMax !== null) draft.set('mem_limit', memoryMax);
  },
  cpu_quota: (draft, { resources: { cpuQuota } }) => {
    if (cpuQuota !== null) draft.set('cpus', cpuQuota / 100);
  },
  pids_max: (draft, { resources: { pidsMax } }) => {
    if (pidsMax !== null) draft.set('pids_limit', pidsMax);
  },
};
