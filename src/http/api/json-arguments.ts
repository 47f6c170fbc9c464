/**
 * The arguments of a call in JSON.
 *
 * @module
 */
import type { RpcParameter } from '../../xmlrpc/values.ts';

/** Arguments by position, or by the names of the parameters. */
export type GivenArguments = readonly RpcParameter[] | Readonly<Record<string, RpcParameter>>;

/** How deeply arrays and objects may be nested, as deep as XML-RPC allows. */
const MAX_DEPTH = 33;

/** The body is not arguments; the message is one sentence for the client. */
export class ArgumentsError extends Error {
  override readonly name = 'ArgumentsError';
}

/**
 * Reads the body of a request; an empty one is a call without arguments.
 *
 * @throws ArgumentsError
 */
export function readArguments(body: Buffer): GivenArguments {
  const text = decode(body);
  if (text.trim() === '') return [];
  if (depthOf(text) > MAX_DEPTH) {
    throw new ArgumentsError(`The body is nested more than ${MAX_DEPTH} levels deep.`);
  }
  const value = parse(text);
  if (typeof value !== 'object' || value === null) {
    throw new ArgumentsError('The body is neither an array (arguments by position) nor an object (by name).');
  }
  refuseInfinity(value);
  return value as GivenArguments;
}

function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new ArgumentsError('The body is not UTF-8.');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ArgumentsError(`The body is not JSON: ${(error as Error).message}.`);
  }
}

/** Counted before anything is built: a megabyte of brackets takes fifty when it is parsed. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let at = 0; at < text.length && deepest <= MAX_DEPTH; at += 1) {
    const character = text[at];
    if (isInString) {
      if (character === '\\') at += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '[' || character === '{') {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (character === ']' || character === '}') depth -= 1;
  }
  return deepest;
}

/** `1e999` is infinite for `JSON.parse`; XML-RPC has no such number. */
function refuseInfinity(value: unknown): void {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new ArgumentsError('A number in the body is too large.');
  }
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(refuseInfinity);
}
