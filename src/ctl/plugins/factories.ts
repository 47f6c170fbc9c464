/**
 * The Python add-ons of `supervisorctl` that are built in, by the factories that configurations name.
 *
 * @module
 */
import { ConfigError } from '../../config/types.ts';
import type { Command } from '../commands/command.ts';
import type { CommandPlugin, PluginSection } from './plugin.ts';
import { quickCommands } from './quick.ts';
import { wildcardCommands } from './wildcards.ts';

const FACTORIES: ReadonlyMap<string, (section: PluginSection) => readonly Command[]> = new Map([
  ['supervisor_quick:make_quick_controllerplugin', quickCommands],
  ['supervisorwildcards.controllerplugin:make_wildcards_controllerplugin', wildcardCommands],
]);

/**
 * The plugin of a section.
 *
 * @throws ConfigError for a factory that is not built in, and for a wrong value of an option
 */
export function makePlugin(section: PluginSection): CommandPlugin {
  const make = FACTORIES.get(section.factory);
  if (make === undefined) {
    throw new ConfigError(
      `${section.factory} cannot be resolved within [ctlplugin:${section.name}]: it is Python, which this supervisorctl does not run; without the section everything else works`,
    );
  }
  return { name: section.name, commands: make(section) };
}

/** Whether a factory is built in. */
export function isBuiltIn(factory: string): boolean {
  return FACTORIES.has(factory);
}
