/**
 * The effective configuration as text: everything expanded, every default in place.
 *
 * @module
 */
import { parse, safe, stringify } from 'ini';
import { fcgiSocketUrl } from './sections/fcgi.ts';
import { INET_SERVER_OPTIONS, SUPERVISORD_OPTIONS, UNIX_SERVER_OPTIONS } from './tables/daemon-options.ts';
import type { OptionTable, OptionValue } from './tables/option.ts';
import {
  EVENT_LISTENER_OPTIONS,
  FCGI_PROGRAM_OPTIONS,
  GROUP_OPTIONS,
  PROGRAM_OPTIONS,
} from './tables/program-options.ts';
import { logFile } from './tables/values.ts';
import type {
  Config,
  DaemonConfig,
  EventPoolConfig,
  FcgiSocketConfig,
  GroupConfig,
  HttpServerConfig,
  ProcessConfig,
} from './types.ts';

/** Sections by name, keys by name; `ini` knows no difference between the text `true` and the boolean. */
export type DumpData = Record<string, Record<string, string | boolean | null>>;

/**
 * Writes a configuration. Every process is a section of its own, `program:NAME` or `program:GROUP:NAME`;
 * section names and keys that the format cannot carry are percent-encoded.
 */
export function dumpConfig(config: Config): string {
  const sections = Object.entries(dumpData(config)).map(([section, keys]) => [section, escapeValues(keys)]);
  return stringify(Object.fromEntries(sections));
}

/** Reads a dump back: the data that `dumpData` gave. */
export function parseDump(text: string): DumpData {
  return parse(text) as DumpData;
}

/** What a dump holds. */
export function dumpData(config: Config): DumpData {
  const data = new Map<string, Record<string, string | boolean | null>>();
  const put = (section: string, keys: Record<string, string>): void => {
    data.set(
      encodeName(section),
      Object.fromEntries(Object.entries(keys).map(([key, value]) => [encodeName(key), readable(value)])),
    );
  };
  put('supervisord', showDaemon(config.daemon));
  for (const server of config.servers) put(server.section, showServer(server));
  for (const { name, factory, options } of config.rpcInterfaces) {
    put(`rpcinterface:${name}`, { 'supervisor.rpcinterface_factory': factory, ...options });
  }
  for (const group of config.groups) {
    if (group.pool === undefined) put(`group:${group.name}`, showGroup(group));
    else put(`eventlistener:${group.name}`, showPool(group, group.pool));
    for (const program of group.processes) {
      const name = program.name === group.name ? program.name : `${group.name}:${program.name}`;
      if (program.socket === undefined) put(`program:${name}`, showProcess(program));
      else put(`fcgi-program:${name}`, { ...showProcess(program), ...showSocket(program.socket) });
    }
  }
  return Object.fromEntries(data);
}

/** A value for each key of a table; null where there is none. A key that is added to the table is missed here. */
type Shown<T extends OptionTable> = { readonly [K in keyof T]: OptionValue<T[K]> | null };

function show<T extends OptionTable>(table: T, values: Shown<T>): Record<string, string> {
  const shown: [string, string][] = [];
  for (const [key, { type }] of Object.entries(table)) {
    const value = values[key];
    if (value !== null && value !== undefined) shown.push([key, type.format(value)]);
  }
  return Object.fromEntries(shown);
}

function showDaemon(daemon: DaemonConfig): Record<string, string> {
  return show(SUPERVISORD_OPTIONS, {
    logfile: logFile.format(daemon.logfile),
    logfile_maxbytes: daemon.logfileMaxBytes,
    logfile_backups: daemon.logfileBackups,
    loglevel: daemon.logLevel,
    pidfile: daemon.pidfile,
    umask: daemon.umask,
    nodaemon: daemon.nodaemon,
    silent: daemon.silent,
    minfds: daemon.minFds,
    minprocs: daemon.minProcs,
    nocleanup: daemon.nocleanup,
    childlogdir: daemon.childLogDir,
    user: daemon.user?.text ?? null,
    directory: daemon.directory,
    strip_ansi: daemon.stripAnsi,
    environment: daemon.environment,
    identifier: daemon.identifier,
  });
}

