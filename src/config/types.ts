/**
 * What a configuration means once it is read: plain immutable data, no behaviour.
 * The names of the keys are the file's own in camel case, with the unit where a number is bare.
 *
 * @module
 */

import type { EventType } from './tables/event-types.ts';

/** Where the output of a channel, or the main log, is written. */
export type LogTarget =
  | { readonly kind: 'none' }
  /** A fresh file in childlogdir, made when the group is added. */
  | { readonly kind: 'auto' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'syslog' };

/** The log of one output channel of a process. */
export interface ChannelConfig {
  readonly logfile: LogTarget;
  /** Size at which the log rotates, in bytes; 0 is never. */
  readonly maxBytes: number;
  readonly backups: number;
  /** Size of the capture buffer, in bytes; 0 turns capture mode off. */
  readonly captureMaxBytes: number;
  readonly eventsEnabled: boolean;
  readonly syslog: boolean;
}

/** When a process that has exited by itself is started again. */
export type AutoRestart = 'always' | 'never' | 'unexpected';

/** One process as a program section describes it. */
export interface ProcessConfig {
  readonly name: string;
  readonly command: string;
  readonly directory: string | null;
  readonly umask: number | null;
  readonly priority: number;
  readonly autostart: boolean;
  readonly autorestart: AutoRestart;
  readonly startSeconds: number;
  readonly startRetries: number;
  /** The user that the process runs as; null is the daemon's own. */
  readonly uid: number | null;
  readonly stdout: ChannelConfig;
  readonly stderr: ChannelConfig;
  readonly redirectStderr: boolean;
  readonly stopSignal: number;
  readonly stopWaitSeconds: number;
  readonly stopAsGroup: boolean;
  readonly killAsGroup: boolean;
  readonly exitCodes: readonly number[];
  /** `[supervisord] environment` and then the program's own; what the daemon itself inherited is not in it. */
  readonly environment: Readonly<Record<string, string>>;
  /** The value of `serverurl=`; null is AUTO, the daemon's own address. */
  readonly serverUrl: string | null;
  /** Only for a FastCGI program. */
  readonly socket?: FcgiSocketConfig;
}

/** The listening socket that the processes of one `[fcgi-program:x]` share as their descriptor 0. */
export type FcgiSocketConfig =
  | {
      readonly kind: 'unix';
      readonly path: string;
      /** Owner to give the socket file; null leaves it the daemon's. */
      readonly owner: { readonly uid: number; readonly gid: number } | null;
      /** Permission bits of the socket file. */
      readonly mode: number;
      /** Connections that may wait; null is as many as the system allows. */
      readonly backlog: number | null;
    }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly backlog: number | null;
    };

/** What makes a group a pool of event listeners. */
export interface EventPoolConfig {
  /** How many events may wait for a listener. */
  readonly bufferSize: number;
  /** The types that the pool listens to, sorted. */
  readonly events: readonly EventType[];
  /** What judges the answers; null is the reference's own: `OK` and nothing else is good. */
  readonly resultHandler: PluginSpec | null;
}

/** A JavaScript module of the user's and what it exports. */
export interface PluginSpec {
  /** As it stands in the file, `path/or/package:exportedName`. */
  readonly text: string;
  /** Absolute path of the module. */
  readonly path: string;
  readonly exportName: string;
}

/** A group of processes, from a `[group:x]` or from a `[program:x]` that is in none. */
export interface GroupConfig {
  readonly name: string;
  readonly priority: number;
  /** Program by program as the group names them, those of one program by name; whoever starts them sorts by priority. */
  readonly processes: readonly ProcessConfig[];
  /** Only for a group of event listeners. */
  readonly pool?: EventPoolConfig;
}

/** User and password of an HTTP server; the password is plain or `{SHA}hex`. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface UnixServerConfig {
  readonly kind: 'unix';
  /** The section's whole name, as `unix_http_server` or `unix_http_server:admin`. */
  readonly section: string;
  readonly file: string;
  /** Permission bits of the socket file. */
  readonly mode: number;
  /** Owner to give the socket file; null leaves it. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  readonly credentials: Credentials | null;
  /** Largest body of a request, in bytes. */
  readonly maxBodyBytes: number;
}

export interface InetServerConfig {
  readonly kind: 'inet';
  readonly section: string;
  /** Address or name to listen on; the empty string is every address. */
  readonly host: string;
  readonly port: number;
  readonly credentials: Credentials | null;
  /** Largest body of a request, in bytes. */
  readonly maxBodyBytes: number;
}

export type HttpServerConfig = UnixServerConfig | InetServerConfig;

/** A `[rpcinterface:x]` section: the factory that it names and the keys that are passed on to it. */
export interface RpcInterfaceConfig {
  readonly name: string;
  readonly factory: string;
  readonly options: Readonly<Record<string, string>>;
  /** Only for a factory that is not built in. */
  readonly plugin?: PluginSpec;
}

export type LogLevelName = 'critical' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'blather';

/** The `[supervisord]` section, after the command line has had its say. */
export interface DaemonConfig {
  readonly logfile: LogTarget;
  readonly logfileMaxBytes: number;
  readonly logfileBackups: number;
  readonly logLevel: LogLevelName;
  readonly pidfile: string;
  readonly umask: number;
  readonly nodaemon: boolean;
  readonly silent: boolean;
  readonly minFds: number;
  readonly minProcs: number;
  readonly nocleanup: boolean;
  readonly childLogDir: string;
  /** User to become; null stays as it is. The text is what the file or the command line says. */
  readonly user: { readonly text: string; readonly uid: number; readonly gid: number } | null;
  readonly directory: string | null;
  readonly stripAnsi: boolean;
  readonly environment: Readonly<Record<string, string>>;
  readonly identifier: string;
}

/** What the reader noticed; it is logged once the main log is open, in the reference's words. */
export interface ConfigMessages {
  readonly critical: readonly string[];
  readonly warn: readonly string[];
  readonly info: readonly string[];
}

/** One whole configuration, read, expanded and checked. */
export interface Config {
  /** Path of the main file as it was given. */
  readonly file: string;
  readonly daemon: DaemonConfig;
  /** Inet servers first, then unix ones, each in file order. */
  readonly servers: readonly HttpServerConfig[];
  /** Sorted by priority, then name. */
  readonly groups: readonly GroupConfig[];
  readonly rpcInterfaces: readonly RpcInterfaceConfig[];
  readonly messages: ConfigMessages;
}

/**
 * A configuration that cannot be used. The message is what follows `Error: ` on stderr
 * and what follows `CANT_REREAD: ` in the fault.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
