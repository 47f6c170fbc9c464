/**
 * What a section without any keys reads as.
 *
 * @module
 */

import type { Host } from '../host.ts';
import { SUPERVISORD_OPTIONS } from './daemon-options.ts';
import type { ConfigOf, Option, OptionTable, Place } from './option.ts';
import { blankConfig, rowOf, rowsOf, type Values, withValues } from './record.ts';

/** The value of a missing key that has a default of its own; the same for every section, so it is read once. */
export function ownDefault(row: Option, host: Host = NOWHERE, place?: Place): unknown {
  if (row.default === null) {
    return null;
  }
  let value = DEFAULTS.get(row);
  if (value === undefined) {
    value = row.type.parse(row.default, host, place);
    DEFAULTS.set(row, value);
  }
  return value;
}

const DEFAULTS = new WeakMap<object, unknown>();

/** Texts of defaults name no users, and no variables. */
const NOWHERE: Host = {
  users: { userByName: none, userById: none, groupByName: none, groupById: none },
  environment: {},
};

function none(): null {
  return null;
}

/**
 * The configuration in which every key has its default; keys that are required are null in it.
 *
 * @param daemonValue the value of a key of `[supervisord]`, for defaults that come from there; its default if left out
 */
export function defaultConfig<T extends OptionTable>(
  table: T,
  daemonValue: (key: string) => unknown = daemonDefault,
): ConfigOf<T> {
  const values: Values = new Map();
  for (const walked of rowsOf(table)) {
    values.set(walked, defaultValue(table, walked.row, values, daemonValue));
  }
  return withValues(blankConfig(table), values);
}

function defaultValue(
  table: OptionTable,
  row: Option,
  values: Values,
  daemonValue: (key: string) => unknown,
): unknown {
  const { defaultFrom } = row;
  if (defaultFrom === null) {
    return ownDefault(row);
  }
  return defaultFrom.startsWith(DAEMON_PREFIX)
    ? daemonValue(defaultFrom.slice(DAEMON_PREFIX.length))
    : values.get(rowOf(table, defaultFrom));
}

function daemonDefault(key: string): unknown {
  return ownDefault(rowOf(SUPERVISORD_OPTIONS, key).row);
}

/** What a default that comes from a key of `[supervisord]` begins with. */
export const DAEMON_PREFIX = 'supervisord.';
