/**
 * The keys of a program that a service unit has counterparts for.
 *
 * @module
 */
import { systemdText, systemdWord } from '../systemd-words.ts';
import type { CarriedKeys } from './carry.ts';
import { conditionOf } from './conditions.ts';
import { type ExportSubject, processesOf } from './subject.ts';
import { execLine, HOOKS } from './systemd-hooks.ts';
import { CHECKS, LIFECYCLE, SCHEDULE } from './systemd-lifecycle.ts';
import { LIMITS } from './systemd-limits.ts';
import { OUTPUT } from './systemd-output.ts';
import type { UnitDraft } from './unit-draft.ts';

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