function showServer(server: HttpServerConfig): Record<string, string> {
  const username = server.credentials?.username ?? null;
  const password = server.credentials?.password ?? null;
  if (server.kind === 'inet')
    return show(INET_SERVER_OPTIONS, {
      port: server,
      username,
      password,
      max_body_bytes: server.maxBodyBytes,
    });
  return show(UNIX_SERVER_OPTIONS, {
    file: server.file,
    chmod: server.mode,
    chown: server.owner,
    username,
    password,
    max_body_bytes: server.maxBodyBytes,
  });
}

function showGroup(group: GroupConfig): Record<string, string> {
  return show(GROUP_OPTIONS, {
    programs: group.processes.map(({ name }) => name),
    priority: group.priority,
  });
}

function showPool(group: GroupConfig, pool: EventPoolConfig): Record<string, string> {
  const { buffer_size, events, priority, result_handler } = EVENT_LISTENER_OPTIONS;
  return {
    events: events.type.format([...pool.events]),
    buffer_size: buffer_size.type.format(pool.bufferSize),
    priority: priority.type.format(group.priority),
    result_handler: pool.resultHandler?.text ?? result_handler.default,
  };
}

function showProcess(process: ProcessConfig): Record<string, string> {
  const { stdout, stderr } = process;
  return show(PROGRAM_OPTIONS, {
    command: process.command,
    process_name: process.name,
    numprocs: null,
    numprocs_start: null,
    priority: process.priority,
    autostart: process.autostart,
    startsecs: process.startSeconds,
    startretries: process.startRetries,
    autorestart: process.autorestart,
    exitcodes: process.exitCodes,
    stopsignal: process.stopSignal,
    stopwaitsecs: process.stopWaitSeconds,
    stopasgroup: process.stopAsGroup,
    killasgroup: process.killAsGroup,
    user: process.uid,
    redirect_stderr: process.redirectStderr,
    stdout_logfile: stdout.logfile,
    stdout_logfile_maxbytes: stdout.maxBytes,
    stdout_logfile_backups: stdout.backups,
    stdout_capture_maxbytes: stdout.captureMaxBytes,
    stdout_events_enabled: stdout.eventsEnabled,
    stdout_syslog: stdout.syslog,
    stderr_logfile: stderr.logfile,
    stderr_logfile_maxbytes: stderr.maxBytes,
    stderr_logfile_backups: stderr.backups,
    stderr_capture_maxbytes: stderr.captureMaxBytes,
    stderr_events_enabled: stderr.eventsEnabled,
    stderr_syslog: stderr.syslog,
    environment: process.environment,
    directory: process.directory,
    umask: process.umask,
    serverurl: process.serverUrl ?? 'AUTO',
  });
}

function showSocket(socket: FcgiSocketConfig): Record<string, string> {
  const isUnix = socket.kind === 'unix';
  const { socket: url, socket_owner, socket_mode, socket_backlog } = FCGI_PROGRAM_OPTIONS;
  return show(
    { socket: url, socket_owner, socket_mode, socket_backlog },
    {
      socket: fcgiSocketUrl(socket),
      socket_owner: isUnix ? socket.owner : null,
      socket_mode: isUnix ? socket.mode : null,
      socket_backlog: socket.backlog,
    },
  );
}

/** The value that `ini` gives back for a text; its lines cannot hold the separators that Unicode has for them. */
function readable(text: string): string | boolean | null {
  if (text === 'true') return true;
  if (text === 'false') return false;
  return text === 'null' ? null : text.replace(/[\u2028\u2029]/g, '\n');
}

/** Doubles the backslashes that `ini` would take for its own; it escapes nothing but `;` and `#` outside of quotes. */
function escapeValues(keys: DumpData[string]): DumpData[string] {
  return Object.fromEntries(
    Object.entries(keys).map(([key, value]) => [
      key,
      typeof value === 'string' && safe(value) !== JSON.stringify(value)
        ? value.replaceAll('\\', '\\\\')
        : value,
    ]),
  );
}

function encodeName(name: string): string {
  return name.replace(/[^\p{L}\p{N}_.:@/-]/gu, (character) => encodeURIComponent(character));
}
