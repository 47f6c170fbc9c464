/**
 * The `[rpcinterface:x]` sections.
 *
 * @module
 */
import { readingAt } from '../config-error.ts';
import { resolvePlugin } from '../tables/plugin-spec.ts';
import { RPC_INTERFACE_OPTIONS } from '../tables/program-options.ts';
import { type Reading, sectionReader } from '../tables/section-reader.ts';
import { expand, type Scope } from '../text/expansion.ts';
import type { RpcInterfaceConfig } from '../types.ts';

const FACTORY_KEY = 'supervisor.rpcinterface_factory';
const PREFIX = 'rpcinterface:';

/** The factory of the `supervisor` namespace, which is built in. */
export const MAIN_RPC_FACTORY = 'supervisor.rpcinterface:make_main_rpcinterface';

/** Factories of Python packages that are built in under the names that configurations give them. */
export const TWIDDLER_RPC_FACTORY = 'supervisor_twiddler.rpcinterface:make_twiddler_rpcinterface';
export const CACHE_RPC_FACTORY = 'supervisor_cache.rpcinterface:make_cache_rpcinterface';

const BUILT_IN: ReadonlySet<string> = new Set([MAIN_RPC_FACTORY, TWIDDLER_RPC_FACTORY, CACHE_RPC_FACTORY]);

/** Reads the interfaces in file order; modules are looked for from the folder of the main file. @throws ConfigError */
export function readRpcInterfaces(reading: Reading, scope: Scope): RpcInterfaceConfig[] {
  return [...reading.source.sections.keys()]
    .filter((section) => section.startsWith(PREFIX))
    .map((section) => readingAt(section, null, () => readRpcInterface(reading, section, scope)));
}

function readRpcInterface(reading: Reading, section: string, scope: Scope): RpcInterfaceConfig {
  const { source, file } = reading;
  const { factory } = sectionReader(reading, section, RPC_INTERFACE_OPTIONS).config(() => scope);
  const plugin = BUILT_IN.has(factory)
    ? null
    : readingAt(section, FACTORY_KEY, () => resolvePlugin(factory, section, file));
  const entries = [...source.entries(section)]
    .filter(([key]) => !Object.hasOwn(RPC_INTERFACE_OPTIONS, key))
    .map(([key, value]) => [key, expand(value, scope, `${section}.${key}`)]);
  const options = Object.fromEntries(entries);
  return { name: section.slice(PREFIX.length), factory, options, ...(plugin && { plugin }) };
}
