/**
 * Arguments by name, for clients that do not send them by position.
 *
 * @module
 */
import type { RpcParameter } from '../xmlrpc/values.ts';
import { RpcFault } from './faults.ts';
import type { Argument, MethodDescription } from './method.ts';

/**
 * The arguments of a call by position.
 *
 * @param given an array by position, or a record by the names of the parameters
 * @throws RpcFault INCORRECT_PARAMETERS that names what is unknown or missing; positional ones are not checked here
 */
export function positionalArguments(
  { parameters }: MethodDescription,
  given: readonly RpcParameter[] | Readonly<Record<string, RpcParameter>>,
): readonly Argument[] {
  if (isPositional(given)) return given;
  const unknown = Object.keys(given).find((name) => !parameters.some((parameter) => parameter.name === name));
  if (unknown !== undefined) throw new RpcFault('INCORRECT_PARAMETERS', `unknown parameter ${unknown}`);
  const missing = parameters.find(({ name, isOptional }) => !isOptional && !Object.hasOwn(given, name));
  if (missing) throw new RpcFault('INCORRECT_PARAMETERS', `missing parameter ${missing.name}`);
  const last = parameters.findLastIndex(({ name }) => Object.hasOwn(given, name));
  return parameters
    .slice(0, last + 1)
    .map(({ name }) => (Object.hasOwn(given, name) ? given[name] : undefined));
}

function isPositional(given: object): given is readonly RpcParameter[] {
  return Array.isArray(given);
}
