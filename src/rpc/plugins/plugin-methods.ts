/**
 * The methods of an object that a plugin's factory has made.
 *
 * @module
 */
import type { MainLog } from '../../logs/main-log.ts';
import type { RpcParameter, RpcValue } from '../../xmlrpc/values.ts';
import { RpcFault } from '../faults.ts';
import type { BoundMethod, DescribedParameter, Returned } from '../method.ts';
import type { Right } from '../rights/rights.ts';
import { RPC_TYPES, type RpcTypeName } from '../types.ts';
import { answerValue } from './answer-value.ts';
import { CodedFault } from './coded-fault.ts';
import { UnusableInterfaceError } from './unusable-interface.ts';

/** A function of the plugin, and the object that it is called on. */
interface Handler {
  readonly self: unknown;
  readonly run: (...args: readonly (RpcParameter | undefined)[]) => unknown;
}

/**
 * The methods of the object: its functions (those of its class too) and its objects with a function `handle`, but for
 * names that begin with `_`. Both may have `help`, `parameters` and `returns`; a function without parameters of its own
 * takes as many as it is declared with.
 *
 * @param name of the section, for the log
 * @throws UnusableInterfaceError
 */
export function pluginMethods(name: string, made: unknown, log: MainLog): BoundMethod[] {
  if (isThenable(made)) {
    Promise.resolve(made).catch(() => {});
    throw new UnusableInterfaceError(
      'the factory has returned a promise; it has to return the object itself',
    );
  }
  if (typeof made !== 'object' || made === null) {
    throw new UnusableInterfaceError(
      `the factory has returned ${made === null ? 'null' : typeof made}, not an object`,
    );
  }
  const methods = [...members(made)].flatMap(([key, member]) => {
    const handler = handlerOf(made, member);
    return handler ? [describe(`${name}.${key}`, key, member as Description, handler, log)] : [];
  });
  if (methods.length === 0)
    throw new UnusableInterfaceError('the object that the factory has returned has no methods');
  return methods;
}

function isThenable(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/** The public members that are data, the object's own before those of its class. */
function members(made: object): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (let level: object = made; level !== Object.prototype && level !== null; ) {
    for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      const isPublic = key !== 'constructor' && !key.startsWith('_');
      if (isPublic && 'value' in property && !found.has(key)) found.set(key, property.value);
    }
    level = Object.getPrototypeOf(level);
  }
  return found;
}

function handlerOf(made: object, member: unknown): Handler | null {
  if (typeof member === 'function') return { self: made, run: member as Handler['run'] };
  const handle = typeof member === 'object' ? (member as { handle?: unknown } | null)?.handle : undefined;
  return typeof handle === 'function' ? { self: member, run: handle as Handler['run'] } : null;
}

const ANY = { type: 'any', help: '' } as const;

interface Description {
  readonly help?: unknown;
  readonly parameters?: unknown;
  readonly returns?: unknown;
  readonly right?: unknown;
}

function describe(
  fullName: string,
  name: string,
  { help, parameters, returns, right }: Description,
  { self, run }: Handler,
  log: MainLog,
): BoundMethod {
  const at = (what: string): string => `${name}.${what}`;
  return {
    name,
    right: readRight(right, at('right')),
    help: readText(help, at('help'), 'No description.'),
    parameters: (parameters === undefined
      ? undescribed(run.length)
      : readParameters(parameters, at('parameters'))
    ).map((parameter) => ({ ...parameter, isSecret: true })),
    returns: namedResult(returns === undefined ? ANY : readTyped(returns, at('returns'))),
    handle: (args) => answer(fullName, () => run.apply(self, [...args]), log),
  };
}

/** A plugin sees all programs, whatever its caller sees. */
const PLUGIN_RIGHTS: ReadonlyMap<unknown, Right> = new Map([
  [undefined, 'admin'],
  ['read', 'read-all'],
  ['operate', 'operate-all'],
  ['admin', 'admin'],
]);

function readRight(value: unknown, where: string): Right {
  const right = PLUGIN_RIGHTS.get(value);
  if (!right) throw new UnusableInterfaceError(`${where} has to be read, operate or admin`);
  return right;
}

function undescribed(count: number): DescribedParameter[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `argument${index + 1}`,
    ...ANY,
    isOptional: false,
  }));
}

function readParameters(value: unknown, where: string): DescribedParameter[] {
  if (!Array.isArray(value)) throw new UnusableInterfaceError(`${where} has to be an array`);
  const parameters = value.map((item: unknown, index): DescribedParameter => {
    const at = `${where}[${index}]`;
    const { name, optional } = { ...(item as { name?: unknown; optional?: unknown } | null) };
    if (typeof name !== 'string' || name === '')
      throw new UnusableInterfaceError(`${at}.name has to be a text`);
    return { name, ...readTyped(item, at), isOptional: optional === true };
  });
  const firstOptional = parameters.findIndex((parameter) => parameter.isOptional);
  if (firstOptional >= 0 && parameters.slice(firstOptional).some((parameter) => !parameter.isOptional)) {
    throw new UnusableInterfaceError(`${where}: only the last parameters can be optional`);
  }
  return parameters;
}

function readTyped(value: unknown, where: string): { readonly type: RpcTypeName; readonly help: string } {
  const { type, help } = { ...(value as { type?: unknown; help?: unknown } | null) };
  const known = RPC_TYPES.find((name) => name === type);
  if (!known) throw new UnusableInterfaceError(`${where}.type has to be one of ${RPC_TYPES.join(', ')}`);
  return { type: known, help: readText(help, `${where}.help`, '') };
}

/** The first word of the help is the name of the result, as in the docstrings that tools for the reference parse. */
function namedResult({ type, help }: { readonly type: RpcTypeName; readonly help: string }): Returned {
  const [name = '', ...words] = help.trim().split(/\s+/);
  return { type, name: name || 'result', help: words.join(' ') };
}

function readText(value: unknown, where: string, missing: string): string {
  if (value === undefined) return missing;
  if (typeof value !== 'string') throw new UnusableInterfaceError(`${where} has to be a text`);
  return value;
}

/** @throws RpcFault for any failure; an error that is not a fault of the plugin is logged */
async function answer(fullName: string, call: () => unknown, log: MainLog): Promise<RpcValue> {
  try {
    return answerValue(await call());
  } catch (error) {
    const meant = meantFault(error);
    if (meant) throw meant;
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.error(`XML-RPC method ${fullName}() raised an unexpected exception: ${trace}`);
    throw new RpcFault('FAILED', error instanceof Error ? error.message : String(error));
  }
}

/** An error with a whole number as its `code` is a fault of the plugin's own; its text is `text` or the message. */
function meantFault(error: unknown): RpcFault | null {
  if (error instanceof RpcFault) return error;
  const { code, text, message } = {
    ...(error as { code?: unknown; text?: unknown } | null),
    message: messageOf(error),
  };
  if (typeof code !== 'number' || !Number.isInteger(code)) return null;
  return new CodedFault(code, typeof text === 'string' ? text : message);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
