/**
 * Types for modules that the daemon loads: RPC interfaces (docs/plugins.md) and result handlers
 * (docs/event-listeners.md).
 *
 * @module
 */

/** What a client sends, and what `supervisor.call` returns. */
export type RpcValue =
  | string
  | number
  | boolean
  | null
  | Date
  | readonly RpcValue[]
  | { readonly [name: string]: RpcValue };

/** What a method may return. XML-RPC has no form for `null` and `undefined`. */
export type RpcAnswer =
  | string
  | number
  | boolean
  | Date
  | Uint8Array
  | readonly RpcAnswer[]
  | { readonly [name: string]: RpcAnswer };

/** For `system.methodSignature`; the daemon does not check it. */
export type RpcType =
  | 'string'
  | 'int'
  | 'boolean'
  | 'array'
  | 'struct'
  | 'double'
  | 'dateTime.iso8601'
  | 'base64'
  | 'any';

/** The faults of the daemon, by name. */
export type FaultName =
  | 'UNKNOWN_METHOD'
  | 'INCORRECT_PARAMETERS'
  | 'BAD_ARGUMENTS'
  | 'SIGNATURE_UNSUPPORTED'
  | 'SHUTDOWN_STATE'
  | 'BAD_NAME'
  | 'BAD_SIGNAL'
  | 'NO_FILE'
  | 'NOT_EXECUTABLE'
  | 'FAILED'
  | 'ABNORMAL_TERMINATION'
  | 'SPAWN_ERROR'
  | 'ALREADY_STARTED'
  | 'NOT_RUNNING'
  | 'SUCCESS'
  | 'ALREADY_ADDED'
  | 'STILL_RUNNING'
  | 'CANT_REREAD';

/** The result of `supervisor.getProcessInfo`. Times are seconds since 1970. */
export interface ProcessInfo {
  readonly name: string;
  readonly group: string;
  readonly start: number;
  readonly stop: number;
  readonly now: number;
  readonly state: number;
  readonly statename: string;
  readonly spawnerr: string;
  readonly exitstatus: number;
  readonly logfile: string;
  readonly stdout_logfile: string;
  readonly stderr_logfile: string;
  /** 0 without a process. */
  readonly pid: number;
  readonly description: string;
}

/** The daemon, for an RPC interface. */
export interface PluginSupervisor {
  /** `SHUTDOWN` or `RESTARTING` while all programs are being stopped. */
  readonly state: 'FATAL' | 'RUNNING' | 'RESTARTING' | 'SHUTDOWN';
  /** `identifier=` of the configuration. */
  readonly identifier: string;
  /** Path of the configuration file, as it was given. */
  readonly configFile: string;
  /** Writes lines to the main log. */
  readonly log: {
    critical(text: string): void;
    error(text: string): void;
    warn(text: string): void;
    info(text: string): void;
    debug(text: string): void;
    trace(text: string): void;
  };
  /** Aborted when the daemon exits or reloads: close what is open, and clear timers. */
  readonly ended: AbortSignal;
  /** The names of the active groups. */
  groups(): string[];
  /** Every process of every active group. */
  processes(): ProcessInfo[];
  /** Calls a method as a client would. Rejects with a fault, which may be thrown on. */
  call(method: string, ...params: RpcValue[]): Promise<RpcValue>;
  /** A fault to throw: by name, with what follows the colon, or by a code with the whole text. */
  fault(fault: FaultName | number, detail?: string): Error & { readonly code: number };
}

export interface ParameterDescription {
  readonly name: string;
  readonly type: RpcType;
  readonly help?: string;
  /** Only the last parameters can be optional. */
  readonly optional?: boolean;
}

/** What `system.methodHelp` and `system.methodSignature` report of a method. */
export interface MethodDescription {
  readonly help?: string;
  readonly parameters?: readonly ParameterDescription[];
  readonly returns?: { readonly type: RpcType; readonly help?: string };
  /** The role that a `[user:x]` needs; `admin` if left out. */
  readonly right?: 'read' | 'operate' | 'admin';
}

export type MethodHandler = (...args: never[]) => RpcAnswer | Promise<RpcAnswer>;

/** A function, or an object with a function `handle`; both may have a description. */
export type PluginMethod =
  | (MethodHandler & MethodDescription)
  | (MethodDescription & { readonly handle: MethodHandler });

/** Functions and described methods are called by clients; names that begin with `_` and plain data are not. */
export type PluginMethods<Made> = {
  readonly [Name in keyof Made]: Name extends `_${string}`
    ? unknown
    : PluginMethod | string | number | boolean | null | undefined;
};

/** The other keys of the section `[rpcinterface:x]`, in lower case and expanded. */
export type PluginOptions = Readonly<Record<string, string>>;

export type PluginFactory<Made extends PluginMethods<Made>> = (
  supervisor: PluginSupervisor,
  options: PluginOptions,
) => Made;

/**
 * Checks the types of a factory, and returns it unchanged.
 *
 * @example
 * export const makeCounter = definePlugin((supervisor, options) => {
 *   let count = Number(options.start ?? 0);
 *   return {
 *     increase: (by: number) => {
 *       if (by < 0) throw supervisor.fault('BAD_ARGUMENTS', String(by));
 *       count += by;
 *       return count;
 *     },
 *   };
 * });
 */
export declare function definePlugin<Made extends PluginMethods<Made>>(
  factory: PluginFactory<Made>,
): PluginFactory<Made>;

export interface ListenerEvent {
  /** As `PROCESS_STATE_EXITED`. */
  readonly type: string;
  readonly payload: string;
}

/**
 * Judges the answer of an event listener. It returns, also through a promise, to accept the event. An error with the
 * name `RejectEvent` offers the event again; any other error is a fault of the handler.
 */
export type ResultHandler = (event: ListenerEvent, result: Buffer) => unknown;

/** Checks the types of a result handler, and returns it unchanged. */
export declare function defineResultHandler<Handler extends ResultHandler>(handler: Handler): Handler;
