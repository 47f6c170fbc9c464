/**
 * The add-ons of the stock client that are built in here, by the names of their Python factories.
 *
 * @module
 */
import { ConfigError } from '../../config/types.ts';
import type { ControlPlugin, ControlPluginConfig } from './plugin.ts';
import { quickPlugin } from './quick.ts';
import { wildcardsPlugin } from './wildcards.ts';

type Factory = (config: ControlPluginConfig) => ControlPlugin;

const BUILT_IN: ReadonlyMap<string, Factory> = new Map([
  ['supervisor_quick:make_quick_controllerplugin', quickPlugin],
  ['supervisorwildcards.controllerplugin:make_wildcards_controllerplugin', wildcardsPlugin],
]);

/** @throws ConfigError for a factory that is not built in, and for options that it cannot use */
export function makePlugins(configs: readonly ControlPluginConfig[]): readonly ControlPlugin[] {
  return configs.map((config) => {
    const factory = BUILT_IN.get(config.factory);
    if (factory === undefined) {
      throw new ConfigError(
        `${config.factory} cannot be resolved within [${config.section}]: it is Python, which this supervisorctl does not run; without the section everything else works`,
      );
    }
    return factory(config);
  });
}
