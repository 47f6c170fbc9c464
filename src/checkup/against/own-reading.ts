/**
 * A configuration as visord reads it, in the form in which an installed supervisord prints it.
 *
 * @module
 */
import { passwordOf, usernameOf } from '../../config/sections/credentials.ts';
import { SUPERVISORD_OPTIONS } from '../../config/tables/daemon-options.ts';
import { PROGRAM_OPTIONS } from '../../config/tables/program-options.ts';
import { fieldValue, rowOf } from '../../config/tables/record.ts';
import { type LogTarget, logFile } from '../../config/tables/values.ts';
import type { Config, GroupConfig, HttpServerConfig, ProcessConfig } from '../../config/types.ts';
import type { GroupReading, Reading, Value, Values } from './reading.ts';

export function ownReading({ daemon, servers, groups }: Config): Reading {
  return {
    daemon: {
      ...stockValues(SUPERVISORD_OPTIONS, daemon),
      logfile: logName(daemon.logfile),
      user: daemon.user?.uid ?? null,
    },
    servers: servers.map(serverValues),
    groups: groups.map(groupReading),
  };
}

function groupReading({ name, priority, pool, processes }: GroupConfig): GroupReading {
  return {
    name,
    priority,
    pool: pool === undefined ? null : { events: pool.events, buffer_size: pool.bufferSize },
    processes: processes.map(processValues),
  };
}

function processValues(process: ProcessConfig): Values {
  return {
    ...stockValues(PROGRAM_OPTIONS, process),
    stdout_logfile: logName(process.stdout.logfile),
    stderr_logfile: logName(process.stderr.logfile),
  };
}

/** The values of the keys that supervisord knows, as XML-RPC shows them. */
function stockValues(
  table: typeof PROGRAM_OPTIONS | typeof SUPERVISORD_OPTIONS,
  config: object,
): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(table)
      .filter(([, { isExtension }]) => !isExtension)
      .map(([key]) => {
        const walked = rowOf(table, key);
        const value = fieldValue(config, walked);
        return [key, (value == null ? null : (walked.row.type.shown?.(value) ?? value)) as Value];
      }),
  );
}

function logName(target: LogTarget): string | null {
  switch (target.kind) {
    case 'none':
      return null;
    case 'auto':
      return 'AUTO';
    case 'syslog':
      return 'syslog';
    case 'file':
      return target.path;
    case 'list':
      return logFile.format(target);
  }
}

function serverValues(server: HttpServerConfig): Values {
  const { section } = server;
  const credentials = { section, username: usernameOf(server), password: passwordOf(server) };
  if (server.kind === 'inet') {
    return { ...credentials, host: server.host, port: server.port };
  }
  const { uid, gid } = server.owner ?? { uid: -1, gid: -1 };
  return { ...credentials, file: server.file, chmod: server.mode, chown: [uid, gid] };
}
