/**
 * The record of calls that change something (`[supervisord] audit`): what was called, with which arguments, and its
 * result. Arguments that can hold secrets are shown by their length.
 *
 * @module
 */
import { escapeControls, pythonRepr } from '../python/repr.ts';
import { RenderedValue, type RpcValue } from '../xmlrpc/values.ts';
import type { Audit, CallScope } from './call-scope.ts';
import { FAULT_CODES, RpcFault } from './faults.ts';
import type { Answer, Argument, BoundMethod } from './method.ts';
import { RIGHTS } from './rights/rights.ts';

/** How much of an argument or of a fault is shown, in characters. */
const MAX_SHOWN = 200;

/** Whether calls of the method are recorded. */
export function isAudited({ right }: BoundMethod): boolean {
  return RIGHTS[right].isChange;
}

/** Makes a call, and records it with its result when that is known. */
export function callAudited(
  audit: Audit,
  name: string,
  method: BoundMethod,
  args: readonly Argument[],
  scope: CallScope,
): Answer {
  let isRecorded = false;
  const record = (result: string): void => {
    if (isRecorded) return;
    isRecorded = true;
    audit(`${callText(name, method, args)}: ${result}`);
  };
  const returned = (value: RpcValue): RpcValue => {
    record(resultText(value));
    return value;
  };
  const failed = (error: unknown): never => {
    record(faultText(error));
    throw error;
  };
  try {
    const answer = method.handle(args, scope);
    if (!(answer instanceof Promise)) return returned(answer);
    const forget = scope.onCancel(() => record('begun; the client disconnected before its end'));
    return answer.finally(forget).then(returned, failed);
  } catch (error) {
    return failed(error);
  }
}

/** A call as it is recorded, as `supervisor.stopProcess('web', True)`. */
export function callText(name: string, { parameters }: BoundMethod, args: readonly Argument[]): string {
  const shown = args.map((value, index) =>
    value === undefined ? 'None' : argumentText(value, parameters[index]?.isSecret === true),
  );
  return `${escapeControls(name)}(${shown.join(', ')})`;
}

function argumentText(value: Exclude<Argument, undefined>, isSecret: boolean): string {
  if (isSecret || (typeof value === 'object' && value !== null)) {
    return typeof value === 'string' ? `<${Buffer.byteLength(value)} bytes>` : '<not shown>';
  }
  return cut(pythonRepr(value));
}

/** What a call for several processes returns has a status for each of them. */
function resultText(value: RpcValue): string {
  if (value instanceof RenderedValue || !Array.isArray(value)) return 'ok';
  const failures = value.flatMap((item: unknown) => {
    const { status, group, name, description } = { ...(item as Readonly<Record<string, unknown>> | null) };
    return typeof status === 'number' && status !== FAULT_CODES.SUCCESS
      ? [`${group}:${name} ${String(description).split(':', 1)[0]}`]
      : [];
  });
  return failures.length === 0 ? 'ok' : cut(escapeControls(`failed for ${failures.join(', ')}`));
}

function faultText(error: unknown): string {
  return cut(escapeControls(error instanceof RpcFault ? error.message : `error: ${String(error)}`));
}

function cut(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
