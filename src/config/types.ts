/**
 * What a configuration means once it is read: immutable data. Only a program with a number in its `process_name` has a
 * function, which reads it with another `numprocs`. What stands for the keys of a section is derived from its table.
 *
 * @module
 */

import type { SUPERVISORD_OPTIONS } from './tables/daemon-options.ts';
import type { EngineMember } from './tables/engine-address.ts';
import type { FLEET_SECTION_OPTIONS } from './tables/engine-options.ts';
import type { SocketAddress } from './tables/fcgi-values.ts';
import type { NodeAddress } from './tables/node-list.ts';
import type { ConfigOf } from './tables/option.ts';
import type { PluginSpec } from './tables/plugin-spec.ts';
import type { FCGI_SOCKET_OPTIONS, POOL_OPTIONS, PROGRAM_OPTIONS } from './tables/program-options.ts';
import type { INET_SERVER_OPTIONS, UNIX_SERVER_OPTIONS } from './tables/server-options.ts';
import type { USER_OPTIONS } from './tables/user-options.ts';
import type { LogTarget } from './tables/values.ts';

export { ConfigError } from './config-error.ts';
export type { SocketAddress } from './tables/fcgi-values.ts';
export type { LogLevelName } from './tables/log-levels.ts';
export type { PluginSpec } from './tables/plugin-spec.ts';
export type { AutoRestart, LogTarget, Owner } from './tables/values.ts';

/**
 * One process as a program section describes it. Its environment is that of `[supervisord]` and then the program's own;
 * what the daemon itself inherited is not in it.
 */
export interface ProcessConfig extends ConfigOf<typeof PROGRAM_OPTIONS> {
  /** Only for a FastCGI program. */
  readonly socket?: FcgiSocketConfig;
  /** Name of the program section; left out where it is the name of the process. */
  readonly program?: string;
  /** Names of the variables that `environment=` of the program itself sets; only where it has `env_files`. */
  readonly ownVariables?: readonly string[];
}

/** The log of one output channel of a process. */
export type ChannelConfig = ProcessConfig['stdout'];

type SocketSettings = Omit<ConfigOf<typeof FCGI_SOCKET_OPTIONS>, 'kind' | 'path' | 'host' | 'port'>;

/** The listening socket that the processes of one `[fcgi-program:x]` share as their descriptor 0. */
export type FcgiSocketConfig =
  | (Extract<SocketAddress, { kind: 'unix' }> & SocketSettings & { readonly mode: number })
  | (Extract<SocketAddress, { kind: 'tcp' }> & Omit<SocketSettings, 'owner' | 'mode'>);

/** A group of processes, from a `[group:x]` or from a `[program:x]` that is in none. */
export interface GroupConfig {
  readonly name: string;
  readonly priority: number;
  /** Program by program as the group names them, those of one program by name; starts sort them by priority. */
  readonly processes: readonly ProcessConfig[];
  /** Only for a group of event listeners. */
  readonly pool?: EventPoolConfig;
  /** The programs that can have another number of processes; left out where no program can. */
  readonly scalable?: readonly ScalableProgram[];
}

/** A program whose `process_name` has a number in it: it can have any number of processes. */
export interface ScalableProgram {
  readonly name: string;
  /** `numprocs` */
  readonly count: number;
  readonly limits: ScaleLimits;
  /** Names of the programs behind it in its group. */
  readonly followers: readonly string[];
  /** The processes for another `numprocs`, by name. @throws ConfigError */
  expand(count: number): readonly ProcessConfig[];
}

/** `numprocs_min` and `numprocs_max`; null is not set. */
export interface ScaleLimits {
  readonly least: number;
  readonly most: number | null;
}

/** The processes of one section, in one group. */
export interface ProgramConfig {
  /** The section's whole name, as `program:web`, `fcgi-program:web` or `eventlistener:mail`. */
  readonly section: string;
  readonly name: string;
  /** The group's name. */
  readonly group: string;
  /** True where a `[group:x]` names the program; otherwise the group is its own. */
  readonly isMember: boolean;
  /** `numprocs` and `numprocs_start`. */
  readonly count: number;
  readonly firstNumber: number | bigint;
  readonly limits: ScaleLimits;
  /** The processes for another `numprocs`, by name; null where `process_name` has no number. @throws ConfigError */
  readonly expand: ScalableProgram['expand'] | null;
  /**
   * The texts of the keys that each process reads for itself, expanded but for the number of the process: with a number
   * they give that process. Null where `process_name` has no number, and where there are no processes.
   */
  readonly texts: Readonly<Record<string, string>> | null;
  /** By name. */
  readonly processes: readonly ProcessConfig[];
  /** Only for a FastCGI program. */
  readonly socket?: FcgiSocketConfig;
}

