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
import { RpcFault } from './faults.ts';
import { type BoundMethod, bind, type Method, type MethodTable } from './method.ts';
import { cacheMethods } from './plugins/cache.ts';
import { loadPlugin, type PluginFactory } from './plugins/load-plugin.ts';
import { pluginMethods } from './plugins/plugin-methods.ts';
import { pluginSupervisor } from './plugins/plugin-supervisor.ts';
import { twiddlerMethods } from './plugins/twiddler.ts';
import { refuseOptions, UnusableInterfaceError } from './plugins/unusable-interface.ts';
import { supervisorContext } from './supervisor/context.ts';
import { SUPERVISOR_METHODS } from './supervisor/methods.ts';
import { SYSTEM_METHODS } from './system/methods.ts';
import { VISORD_METHODS, VISORD_NAMESPACE } from './visord/methods.ts';

/** Makes the methods of one section; `options` are its other keys. */
type BuiltInFactory = (
  supervisor: SupervisorView,
  options: Readonly<Record<string, string>>,
) => readonly BoundMethod[];

/** The factories that a section can name without a module. */
const BUILT_IN: ReadonlyMap<string, BuiltInFactory> = new Map([
  [MAIN_RPC_FACTORY, mainInterface],
  [TWIDDLER_RPC_FACTORY, twiddlerMethods],
  [CACHE_RPC_FACTORY, cacheMethods],
]);

/** A section names an unknown factory; the message is for the user. */
export class UnknownFactoryError extends Error {
  override readonly name = 'UnknownFactoryError';
}

/** The methods of a section could not be made; the message is the reference's, the reason is in `cause`. */
export class RpcInterfaceError extends Error {
  override readonly name = 'RpcInterfaceError';
  /** The name of the section. */
  readonly interfaceName: string;

  constructor(interfaceName: string, cause: unknown) {
    super(`Could not make ${interfaceName} rpc interface`, { cause });
    this.interfaceName = interfaceName;
  }

  /** The cause as it is logged: with a stack only for an error in a module. */
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
  readonly ended?: () => AbortSignal;
  /** Called with the error of an interface that is left out; where it is not given, the error is thrown. */
  readonly onBroken?: (error: RpcInterfaceError) => void;
}

/**
 * All methods that can be called: those of the sections, `visord.*` with the main one, and `system.*`.
 *
 * @throws UnknownFactoryError, RpcInterfaceError
 */
export function createMethodTable(
  supervisor: SupervisorView,
  interfaces: readonly RpcInterfaceConfig[],
  options: MethodTableOptions = {},
): MethodTable {
  const table = new Map<string, BoundMethod>();
  const add = (namespace: string, methods: readonly BoundMethod[]) => {
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
  // Sections of these names are hidden, as `system` is in the reference.
  for (const name of table.keys()) if (OWN_NAMESPACES.test(name)) table.delete(name);
  if (interfaces.some(({ factory }) => factory === MAIN_RPC_FACTORY)) {
    add(VISORD_NAMESPACE, bindWhileRunning(supervisor, VISORD_METHODS, { supervisor }));
  }
  add('system', bind(SYSTEM_METHODS, { table }));
  return table;
}

const OWN_NAMESPACES = /^(?:system|visord)\./;

function makeInterface(
  supervisor: SupervisorView,
  { name, factory, options }: RpcInterfaceConfig,
  table: MethodTable,
  { plugins, ended = () => new AbortController().signal }: MethodTableOptions,
): readonly BoundMethod[] {
  const builtIn = BUILT_IN.get(factory);
  const plugin = plugins?.get(name);
  if (plugin instanceof RpcInterfaceError) throw plugin;
  if (!builtIn && !plugin) {
    throw unknownFactory(name, factory);
  }
  try {
    if (builtIn) return builtIn(supervisor, options);
    const made = plugin?.(pluginSupervisor(supervisor, table, ended()), { ...options });
    return pluginMethods(name, made, supervisor.log);
  } catch (cause) {
    throw new RpcInterfaceError(name, cause);
  }
}

/** @throws UnknownFactoryError for a factory that is neither built in nor a module */
export function requireKnownFactories(interfaces: readonly RpcInterfaceConfig[]): void {
  for (const { name, factory, plugin } of interfaces) {
    if (!BUILT_IN.has(factory) && plugin === undefined) throw unknownFactory(name, factory);
  }
}

function unknownFactory(name: string, factory: string): UnknownFactoryError {
  return new UnknownFactoryError(`${factory} cannot be resolved within [rpcinterface:${name}]`);
}

function mainInterface(
  supervisor: SupervisorView,
  options: Readonly<Record<string, string>>,
): readonly BoundMethod[] {
  refuseOptions(options);
  return bindWhileRunning(supervisor, SUPERVISOR_METHODS, supervisorContext(supervisor));
}

/** The methods, which are refused while the daemon shuts down or restarts, apart from those that answer to the end. */
function bindWhileRunning<Context>(
  supervisor: SupervisorView,
  methods: readonly Method<Context>[],
  context: Context,
): BoundMethod[] {
  const refuse = () => {
    if (supervisor.state === 'SHUTDOWN' || supervisor.state === 'RESTARTING')
      throw new RpcFault('SHUTDOWN_STATE');
  };
  return bind(methods, context, refuse);
}
