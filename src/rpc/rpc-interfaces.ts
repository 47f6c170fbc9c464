/**
 * The `[rpcinterface:x]` sections: each names a factory, whose methods are called under the section's name.
 *
 * @module
 */
import {
  CACHE_RPC_FACTORY,
  MAIN_RPC_FACTORY,
  TWIDDLER_RPC_FACTORY,
} from '../config/sections/rpc-interfaces.ts';
import type { RpcInterfaceConfig } from '../config/types.ts';
import type { SupervisorView } from '../supervisor/supervisor-view.ts';
import { pythonText } from '../xmlrpc/quote-argument.ts';
import { RpcFault } from './faults.ts';
import type { MethodTable, RpcMethod } from './method.ts';
import { cacheMethods } from './plugins/cache.ts';
import { loadPlugin, type PluginFactory } from './plugins/load-plugin.ts';
import { pluginMethods } from './plugins/plugin-methods.ts';
import { pluginSupervisor } from './plugins/plugin-supervisor.ts';
import { twiddlerMethods } from './plugins/twiddler.ts';
import { refuseOptions, UnusableInterfaceError } from './plugins/unusable-interface.ts';
import { configMethods } from './supervisor-config-methods.ts';
import { infoMethods } from './supervisor-info-methods.ts';
import { logMethods } from './supervisor-log-methods.ts';
import { processMethods } from './supervisor-process-methods.ts';
import { systemMethods } from './system-methods.ts';

/** Makes the methods of one section; `options` are its other keys. */
type BuiltInFactory = (
  supervisor: SupervisorView,
  options: Readonly<Record<string, string>>,
) => readonly RpcMethod[];

/** The factories that a section can name without a module. */
const BUILT_IN: ReadonlyMap<string, BuiltInFactory> = new Map([
  [MAIN_RPC_FACTORY, mainInterface],
  [TWIDDLER_RPC_FACTORY, twiddlerMethods],
  [CACHE_RPC_FACTORY, cacheMethods],
]);

/** A section names a factory that there is not; the message is for the user. */
export class UnknownFactoryError extends Error {
  override readonly name = 'UnknownFactoryError';
}

/** The methods of a section could not be made; the message is the reference's, the cause says why. */
export class RpcInterfaceError extends Error {
  override readonly name = 'RpcInterfaceError';
  /** The name of the section. */
  readonly interfaceName: string;

  constructor(interfaceName: string, cause: unknown) {
    super(`Could not make ${interfaceName} rpc interface`, { cause });
    this.interfaceName = interfaceName;
  }

  /** The cause as it is logged: a stack only where the fault is in somebody's code. */
  get explanation(): string {
    const { cause } = this;
    if (!(cause instanceof Error)) return String(cause);
    return cause instanceof UnusableInterfaceError ? cause.message : (cause.stack ?? cause.message);
  }
}

/** The factories of modules, by the names of their sections; for one that cannot be loaded, why. */
export type LoadedPlugins = ReadonlyMap<string, PluginFactory | RpcInterfaceError>;

/** Loads the modules of all sections that name one. */
export async function loadPlugins(interfaces: readonly RpcInterfaceConfig[]): Promise<LoadedPlugins> {
  const loaded = new Map<string, PluginFactory | RpcInterfaceError>();
  for (const { name, plugin } of interfaces) {
    if (plugin === undefined) continue;
    const factory = await loadPlugin(plugin).catch((cause) => new RpcInterfaceError(name, cause));
    loaded.set(name, factory);
  }
  return loaded;
}

export interface MethodTableOptions {
  readonly plugins?: LoadedPlugins;
  /** Aborted when the methods are called no more. */
  readonly ended?: AbortSignal;
  /** Told of an interface that is left out; where it is not given, such an interface is thrown. */
  readonly onBroken?: (error: RpcInterfaceError) => void;
}

/**
 * All methods that can be called: those of the sections, and `system.*`.
 *
 * @throws UnknownFactoryError, RpcInterfaceError
 */
export function createMethodTable(
  supervisor: SupervisorView,
  interfaces: readonly RpcInterfaceConfig[],
  options: MethodTableOptions = {},
): MethodTable {
  const table = new Map<string, RpcMethod>();
  const add = (namespace: string, methods: readonly RpcMethod[]) => {
    for (const method of methods) table.set(`${namespace}.${method.name}`, method);
  };
  for (const config of interfaces) {
    try {
      add(config.name, makeInterface(supervisor, config, table, options));
    } catch (error) {
      if (!(error instanceof RpcInterfaceError) || !options.onBroken) throw error;
      options.onBroken(error);
    }
  }
  // A section of this name is hidden, as in the reference.
  for (const name of table.keys()) if (name.startsWith('system.')) table.delete(name);
  add('system', systemMethods(table));
  return table;
}

function makeInterface(
  supervisor: SupervisorView,
  { name, factory, options }: RpcInterfaceConfig,
  table: MethodTable,
  { plugins, ended = new AbortController().signal }: MethodTableOptions,
): readonly RpcMethod[] {
  const builtIn = BUILT_IN.get(factory);
  const plugin = plugins?.get(name);
  if (plugin instanceof RpcInterfaceError) throw plugin;
  if (!builtIn && !plugin) {
    throw new UnknownFactoryError(`${factory} cannot be resolved within [rpcinterface:${name}]`);
  }
  try {
    if (builtIn) return builtIn(supervisor, options);
    const made = plugin?.(pluginSupervisor(supervisor, table, ended), { ...options });
    return pluginMethods(name, made, supervisor.log);
  } catch (cause) {
    throw new RpcInterfaceError(name, cause);
  }
}

function mainInterface(
  supervisor: SupervisorView,
  options: Readonly<Record<string, string>>,
): readonly RpcMethod[] {
  refuseOptions(options);
  const refusable = [
    ...infoMethods(supervisor),
    ...configMethods(supervisor),
    ...processMethods(supervisor),
    ...logMethods(supervisor),
  ];
  return [...refusable.map((method) => refusedAtEnd(supervisor, method)), remoteEventMethod(supervisor)];
}

/** The method, refused once the daemon is about to end or to begin anew. */
function refusedAtEnd(supervisor: SupervisorView, method: RpcMethod): RpcMethod {
  return {
    ...method,
    handle: (args, scope) => {
      if (supervisor.state === 'SHUTDOWN' || supervisor.state === 'RESTARTING')
        throw new RpcFault('SHUTDOWN_STATE');
      return method.handle(args, scope);
    },
  };
}

/** The one method that answers to the very end. */
function remoteEventMethod(supervisor: SupervisorView): RpcMethod {
  return {
    name: 'sendRemoteCommEvent',
    help: 'Send a REMOTE_COMMUNICATION event to the event listeners.',
    parameters: [
      { name: 'type', type: 'string', help: 'the type that the event carries' },
      { name: 'data', type: 'string', help: 'the body of the event' },
    ],
    returns: { type: 'boolean', help: 'result true' },
    handle: ([type = null, data = null]) => {
      supervisor.sendRemoteCommEvent(pythonText(type), pythonText(data));
      return true;
    },
  };
}
