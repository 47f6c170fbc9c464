/**
 * The plan of an update by process: groups to add and remove, processes to restart, and keys to apply to running
 * processes.
 *
 * @module
 */
import { changedGroupKeys, changedValues, isSameProcess, type KeyChange } from './diff.ts';
import type { GroupConfig, ProcessConfig } from './types.ts';

/** What happens to one process of a group that stays. */
export interface ProcessPlan {
  readonly name: string;
  /** `live`: it runs on with the new values. */
  readonly action: 'add' | 'remove' | 'restart' | 'live';
  readonly keys: readonly KeyChange[];
}

export type GroupPlan =
  | { readonly action: 'add'; readonly name: string }
  | { readonly action: 'remove'; readonly name: string }
  /** The whole group is removed and added again. */
  | { readonly action: 'replace'; readonly name: string; readonly keys: readonly KeyChange[] }
  | {
      readonly action: 'change';
      readonly name: string;
      /** Of the group itself, all of them live. */
      readonly keys: readonly KeyChange[];
      readonly processes: readonly ProcessPlan[];
      /** No process of the group runs on. */
      readonly isWhole: boolean;
    };

/** Groups that are removed first, then those that change, then those that are added; each in the order of its list. */
export function planUpdate(active: readonly GroupConfig[], next: readonly GroupConfig[]): GroupPlan[] {
  const activeByName = new Map(active.map((group) => [group.name, group]));
  const nextNames = new Set(next.map(({ name }) => name));
  const removed = active.filter(({ name }) => !nextNames.has(name));
  const added = next.filter(({ name }) => !activeByName.has(name));
  return [
    ...removed.map(({ name }) => ({ action: 'remove', name }) as const),
    ...next.flatMap((group) => {
      const before = activeByName.get(group.name);
      return before === undefined ? [] : planGroup(before, group);
    }),
    ...added.map(({ name }) => ({ action: 'add', name }) as const),
  ];
}

/** The plan for a group that stays; none where nothing differs. */
export function planGroup(before: GroupConfig, after: GroupConfig): GroupPlan[] {
  const { name } = after;
  const processes = planProcesses(before.processes, after.processes);
  // A program in no group has one priority for itself and its group.
  const isNamedAgain = (change: KeyChange): boolean =>
    processes.some((one) =>
      one.keys.some(({ key, after: value }) => key === change.key && value === change.after),
    );
  const keys = changedGroupKeys(before, after).filter((change) => !isNamedAgain(change));
  if (isReplaced(before, after, keys)) {
    return [{ action: 'replace', name, keys: [...keys, ...processes.flatMap((one) => one.keys)] }];
  }
  if (keys.length === 0 && processes.length === 0) {
    return [];
  }
  const surviving = new Set(after.processes.map((process) => process.name));
  for (const { name: changed, action } of processes) {
    if (action !== 'live') surviving.delete(changed);
  }
  const isWhole = surviving.size === 0 && before.processes.length > 0;
  return [{ action: 'change', name, keys, processes, isWhole }];
}

/** The keys of a pool hold for all of its listeners, and the processes of a FastCGI program share a socket. */
function isReplaced(before: GroupConfig, after: GroupConfig, keys: readonly KeyChange[]): boolean {
  if (
    (after.pool !== undefined) !== (before.pool !== undefined) ||
    keys.some(({ change }) => change !== 'live')
  ) {
    return true;
  }
  return sockets(before).some((socket) =>
    sockets(after).some((other) => other.name === socket.name && !isSameSocket(socket, other)),
  );
}

function sockets({ processes }: GroupConfig): ProcessConfig[] {
  return processes.filter(({ socket }) => socket !== undefined);
}

function isSameSocket(before: ProcessConfig, after: ProcessConfig): boolean {
  return isSameProcess({ ...after, socket: before.socket }, after);
}

function planProcesses(before: readonly ProcessConfig[], after: readonly ProcessConfig[]): ProcessPlan[] {
  const beforeByName = new Map(before.map((process) => [process.name, process]));
  const afterNames = new Set(after.map(({ name }) => name));
  const removed = before.filter(({ name }) => !afterNames.has(name));
  return [
    ...removed.map(({ name }) => ({ name, action: 'remove', keys: [] }) as const),
    ...after.flatMap((process) => planProcess(beforeByName.get(process.name), process)),
  ];
}

function planProcess(before: ProcessConfig | undefined, after: ProcessConfig): ProcessPlan[] {
  if (before === undefined) {
    return [{ name: after.name, action: 'add', keys: [] }];
  }
  const keys = changedValues(before, after);
  if (keys.length === 0) {
    return [];
  }
  const action = keys.every(({ change }) => change === 'live') ? 'live' : 'restart';
  return [{ name: after.name, action, keys }];
}

/** The group as it is when the plan is carried out: processes that do not differ keep their configuration. */
export function plannedGroup(before: GroupConfig, after: GroupConfig): GroupConfig {
  const beforeByName = new Map(before.processes.map((process) => [process.name, process]));
  const processes = after.processes.map((process) => {
    const active = beforeByName.get(process.name);
    return active !== undefined && isSameProcess(active, process) ? active : process;
  });
  return { ...after, processes };
}
