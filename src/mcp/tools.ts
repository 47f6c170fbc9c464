/**
 * The methods of the daemon as tools of the Model Context Protocol: made from the table of methods.
 *
 * @module
 */
import type { Parameter } from '../rpc/arguments.ts';
import { schemaOf } from '../rpc/json-types.ts';
import type { DocumentedMethod } from '../rpc/method.ts';
import { NAMESPACES } from '../rpc/namespaces.ts';
import { RIGHTS } from '../rpc/rights/rights.ts';
import type { RpcValue } from '../xmlrpc/values.ts';

/** A tool, and the method that it calls. */
export interface MethodTool {
  readonly name: string;
  /** As `supervisor.getState`. */
  readonly method: string;
  readonly description: string;
  /** A JSON schema. */
  readonly inputSchema: { readonly type: 'object'; readonly [key: string]: unknown };
  readonly annotations: {
    readonly title: string;
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly openWorldHint: false;
  };
  /** The arguments of a call by position. */
  argumentsOf(given: Readonly<Record<string, unknown>>): readonly RpcValue[];
}

/** The namespaces with methods that have nothing to do with programs. */
const LEFT_OUT: ReadonlySet<string> = new Set(['system']);

/** Methods that only add something: nothing is ended, emptied or replaced by them. */
const ADDS = /^(?:start|add|send)/;

/** @param allowsControl false leaves out the methods that change something */
export function methodTools(allowsControl: boolean): MethodTool[] {
  return NAMESPACES.filter(({ name }) => !LEFT_OUT.has(name)).flatMap(({ name, methods }) =>
    methods
      .filter(({ right }) => allowsControl || !RIGHTS[right].isChange)
      .map((method) => toolOf(`${name}.${method.name}`, method)),
  );
}

function toolOf(method: string, row: DocumentedMethod): MethodTool {
  const { isChange } = RIGHTS[row.right];
  return {
    name: method.replace('.', '_'),
    method,
    description: `${row.help.replaceAll('\n\n', '\0').replaceAll('\n', ' ').replaceAll('\0', '\n\n')}\n\nReturns ${row.returns.name}: ${row.returns.help}`,
    inputSchema: inputSchemaOf(row),
    annotations: {
      title: method,
      readOnlyHint: !isChange,
      destructiveHint: isChange && !ADDS.test(row.name),
      openWorldHint: false,
    },
    argumentsOf: (given) => positional(row, given),
  };
}

function inputSchemaOf({ rows }: DocumentedMethod): MethodTool['inputSchema'] {
  const all = Object.entries(rows);
  return {
    type: 'object',
    properties: Object.fromEntries(all.map(([name, parameter]) => [name, propertyOf(parameter)])),
    required: all.filter(([, { isOptional }]) => !isOptional).map(([name]) => name),
    additionalProperties: false,
  };
}

function propertyOf({ type, help, isOptional, default: missing, example }: Parameter): object {
  const fallback = isOptional ? { default: missing } : {};
  return { ...schemaOf(type), description: help, ...fallback, examples: [example] };
}

/** What is left out before an argument that is given has its default. @throws Error for a name that is unknown or missing */
function positional(
  { rows }: DocumentedMethod,
  given: Readonly<Record<string, unknown>>,
): readonly RpcValue[] {
  const names = Object.keys(rows);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`unknown argument ${unknown}`);
  const missing = names.find((name) => rows[name]?.isOptional === false && !Object.hasOwn(given, name));
  if (missing !== undefined) throw new Error(`missing argument ${missing}`);
  const last = names.findLastIndex((name) => Object.hasOwn(given, name));
  return names
    .slice(0, last + 1)
    .map((name) => (Object.hasOwn(given, name) ? given[name] : rows[name]?.default) as RpcValue);
}