/** What makes a group a pool of event listeners. */
export type EventPoolConfig = ConfigOf<typeof POOL_OPTIONS>['pool'];

/** User and password of an HTTP server; the password is plain or `{SHA}hex`. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface UnixServerConfig extends ConfigOf<typeof UNIX_SERVER_OPTIONS> {
  readonly kind: 'unix';
  /** The section's whole name, as `unix_http_server` or `unix_http_server:admin`. */
  readonly section: string;
}

export interface InetServerConfig extends ConfigOf<typeof INET_SERVER_OPTIONS> {
  readonly kind: 'inet';
  readonly section: string;
}

export type HttpServerConfig = UnixServerConfig | InetServerConfig;

/** A `[user:x]` section. */
export interface UserConfig extends ConfigOf<typeof USER_OPTIONS> {
  readonly name: string;
}

/** A `[rpcinterface:x]` section: the factory that it names and the keys that are passed on to it. */
export interface RpcInterfaceConfig {
  readonly name: string;
  readonly factory: string;
  readonly options: Readonly<Record<string, string>>;
  /** Only for a factory that is not built in. */
  readonly plugin?: PluginSpec;
}

/** `[supervisord]` as it is written, checked but not yet resolved against the machine. */
export type DaemonValues = ConfigOf<typeof SUPERVISORD_OPTIONS>;

/** The `[supervisord]` section, after the command line's values were put in and its paths made absolute. */
export interface DaemonConfig extends Omit<DaemonValues, 'logfile' | 'childLogDir' | 'user'> {
  readonly logfile: LogTarget;
  readonly childLogDir: string;
  /** User to become; null: no change. The text is that of the file or the command line. */
  readonly user: { readonly text: string; readonly uid: number; readonly gid: number } | null;
}

/** What the reader noticed; it is logged once the main log is open, in the reference's words. */
export interface ConfigMessages {
  readonly critical: readonly string[];
  readonly warn: readonly string[];
  readonly info: readonly string[];
}

/** `[fleet]` of a daemon that agrees with others through an engine; keys that only clients read are null. */
export interface FleetConfig extends Omit<ConfigOf<typeof FLEET_SECTION_OPTIONS>, 'engine' | 'node'> {
  readonly engine: readonly EngineMember[];
  readonly node: string;
}

/** `nodes=` of `[fleet]`, and how they are asked. */
export interface FleetNodes {
  /** Of the fleet. */
  readonly name: string;
  readonly nodes: readonly NodeAddress[];
  /** How long a node may take for a question, in milliseconds. */
  readonly limitMs: number;
  readonly username: string | null;
  readonly password: string | null;
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
}

/** One whole configuration, read, expanded and checked. */
export interface Config {
  /** Path of the main file as it was given. */
  readonly file: string;
  readonly daemon: DaemonConfig;
  /** Inet servers first, then unix ones, each in file order. */
  readonly servers: readonly HttpServerConfig[];
  /** The users of the servers, beside the one that each server may have, in file order. */
  readonly users: readonly UserConfig[];
  /** Sorted by priority, then name. */
  readonly groups: readonly GroupConfig[];
  /** The programs of all groups, in the order of the groups; one that two groups name is there twice. */
  readonly programs: readonly ProgramConfig[];
  readonly rpcInterfaces: readonly RpcInterfaceConfig[];
  /** The hosts that the web page shows; null where `[fleet]` has no `nodes`. */
  readonly fleetNodes: FleetNodes | null;
  /** Null where no `[fleet]` names an engine. */
  readonly fleet: FleetConfig | null;
  /** The included file of a section; sections of the main file are not in it. */
  readonly includedFrom: ReadonlyMap<string, string>;
  readonly messages: ConfigMessages;
}
