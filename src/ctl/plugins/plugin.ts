/**
 * Commands that a `[ctlplugin:x]` section adds to the client.
 *
 * @module
 */
import type { Command } from '../commands/command.ts';

export interface ControlPlugin {
  /** As the heading of `help` calls it. */
  readonly name: string;
  readonly commands: readonly Command[];
}

/** A `[ctlplugin:x]` section: the factory that it names, and its other keys. */
export interface ControlPluginConfig {
  readonly section: string;
  readonly factory: string;
  readonly options: Readonly<Record<string, string>>;
}
