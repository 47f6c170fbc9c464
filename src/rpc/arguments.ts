/**
 * Arguments as the reference takes them. Where it answers HTTP 500 to a wrong type, this is fault 2.
 *
 * @module
 */
import { decimalInteger } from '../python/text.ts';
import type { RpcParameter } from '../xmlrpc/values.ts';
import { RpcFault } from './faults.ts';
import type { MethodParameter } from './method.ts';

/** @throws RpcFault INCORRECT_PARAMETERS when there are too few or too many */
export function checkCount(parameters: readonly MethodParameter[], args: readonly RpcParameter[]): void {
  const required = parameters.filter((parameter) => !parameter.optional).length;
  if (args.length < required || args.length > parameters.length) throw new RpcFault('INCORRECT_PARAMETERS');
}

/** @throws RpcFault INCORRECT_PARAMETERS */
export function stringArgument(value: RpcParameter | undefined): string {
  if (typeof value !== 'string') throw new RpcFault('INCORRECT_PARAMETERS');
  return value;
}

/**
 * A whole number: the reference takes numbers, booleans and digits in a string.
 *
 * @throws RpcFault INCORRECT_PARAMETERS
 */
export function intArgument(value: RpcParameter | undefined): number {
  if (typeof value === 'number') return Math.trunc(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  const number = typeof value === 'string' ? decimalInteger(value) : null;
  if (number !== null) return number;
  throw new RpcFault('INCORRECT_PARAMETERS');
}

/** A flag by Python's notion of truth: clients send booleans, numbers and strings. */
export function flagArgument(value: RpcParameter | undefined, missing: boolean): boolean {
  if (value === undefined) return missing;
  if (value === null || value === '' || value === 0 || value === false) return false;
  if (typeof value !== 'object' || value instanceof Date) return true;
  return Object.keys(value).length > 0;
}
