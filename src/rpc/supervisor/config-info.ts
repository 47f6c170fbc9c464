/**
 * The answer to `getAllConfigInfo`.
 *
 * @module
 */
import type { AutoRestart, GroupConfig, LogTarget, ProcessConfig } from '../../config/types.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import type { RpcStruct } from '../../xmlrpc/values.ts';

/** All configured processes by name; the members of each struct are in the reference's order. */
export function allConfigInfo(supervisor: SupervisorView): readonly RpcStruct[] {
  return supervisor.config.groups
    .flatMap((group) => group.processes.map((process) => ({ group, process })))
    .sort((a, b) => compare(a.process.name, b.process.name))
    .map(({ group, process }) => configInfo(supervisor, group, process));
}

/** XML-RPC has no null: what is not set is the string `none`. */
const NONE = 'none';

const AUTORESTART: Readonly<Record<AutoRestart, string | boolean>> = {
  always: true,
  never: false,
  unexpected: 'unexpected',
};

function configInfo(supervisor: SupervisorView, group: GroupConfig, config: ProcessConfig): RpcStruct {
  const process = supervisor.groups.get(group.name)?.processes.get(config.name);
  // An AUTO log has a path when its group is active with this very configuration.
  const active = process?.config === config ? process : undefined;
  return {
    autostart: config.autostart,
    autorestart: AUTORESTART[config.autorestart],
    directory: config.directory ?? NONE,
    uid: config.uid ?? NONE,
    command: config.command,
    exitcodes: config.exitCodes,
    group: group.name,
    group_prio: group.priority,
    inuse: supervisor.groups.has(group.name),
    killasgroup: config.killAsGroup,
    name: config.name,
    process_prio: config.priority,
    redirect_stderr: config.redirectStderr,
    startretries: config.startRetries,
    startsecs: config.startSeconds,
    stdout_capture_maxbytes: config.stdout.captureMaxBytes,
    stdout_events_enabled: config.stdout.eventsEnabled,
    stdout_logfile: logfile(config.stdout.logfile, active?.stdoutLogfile),
    stdout_logfile_backups: config.stdout.backups,
    stdout_logfile_maxbytes: config.stdout.maxBytes,
    stdout_syslog: config.stdout.syslog,
    stopsignal: config.stopSignal,
    stopwaitsecs: config.stopWaitSeconds,
    stderr_capture_maxbytes: config.stderr.captureMaxBytes,
    stderr_events_enabled: config.stderr.eventsEnabled,
    stderr_logfile: logfile(config.stderr.logfile, active?.stderrLogfile),
    stderr_logfile_backups: config.stderr.backups,
    stderr_logfile_maxbytes: config.stderr.maxBytes,
    stderr_syslog: config.stderr.syslog,
    serverurl: config.serverUrl ?? NONE,
  };
}

function logfile(target: LogTarget, path: string | null | undefined): string {
  if (target.kind === 'file') return target.path;
  if (target.kind === 'auto') return path ?? 'auto';
  return NONE;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
