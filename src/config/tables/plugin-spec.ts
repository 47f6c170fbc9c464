/**
 * Names of JavaScript modules in a configuration: `path/or/package:exportedName`.
 *
 * @module
 */
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { ConfigError } from '../config-error.ts';

/** A JavaScript module of the user's and what it exports. */
export interface PluginSpec {
  /** As it stands in the file, `path/or/package:exportedName`. */
  readonly text: string;
  /** Absolute path of the module. */
  readonly path: string;
  readonly exportName: string;
}

/**
 * Finds the module, from the folder of the configuration file: a path with a slash there, and anything else as an
 * installed package.
 *
 * @throws ConfigError that names the section and says what is wanted
 */
export function resolvePlugin(text: string, section: string, configFile: string): PluginSpec {
  const colon = text.lastIndexOf(':');
  const module = text.slice(0, Math.max(colon, 0));
  const exportName = text.slice(colon + 1);
  const folder = dirname(resolve(configFile));
  try {
    const request = module.includes('/') && !module.startsWith('@') ? resolve(folder, module) : module;
    return { text, path: createRequire(resolve(folder, 'supervisord.conf')).resolve(request), exportName };
  } catch {
    throw new ConfigError(
      `${text} cannot be resolved within [${section}]: it has to name a JavaScript module and what it exports, ` +
        'as ./module.js:name; Python modules cannot be loaded',
    );
  }
}
