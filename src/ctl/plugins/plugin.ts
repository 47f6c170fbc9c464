/**
 * A `[ctlplugin:x]` section adds commands to the client, under a separate heading.
 *
 * @module
 */
import type { Command } from '../commands/command.ts';

/** A section as it stands in the configuration. */
export interface PluginSection {
  /** The name behind `ctlplugin:`. */
  readonly name: string;
  /** The Python name of the function that makes the plugin. */
  readonly factory: string;
  /** Its other keys, expanded. */
  readonly options: Readonly<Record<string, string>>;
}

export interface CommandPlugin {
  /** The heading in `help`. */
  readonly name: string;
  readonly commands: readonly Command[];
}
