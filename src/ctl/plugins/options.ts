/**
 * The values in a `[ctlplugin:x]` section.
 *
 * @module
 */
import { ConfigError } from '../../config/types.ts';
import type { PluginSection } from './plugin.ts';

/** A whole number, 0 or more. @throws ConfigError */
export function wholeNumber({ name, options }: PluginSection, key: string, fallback: number): number {
  const text = options[key];
  if (text === undefined) return fallback;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new ConfigError(`${key} = ${text} in [ctlplugin:${name}] is not a whole number`);
}
