/**
 * What a method is: one row of a table. Arguments, help and signature are read off it.
 *
 * @module
 */

import type { RpcParameter, RpcValue } from '../xmlrpc/values.ts';
import type { CallScope } from './call-scope.ts';

/** The names of types in signatures; the last ones are only for what others add. */
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

export interface MethodParameter {
  readonly name: string;
  readonly type: RpcTypeName;
  readonly help: string;
  /** True where a caller may leave it out; only the last ones can be. */
  readonly optional?: boolean;
}

/** An answer that may come later: when a process has reached the state that the caller waits for. */
export type Answer = RpcValue | Promise<RpcValue>;

export interface RpcMethod {
  readonly name: string;
  readonly help: string;
  readonly parameters: readonly MethodParameter[];
  readonly returns: { readonly type: RpcTypeName; readonly help: string };
  /** @throws RpcFault when the method refuses */
  readonly handle: (args: readonly RpcParameter[], scope: CallScope) => Answer;
}

/** The methods of one server by their full names, as `supervisor.getState`. */
export type MethodTable = ReadonlyMap<string, RpcMethod>;

/** The help text of a method, in the form that tools for the reference parse. */
export function helpText(method: RpcMethod): string {
  const lines = [` ${method.help}`, ''];
  for (const parameter of method.parameters) {
    lines.push(`@param ${parameter.type} ${parameter.name} ${parameter.help}`);
  }
  lines.push(`@return ${method.returns.type} ${method.returns.help}`, '');
  return lines.join('\n        ');
}

/** The type that a method returns and then those of its parameters. */
export function signature(method: RpcMethod): readonly RpcTypeName[] {
  return [method.returns.type, ...method.parameters.map((parameter) => parameter.type)];
}
