/**
 * Python's notation of an object in a module, which configurations name plugins by: `module:name [extras]`.
 *
 * @module
 */
import { strip } from './text.ts';

export interface EntryPoint {
  /** Null in a text without a colon. */
  readonly module: string | null;
  readonly name: string;
}

/** Blanks at the colon mean nothing, nor do the extras in brackets behind the name. */
export function readEntryPoint(text: string): EntryPoint {
  const whole = strip(text);
  const extras = whole.endsWith(']') ? whole.lastIndexOf('[') : -1;
  const spec = extras < 0 ? whole : strip(whole.slice(0, extras));
  const colon = spec.lastIndexOf(':');
  if (colon < 0) return { module: null, name: spec };
  return { module: strip(spec.slice(0, colon)), name: strip(spec.slice(colon + 1)) };
}

/** The one spelling of all that mean the same: `module:name`. */
export function entryPointText(text: string): string {
  const { module, name } = readEntryPoint(text);
  return module === null ? name : `${module}:${name}`;
}
