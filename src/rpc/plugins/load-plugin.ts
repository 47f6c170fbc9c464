/**
 * Loads the JavaScript module that an `[rpcinterface:x]` names.
 *
 * @module
 */
import { pathToFileURL } from 'node:url';
import type { PluginSpec } from '../../config/types.ts';

/** A module that never finishes loading must not block the start of the daemon. */
const LOAD_TIMEOUT_MS = 30_000;

/** What a plugin exports: it makes the object whose methods can be called. */
export type PluginFactory = (supervisor: unknown, options: Readonly<Record<string, string>>) => unknown;

/**
 * Imports the module (CommonJS or ESM) and finds the factory in it. A module is read once by a process of
 * the daemon: its changes take effect at the next start, not at a reload.
 *
 * @param timeoutMs how long the module may take to load, in milliseconds
 * @throws Error of the module, or one that names what is missing
 */
export async function loadPlugin(
  { path, exportName }: PluginSpec,
  timeoutMs = LOAD_TIMEOUT_MS,
): Promise<PluginFactory> {
  const module = await within(import(moduleAddress(path)), timeoutMs);
  const exported =
    module[exportName] ?? (module.default as Record<string, unknown> | undefined)?.[exportName];
  if (typeof exported !== 'function') throw new Error(`${path} exports no function ${exportName}`);
  return exported as PluginFactory;
}

/** A module of Node itself has a name and no path. */
function moduleAddress(path: string): string {
  return path.startsWith('/') ? pathToFileURL(path).href : path;
}

async function within<Value>(loading: Promise<Value>, timeoutMs: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`the module is still not loaded after ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([loading, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
