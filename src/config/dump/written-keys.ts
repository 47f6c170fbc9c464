/**
 * Values of a configuration as texts of a file.
 *
 * @module
 */
import type { OptionTable } from '../tables/option.ts';
import { fieldValue, rowsOf, type WalkedRow } from '../tables/record.ts';
import type { Quoting } from '../text/environment-list.ts';
import { escapeExpansion } from '../text/partial-expansion.ts';
import type { WrittenKey } from './write-dialect.ts';

/** The end of a conversion with an empty result. */
export const EMPTY_CONVERSION = '.0s';

/** An expansion with an empty result, where `here` is known. */
export const EMPTY_EXPANSION = `%(here)${EMPTY_CONVERSION}`;

/** The keys of a table that have a value, each with a text that expands to it. */
export function writtenKeys(table: OptionTable, config: object, quoting?: Quoting): WrittenKey[] {
  return rowsOf(table).flatMap((walked) => writtenKey(walked, config, quoting));
}

/** The key of a row; none where the configuration has no value for it. */
export function writtenKey(walked: WalkedRow, config: object, quoting?: Quoting): WrittenKey[] {
  const { key, row } = walked;
  const value = fieldValue(config, walked);
  return value === undefined || (value === null && row.isNullable)
    ? []
    : [{ key, text: escapeExpansion(row.type.format(value, quoting), row.expansion.length) }];
}
