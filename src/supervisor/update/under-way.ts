/**
 * What the updates that are under way are about to do with groups and processes. A later update may want something else:
 * it takes over, and the earlier one leaves the group or the process to it.
 *
 * @module
 */
import type { Group } from '../../process/group.ts';
import type { Process } from '../../process/process.ts';
import type { UpdatesHost } from './updates-host.ts';

export class UpdatesUnderWay {
  readonly #host: Pick<UpdatesHost, 'groups' | 'mayStart'>;
  /** Processes that are removed when they have stopped. */
  readonly #leaving = new Set<Process>();
  /** Groups that are removed or replaced when they have stopped: the operation that is to do it. */
  readonly #leavingGroups = new Map<string, object>();
  /** Processes that are restarted in turn. */
  readonly #waiting = new Set<Process>();
  /** The operation that changed a group last. */
  readonly #changes = new WeakMap<Group, object>();

  constructor(host: Pick<UpdatesHost, 'groups' | 'mayStart'>) {
    this.#host = host;
  }

  /** The group is removed or replaced when it has stopped. */
  isLeavingGroup(name: string): boolean {
    return this.#leavingGroups.has(name);
  }

  /**
   * A group is about to be removed or replaced. Call the returned function when it has stopped: it returns false where a
   * later update has taken over.
   */
  groupLeaves(name: string): () => boolean {
    const operation = {};
    this.#leavingGroups.set(name, operation);
    return () => this.#leavingGroups.get(name) === operation && this.#leavingGroups.delete(name);
  }

  /** Begins a change of a group. The returned function returns false once a later update changes or removes the group. */
  groupChanges(group: Group): () => boolean {
    const operation = {};
    this.#changes.set(group, operation);
    return () =>
      this.#changes.get(group) === operation &&
      this.#host.groups.get(group.name) === group &&
      !this.#leavingGroups.has(group.name);
  }

  /** The process is about to be removed. */
  processLeaves(process: Process): void {
    this.#leaving.add(process);
  }

  /** The process is not about to be removed any more. Returns false where it was not. */
  processStays(process: Process): boolean {
    return this.#leaving.delete(process);
  }

  /** The processes are restarted in turn, until the returned function is called. */
  processesWait(processes: readonly Process[]): () => void {
    for (const process of processes) this.#waiting.add(process);
    return () => {
      for (const process of processes) this.#waiting.delete(process);
    };
  }

  /** The process waits for its turn to be restarted, and has its former configuration. */
  isWaiting(process: Process): boolean {
    return this.#waiting.has(process);
  }

  get areAnyWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** False for a process that was removed, or that a later update removes. */
  isActive(process: Process): boolean {
    const { groupName, config } = process;
    const isLeaving = this.#leaving.has(process) || this.#leavingGroups.has(groupName);
    const group = this.#host.groups.get(groupName);
    return this.#host.mayStart() && !isLeaving && group?.processes.get(config.name) === process;
  }
}
