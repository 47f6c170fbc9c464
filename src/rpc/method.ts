/**
 * What a method is: one row of a table. The handler's arguments are typed by the row's parameters; argument checks,
 * named arguments, help, signature and the reference page are derived from it.
 *
 * @module
 */
import type { RpcParameter, RpcValue } from '../xmlrpc/values.ts';
import { type ArgumentsOf, argumentReader, type Parameter, type Parameters } from './arguments.ts';
import type { CallScope } from './call-scope.ts';
import type { FaultName } from './faults.ts';
import type { Right } from './rights/rights.ts';
import type { RpcTypeName } from './types.ts';

/** An answer that may come later: when a process has reached the state that the caller waits for. */
export type Answer = RpcValue | Promise<RpcValue>;

/** What a method returns, as `system.methodHelp` and the reference page describe it. */
export interface Returned {
  /** The one that `system.methodSignature` names. */
  readonly type: RpcTypeName;
  /** The type for some arguments, such as `group:*`. */
  readonly otherType?: RpcTypeName;
  readonly name: string;
  readonly help: string;
}

/** What a row consists of. `Context` is what the handlers of the table work on. */
export interface MethodRow<Context, P extends Parameters> {
  /** The name within the namespace. */
  readonly name: string;
  /** The right that a caller needs. */
  readonly right: Right;
  /** Text of `system.methodHelp`; paragraphs are separated by an empty line. */
  readonly help: string;
  /** By name, in the order of positional arguments; only the last ones can be optional. */
  readonly parameters: P;
  readonly returns: Returned;
  /** The faults of this method, apart from those that every call can have (`COMMON_FAULTS`). */
  readonly faults?: readonly FaultName[];
  /** True for a method that also answers while the daemon shuts down or restarts. */
  readonly answersWhileEnding?: boolean;
  /** @throws RpcFault when the method refuses */
  readonly handle: (args: ArgumentsOf<P>, context: Context, scope: CallScope) => Answer;
}

/** Where a method comes from. */
export interface Origin {
  /** The version of this package that had the method first. */
  readonly since: string;
  /** False for a method that the reference has too. */
  readonly isExtension: boolean;
}

/** A parameter as it is described: without the code that reads it. */
export interface DescribedParameter {
  readonly name: string;
  readonly type: RpcTypeName;
  readonly help: string;
  readonly isOptional: boolean;
  readonly names?: Parameter['names'];
  readonly isSecret?: Parameter['isSecret'];
  /** What a call without it means, and an argument; left out for methods of plugins. */
  readonly default?: Parameter['default'];
  readonly example?: Parameter['example'];
}

/** A method without its code. */
export interface MethodDescription {
  readonly name: string;
  readonly right: Right;
  readonly help: string;
  readonly parameters: readonly DescribedParameter[];
  readonly returns: Returned;
  /** Left out for methods of plugins, as what follows is. */
  readonly faults?: readonly FaultName[];
  readonly answersWhileEnding?: boolean;
}

/** A row without its handler: what the reference page shows. */
export interface DocumentedMethod extends MethodDescription, Origin {
  readonly faults: readonly FaultName[];
  readonly answersWhileEnding: boolean;
  /** The parameters with their defaults and examples, by name. */
  readonly rows: Parameters;
}

/** One row of a table of methods. */
export interface Method<Context> extends DocumentedMethod {
  readonly handle: (args: readonly Argument[], context: Context, scope: CallScope) => Answer;
}

/** A positional argument; undefined for an optional one that is left out. */
export type Argument = RpcParameter | undefined;

/** Makes rows for handlers that work on a `Context`. */
export type RowMaker<Context> = <const P extends Parameters>(row: MethodRow<Context, P>) => Method<Context>;

/** Rows for methods that the reference has too. */
export function stockMethods<Context>(): RowMaker<Context> {
  return (row) => methodOf(row, { since: '0.1.0', isExtension: false });
}

/** A row for a method that only this daemon has. */
export function extensionMethod<Context>(
  since: string,
): <const P extends Parameters>(row: MethodRow<Context, P>) => Method<Context> {
  return (row) => methodOf(row, { since, isExtension: true });
}

function methodOf<Context, P extends Parameters>(
  { handle, faults = [], answersWhileEnding = false, parameters, ...row }: MethodRow<Context, P>,
  origin: Origin,
): Method<Context> {
  const read = argumentReader(parameters);
  return {
    ...row,
    ...origin,
    faults,
    answersWhileEnding,
    rows: parameters,
    parameters: Object.entries(parameters).map(([name, { read: _, ...parameter }]) => ({
      name,
      ...parameter,
    })),
    handle: (args, context, scope) => handle(read(args), context, scope),
  };
}

/** A method of a running daemon: it has its context. */
export interface BoundMethod extends MethodDescription {
  /** @throws RpcFault when the method refuses */
  readonly handle: (args: readonly Argument[], scope: CallScope) => Answer;
}

/**
 * Binds the methods to their context.
 *
 * @param refuse called before each call, but for methods that answer while the daemon ends; what it throws is the answer
 */
export function bind<Context>(
  methods: readonly Method<Context>[],
  context: Context,
  refuse: (method: MethodDescription) => void = () => {},
): BoundMethod[] {
  return methods.map((method) => ({
    ...descriptionOf(method),
    handle: (args, scope) => {
      if (!method.answersWhileEnding) refuse(method);
      return method.handle(args, context, scope);
    },
  }));
}

function descriptionOf<Context>(method: Method<Context>): MethodDescription {
  const { name, right, help, parameters, returns, faults, answersWhileEnding } = method;
  return { name, right, help, parameters, returns, faults, answersWhileEnding };
}

/** The methods of one server by their full names, as `supervisor.getState`. */
export type MethodTable = ReadonlyMap<string, BoundMethod>;

/** The type that a method returns and then those of its parameters. */
export function signature({ returns, parameters }: MethodDescription): readonly RpcTypeName[] {
  return [returns.type, ...parameters.map((parameter) => parameter.type)];
}
