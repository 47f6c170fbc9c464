/**
 * The `[rpcinterface:x]` sections.
 *
 * @module
 */
import { expand, type Scope } from '../text/expansion.ts';
import type { Source } from '../text/source.ts';
import { ConfigError, type RpcInterfaceConfig } from '../types.ts';
import { resolvePlugin } from './plugin-spec.ts';

const PREFIX = 'rpcinterface:';
const FACTORY_KEY = 'supervisor.rpcinterface_factory';

/** The factory of the `supervisor` namespace, which is built in. */
export const MAIN_RPC_FACTORY = 'supervisor.rpcinterface:make_main_rpcinterface';

/** Factories of Python packages that are built in under the names that configurations give them. */
export const TWIDDLER_RPC_FACTORY = 'supervisor_twiddler.rpcinterface:make_twiddler_rpcinterface';
export const CACHE_RPC_FACTORY = 'supervisor_cache.rpcinterface:make_cache_rpcinterface';

const BUILT_IN: ReadonlySet<string> = new Set([MAIN_RPC_FACTORY, TWIDDLER_RPC_FACTORY, CACHE_RPC_FACTORY]);

/**
 * Reads the interfaces in file order.
 *
 * @param file path of the main file; modules are looked for from its folder
 * @throws ConfigError
 */
export function readRpcInterfaces(source: Source, scope: Scope, file: string): RpcInterfaceConfig[] {
  return [...source.sections.keys()]
    .filter((section) => section.startsWith(PREFIX))
    .map((section) => readRpcInterface(source, section, scope, file));
}

function readRpcInterface(source: Source, section: string, scope: Scope, file: string): RpcInterfaceConfig {
  const text = source.get(section, FACTORY_KEY);
  if (text === null) throw new ConfigError(`section [${section}] does not specify a ${FACTORY_KEY}`);
  const factory = expand(text, scope, `${section}.${FACTORY_KEY}`);
  const plugin = BUILT_IN.has(factory) ? null : resolvePlugin(factory, section, file);
  const entries = [...source.entries(section)]
    .filter(([key]) => key !== FACTORY_KEY)
    .map(([key, value]) => [key, expand(value, scope, `${section}.${key}`)]);
  const options = Object.fromEntries(entries);
  return { name: section.slice(PREFIX.length), factory, options, ...(plugin && { plugin }) };
}
