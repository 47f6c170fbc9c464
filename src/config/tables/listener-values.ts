/**
 * The types of the values that only an `[eventlistener:x]` has.
 *
 * @module
 */
import { entryPointText } from '../../python/entry-point.ts';
import { ConfigError } from '../config-error.ts';
import { type EventType, isEventType, isStockEventType } from './event-types.ts';
import type { ValueType } from './option.ts';
import { type PluginSpec, resolvePlugin } from './plugin-spec.ts';
import { boolean, integer, names } from './values.ts';

/** The reference's own handler, which is built in. */
export const DEFAULT_RESULT_HANDLER = 'supervisor.dispatchers:default_handler';

/** The handler of the Python package supervisor_stdout, which is built in. */
const STDOUT_RESULT_HANDLER = 'supervisor_stdout:event_handler';

/** What judges the results of listeners: a module, or a handler that is built in; null is that of the reference. */
export type ResultHandlerChoice = PluginSpec | 'stdout' | null;

/** The error for a section without events. */
export const NO_EVENTS = '[{section}] section requires an "events" line';

/** A number of events, at least one. */
export const bufferSize: ValueType<number> = {
  name: 'integer',
  parse: (value, host, place) => {
    const size = integer.parse(value, host);
    if (size < 1) {
      throw new ConfigError(`[${place?.section}] section sets invalid buffer_size (${size})`);
    }
    return size;
  },
  format: integer.format,
  schema: integer.schema,
};

/** Event types, sorted. */
export const eventTypes: ValueType<readonly EventType[]> = {
  name: 'event types',
  parse: (value, host, place) => {
    const types = names.parse(value, host).map((name) => {
      const type = name.toUpperCase();
      if (!isEventType(type) || (place?.hasExtensions === false && !isStockEventType(type))) {
        throw new ConfigError(`Unknown event type ${type} in [${place?.section}] events`);
      }
      return type;
    });
    if (types.length === 0) {
      throw new ConfigError(NO_EVENTS.replace('{section}', place?.section ?? ''));
    }
    return [...new Set(types)].sort();
  },
  format: (value) => value.join(','),
  schema: { type: 'string' },
};

/** See `ResultHandlerChoice`. */
export const resultHandler: ValueType<ResultHandlerChoice> = {
  name: 'module:export',
  parse: (value, _host, place) => {
    switch (entryPointText(value)) {
      case DEFAULT_RESULT_HANDLER:
        return null;
      case STDOUT_RESULT_HANDLER:
        return 'stdout';
      default:
        return resolvePlugin(value, place?.section ?? '', place?.file ?? '');
    }
  },
  format: (value) => {
    if (value === null) return DEFAULT_RESULT_HANDLER;
    return value === 'stdout' ? STDOUT_RESULT_HANDLER : value.text;
  },
  schema: { type: 'string' },
};

/** A listener's stdout carries its protocol. */
export const separateStderr: ValueType<boolean> = {
  name: 'boolean',
  parse: (value, host, place) => {
    if (boolean.parse(value, host)) {
      throw new ConfigError(
        `[${place?.section}] section sets redirect_stderr=true but this is not allowed because it will interfere ` +
          'with the eventlistener protocol',
      );
    }
    return false;
  },
  format: boolean.format,
  schema: { type: ['boolean', 'string'], pattern: 'no|false|off|0' },
};
