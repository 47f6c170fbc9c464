/**
 * Names of processes and groups in calls, and the order in which calls handle processes.
 *
 * @module
 */
import type { ManagedGroup, ManagedProcess } from '../process/managed-process.ts';
import type { SupervisorView } from '../supervisor/supervisor-view.ts';
import { pythonText } from '../xmlrpc/quote-argument.ts';
import type { RpcParameter } from '../xmlrpc/values.ts';
import { RpcFault } from './faults.ts';

/** `GROUP:PROCESS`, or the bare name where both are the same. */
export function namespec(process: ManagedProcess): string {
  const { name } = process.config;
  return process.groupName === name ? name : `${process.groupName}:${name}`;
}

/** Splits `group:name`; the process is null for `group:*` and `group:`. A bare name is a group and its process. */
export function splitNamespec(text: string): { readonly group: string; readonly process: string | null } {
  const colon = text.indexOf(':');
  if (colon < 0) return { group: text, process: text };
  const process = text.slice(colon + 1);
  return { group: text.slice(0, colon), process: process === '' || process === '*' ? null : process };
}

export interface NamedTarget {
  readonly group: ManagedGroup;
  /** Null where the name means the whole group. */
  readonly process: ManagedProcess | null;
}

/** @throws RpcFault BAD_NAME when there is no such group or process */
export function findTarget(supervisor: SupervisorView, name: string): NamedTarget {
  const names = splitNamespec(name);
  const group = supervisor.groups.get(names.group);
  if (!group) throw new RpcFault('BAD_NAME', name);
  if (names.process === null) return { group, process: null };
  const process = group.processes.get(names.process);
  if (!process) throw new RpcFault('BAD_NAME', name);
  return { group, process };
}

/** @throws RpcFault BAD_NAME when there is no such process, or the name means a group */
export function findProcess(supervisor: SupervisorView, name: string): ManagedProcess {
  const { process } = findTarget(supervisor, name);
  if (!process) throw new RpcFault('BAD_NAME', name);
  return process;
}

/**
 * The name of an active group.
 *
 * @throws RpcFault BAD_NAME when there is none; INCORRECT_PARAMETERS for an array or a struct
 */
export function findGroup(supervisor: SupervisorView, name: RpcParameter): string {
  if (typeof name === 'object' && name !== null) throw new RpcFault('INCORRECT_PARAMETERS');
  if (typeof name !== 'string' || !supervisor.groups.has(name)) throw badGroupName(name);
  return name;
}

/** The fault for a name that is not a group's; it quotes the name. */
export function badGroupName(name: RpcParameter): RpcFault {
  return new RpcFault('BAD_NAME', name === null ? null : pythonText(name));
}

/** The processes of a group in the order in which they are started. */
export function byPriority(group: ManagedGroup): ManagedProcess[] {
  return [...group.processes.values()].sort((a, b) => a.config.priority - b.config.priority);
}

/** All processes, by the priority of their groups and then by their own. */
export function allByPriority(supervisor: SupervisorView): ManagedProcess[] {
  return [...supervisor.groups.values()].sort((a, b) => a.priority - b.priority).flatMap(byPriority);
}

/** All processes by the names of their groups and then by their own; sorted again only when groups have changed. */
export class NameOrder {
  readonly #supervisor: SupervisorView;
  #groups: readonly ManagedGroup[] = [];
  #members: readonly ManagedGroup['processes'][] = [];
  #processes: readonly ManagedProcess[] = [];

  constructor(supervisor: SupervisorView) {
    this.#supervisor = supervisor;
  }

  processes(): readonly ManagedProcess[] {
    if (this.#hasChanged()) {
      this.#groups = [...this.#supervisor.groups.values()];
      this.#members = this.#groups.map((group) => group.processes);
      this.#processes = sortedByKey(this.#supervisor.groups).flatMap((group) => sortedByKey(group.processes));
    }
    return this.#processes;
  }

  #hasChanged(): boolean {
    let groups = 0;
    for (const group of this.#supervisor.groups.values()) {
      if (group !== this.#groups[groups] || group.processes !== this.#members[groups]) return true;
      groups += 1;
    }
    return groups !== this.#groups.length;
  }
}

function sortedByKey<Value>(map: ReadonlyMap<string, Value>): Value[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
