/**
 * Parameters of methods: how an argument is read, as the reference reads it. Where the reference answers HTTP 500 to a
 * wrong type, this is fault 2.
 *
 * @module
 */
import { decimalInteger } from '../python/text.ts';
import type { RpcParameter } from '../xmlrpc/values.ts';
import { RpcFault } from './faults.ts';
import type { RpcTypeName } from './types.ts';

/** The type of a parameter: which arguments it accepts, and how the handler gets them. */
export interface ArgumentType<T> {
  /** Its name in signatures. */
  readonly name: RpcTypeName;
  /** @throws RpcFault INCORRECT_PARAMETERS, or another one that the type has */
  readonly read: (value: RpcParameter) => T;
}

/** A value that a request and an answer can both carry. */
export type Example = string | number | boolean | readonly Example[] | { readonly [member: string]: Example };

/** A parameter of a method; its name is its key in the row. */
export interface Parameter<T = unknown> {
  readonly type: RpcTypeName;
  readonly help: string;
  readonly isOptional: boolean;
  /** What a call without this argument means; null for a parameter that is required. */
  readonly default: Example | null;
  /** An argument for the reference page. */
  readonly example: Example;
  /** What the argument is the name of; a user that sees some programs only may not give other names. */
  readonly names?: 'process' | 'group';
  /** The argument can hold a secret: the audit shows its length only. */
  readonly isSecret?: true;
  /** @throws RpcFault */
  readonly read: (value: RpcParameter | undefined) => T;
}

/** The parameters of a method by name, in the order of positional arguments. */
export type Parameters = Readonly<Record<string, Parameter>>;

/** The arguments that a handler gets, by name. */
export type ArgumentsOf<P extends Parameters> = {
  readonly [Name in keyof P]: P[Name] extends Parameter<infer T> ? T : never;
};

/** A parameter that a call must have. */
export function required<T>(type: ArgumentType<T>, help: string, example: Example): Parameter<T> {
  return {
    type: type.name,
    help,
    isOptional: false,
    default: null,
    example,
    read: (value = null) => type.read(value),
  };
}

/** A parameter that a call can leave out. */
export function optional<T>(
  type: ArgumentType<T>,
  missing: T & Example,
  help: string,
  example: Example = missing,
): Parameter<T> {
  return {
    type: type.name,
    help,
    isOptional: true,
    default: missing,
    example,
    read: (value) => (value === undefined ? missing : type.read(value)),
  };
}

/** A parameter whose argument is the name of a process or a group. */
export function naming<T>(names: 'process' | 'group', parameter: Parameter<T>): Parameter<T> {
  return { ...parameter, names };
}

/** A parameter whose argument can hold a secret. */
export function secret<T>(parameter: Parameter<T>): Parameter<T> {
  return { ...parameter, isSecret: true };
}

/** Text; everything else is fault 2. */
export const text: ArgumentType<string> = {
  name: 'string',
  read: (value) => {
    if (typeof value !== 'string') throw new RpcFault('INCORRECT_PARAMETERS');
    return value;
  },
};

/** A whole number; numbers, booleans and digits in a string are accepted. */
export const integer: ArgumentType<number> = {
  name: 'int',
  read: (value) => {
    if (typeof value === 'number') return Math.trunc(value);
    if (typeof value === 'boolean') return value ? 1 : 0;
    const number = typeof value === 'string' ? decimalInteger(value) : null;
    if (number !== null) return number;
    throw new RpcFault('INCORRECT_PARAMETERS');
  },
};

/** A flag by Python's rules of truth: clients send booleans, numbers and strings. */
export const flag: ArgumentType<boolean> = {
  name: 'boolean',
  read: (value) => {
    if (value === null || value === '' || value === 0 || value === false) return false;
    if (typeof value !== 'object' || value instanceof Date) return true;
    return Object.keys(value).length > 0;
  },
};

/** An array; everything else is fault 2. */
export const list: ArgumentType<readonly RpcParameter[]> = {
  name: 'array',
  read: (value) => {
    if (!Array.isArray(value)) throw new RpcFault('INCORRECT_PARAMETERS');
    return value;
  },
};

/** A value of any type under another type's name: the handler has faults of its own for what it cannot use. */
export function unchecked(name: RpcTypeName): ArgumentType<RpcParameter> {
  return { name, read: (value) => value };
}

const GIVEN = Symbol('given');

interface Given {
  readonly [GIVEN]: readonly (RpcParameter | undefined)[];
}

/**
 * Makes the arguments of calls from their positional values. An argument is read, and can be refused, when the handler
 * asks for it: which of two faults a call gets depends on that order, in the reference too.
 */
export function argumentReader<P extends Parameters>(
  parameters: P,
): (given: readonly (RpcParameter | undefined)[]) => ArgumentsOf<P> {
  const getters = Object.entries(parameters).map(([name, { read }], index): [string, PropertyDescriptor] => [
    name,
    {
      enumerable: true,
      get(this: Given) {
        return read(this[GIVEN][index]);
      },
    },
  ]);
  const prototype = Object.create(null, Object.fromEntries(getters));
  return (given) => Object.create(prototype, { [GIVEN]: { value: given } });
}

/** @throws RpcFault INCORRECT_PARAMETERS when there are too few or too many */
export function checkCount(
  parameters: readonly { readonly isOptional: boolean }[],
  args: readonly unknown[],
): void {
  const needed = parameters.filter((parameter) => !parameter.isOptional).length;
  if (args.length < needed || args.length > parameters.length) throw new RpcFault('INCORRECT_PARAMETERS');
}
