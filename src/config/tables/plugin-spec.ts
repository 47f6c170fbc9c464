/**
 * Names of JavaScript modules in a configuration: `path/or/package:exportedName`.
 *
 * @module
 */
import { createRequire, isBuiltin } from 'node:module';
import { dirname, resolve } from 'node:path';
import { entryPointText, readEntryPoint } from '../../python/entry-point.ts';
import { ConfigError } from '../config-error.ts';
import type { ValueType } from './option.ts';

/** A JavaScript module of the user's and what it exports. */
export interface PluginSpec {
  /** As it stands in the file, `path/or/package:exportedName`. */
  readonly text: string;
  /** Absolute path of the module. */
  readonly path: string;
  readonly exportName: string;
}

/** What a section names as a factory. */
export const factoryName: ValueType<string> = {
  name: 'module:export',
  parse: entryPointText,
  format: (value) => value,
  schema: { type: 'string' },
};

/**
 * Finds the module, from the folder of the configuration file: a path with a slash there, and anything else as an
 * installed package. A module of Node.js itself exports nothing that a configuration can use.
 *
 * @throws ConfigError that names the section and the expected form
 */
export function resolvePlugin(text: string, section: string, configFile: string): PluginSpec {
  const { module, name: exportName } = readEntryPoint(text);
  const folder = dirname(resolve(configFile));
  try {
    if (module === null || exportName === '' || isBuiltin(module))
      throw new Error('not a module of the user');
    const request = module.includes('/') && !module.startsWith('@') ? resolve(folder, module) : module;
    return { text, path: createRequire(resolve(folder, 'supervisord.conf')).resolve(request), exportName };
  } catch {
    throw new ConfigError(
      `${text} cannot be resolved within [${section}]: it has to name a JavaScript module and what it exports, ` +
        'as ./module.js:name; Python modules cannot be loaded',
    );
  }
}
