/**
 * The types of XML-RPC as JSON Schema.
 *
 * @module
 */
import type { RpcTypeName } from './types.ts';

/** A schema, or another part of the document. */
export type Part = Readonly<Record<string, unknown>>;

const SCHEMAS: Readonly<Record<RpcTypeName, Part>> = {
  string: { type: 'string' },
  int: { type: 'integer' },
  boolean: { type: 'boolean' },
  array: { type: 'array' },
  struct: { type: 'object' },
  double: { type: 'number' },
  'dateTime.iso8601': { type: 'string', format: 'date-time' },
  base64: { type: 'string', contentEncoding: 'base64' },
  any: {},
};

/** @param help left out where it is empty */
export function schemaOf(type: RpcTypeName, help = ''): Part {
  return { ...SCHEMAS[type], ...(help !== '' && { description: help }) };
}
