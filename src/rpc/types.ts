/**
 * The types of XML-RPC, by the names that signatures give them.
 *
 * @module
 */

/** All of them; `any` is for methods that take or return values of several types. */
export const RPC_TYPES = [
  'string',
  'int',
  'boolean',
  'array',
  'struct',
  'double',
  'dateTime.iso8601',
  'base64',
  'any',
] as const;

export type RpcTypeName = (typeof RPC_TYPES)[number];
