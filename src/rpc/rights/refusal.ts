/**
 * Whether a caller may do what it asks for; the sentence that it gets where it may not.
 *
 * @module
 */
import type { RpcParameter } from '../../xmlrpc/values.ts';
import type { Argument, BoundMethod, MethodTable } from '../method.ts';
import { splitNamespec } from '../process-names.ts';
import type { Caller } from './caller.ts';
import { includesRole, RIGHTS, type Right } from './rights.ts';

/** The method whose calls are checked one by one. */
export const MULTICALL = 'system.multicall';

/**
 * Checks a call before anything of it is carried out; of a multicall, every call in it.
 *
 * @returns null where it is allowed, also for an unknown method, which is a fault
 */
export function refusalOfCall(
  caller: Caller,
  table: MethodTable,
  name: string,
  args: readonly Argument[],
): string | null {
  if (caller.role === 'admin') return null;
  if (name === MULTICALL) return refusalOfCalls(caller, table, args[0]);
  const method = table.get(name);
  if (method === undefined) return null;
  return refusalOfRight(caller, method.right, name) ?? refusalOfArguments(caller, method, args);
}

/** Checks a right. @param what that needs it, as it stands in the sentence */
export function refusalOfRight({ user, role, programs }: Caller, right: Right, what: string): string | null {
  const needed = RIGHTS[right];
  if (!includesRole(role, needed.role)) {
    return `User '${user}' has the role ${role}, and ${what} needs the role ${needed.role}.`;
  }
  if (programs !== null && needed.isForAll) {
    return `User '${user}' sees only the programs ${programs.text}, and ${what} concerns all programs.`;
  }
  return null;
}

/**
 * Checks the name of a process or a group. A name that the patterns exclude is refused whether such a process exists or
 * not, so that the answer does not reveal it.
 */
export function refusalOfName({ user, programs, supervisor }: Caller, name: string): string | null {
  if (programs === null || programs.mayName(name)) return null;
  const { group, process } = splitNamespec(name);
  const visible = supervisor.groups.get(group);
  if (visible !== undefined && (process === null || visible.processes.has(process))) return null;
  return `User '${user}' sees only the programs ${programs.text}, and '${name}' is not one of them.`;
}

function refusalOfArguments(
  caller: Caller,
  { parameters }: BoundMethod,
  args: readonly Argument[],
): string | null {
  for (const [index, { names }] of parameters.entries()) {
    const value = args[index];
    if (names === undefined || typeof value !== 'string' || value === '') continue;
    const refusal = refusalOfName(caller, names === 'group' ? `${value}:*` : value);
    if (refusal !== null) return refusal;
  }
  return null;
}

function refusalOfCalls(caller: Caller, table: MethodTable, calls: Argument): string | null {
  if (!Array.isArray(calls)) return null;
  for (const call of calls as readonly RpcParameter[]) {
    const { methodName, params } = { ...(call as { methodName?: unknown; params?: unknown } | null) };
    // A multicall in a multicall is a fault.
    if (typeof methodName !== 'string' || methodName === MULTICALL) continue;
    const args = Array.isArray(params) ? (params as readonly Argument[]) : [];
    const refusal = refusalOfCall(caller, table, methodName, args);
    if (refusal !== null) return refusal;
  }
  return null;
}
