/**
 * The answer to `getAllConfigInfo`.
 *
 * @module
 */
import { PROGRAM_OPTIONS } from '../../config/tables/program-options.ts';
import { fieldValue, rowOf, type WalkedRow } from '../../config/tables/record.ts';
import { logFile } from '../../config/tables/values.ts';
import type { GroupConfig, LogTarget, ProcessConfig } from '../../config/types.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import type { RpcStruct, RpcValue } from '../../xmlrpc/values.ts';

/** All configured processes by name; the members of each struct are in the reference's order. */
export function allConfigInfo(supervisor: SupervisorView): readonly RpcStruct[] {
  return supervisor.config.groups
    .flatMap((group) => group.processes.map((process) => ({ group, process })))
    .sort((a, b) => compare(a.process.name, b.process.name))
    .map(({ group, process }) => configInfo(supervisor, group, process));
}

/** XML-RPC has no null: what is not set is the string `none`. */
const NONE = 'none';

type Key = keyof typeof PROGRAM_OPTIONS;

/** The members that are not keys of a program. */
const GROUP_MEMBERS = ['group', 'group_prio', 'inuse'] as const;

/** The struct's members in the reference's order, and the keys that they show; the struct gets no further members. */
const MEMBERS: Readonly<Record<string, Key | (typeof GROUP_MEMBERS)[number]>> = {
  ...same('autostart', 'autorestart', 'directory'),
  uid: 'user',
  ...same('command', 'exitcodes'),
  group: 'group',
  group_prio: 'group_prio',
  inuse: 'inuse',
  ...same('killasgroup'),
  name: 'process_name',
  process_prio: 'priority',
  ...same('redirect_stderr', 'startretries', 'startsecs', 'stdout_capture_maxbytes', 'stdout_events_enabled'),
  ...same('stdout_logfile', 'stdout_logfile_backups', 'stdout_logfile_maxbytes', 'stdout_syslog'),
  ...same('stopsignal', 'stopwaitsecs', 'stderr_capture_maxbytes', 'stderr_events_enabled'),
  ...same(
    'stderr_logfile',
    'stderr_logfile_backups',
    'stderr_logfile_maxbytes',
    'stderr_syslog',
    'serverurl',
  ),
};

function same<K extends Key>(...keys: readonly K[]): Readonly<Record<string, K>> {
  return Object.fromEntries(keys.map((key) => [key, key]));
}

function configInfo(supervisor: SupervisorView, group: GroupConfig, config: ProcessConfig): RpcStruct {
  const process = supervisor.groups.get(group.name)?.processes.get(config.name);
  // An AUTO log has a path when its group is active with this very configuration.
  const active = process?.config === config ? process : undefined;
  const shownAs = (key: Key | (typeof GROUP_MEMBERS)[number]): RpcValue => {
    switch (key) {
      case 'group':
        return group.name;
      case 'group_prio':
        return group.priority;
      case 'inuse':
        return supervisor.groups.has(group.name);
      case 'stdout_logfile':
        return logfile(config.stdout.logfile, active?.stdoutLogfile);
      case 'stderr_logfile':
        return logfile(config.stderr.logfile, active?.stderrLogfile);
      default:
        return shownValue(rowOf(PROGRAM_OPTIONS, key), config);
    }
  };
  return Object.fromEntries(Object.entries(MEMBERS).map(([member, key]) => [member, shownAs(key)]));
}

function shownValue(walked: WalkedRow, config: ProcessConfig): RpcValue {
  const value = fieldValue(config, walked);
  const shown = value === null ? null : (walked.row.type.shown?.(value) ?? value);
  return (shown ?? NONE) as RpcValue;
}

function logfile(target: LogTarget, path: string | null | undefined): string {
  if (target.kind === 'file') return target.path;
  if (target.kind === 'list') return logFile.format(target);
  if (target.kind === 'auto') return path ?? 'auto';
  return NONE;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
