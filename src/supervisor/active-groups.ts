/**
 * The groups that are active in the daemon: how they are added, changed and removed, and what is notified of it.
 *
 * @module
 */
import type { GroupConfig, ProcessConfig } from '../config/types.ts';
import { groupEvent } from '../events/event.ts';
import type { EventSystem } from '../events/event-system.ts';
import { Group } from '../process/group.ts';
import type { ProcessHost } from '../process/host.ts';
import type { Process } from '../process/process.ts';

/** What the groups need of the daemon. */
export interface ActiveGroupsHost extends ProcessHost {
  readonly events: EventSystem;
  /** Called before processes are made. */
  prepareFor(processes: readonly ProcessConfig[]): void;
  /** True where an earlier daemon has left a group of that name: its event was published then. */
  isInherited(groupName: string): boolean;
  /** Which processes there are has changed. */
  groupsChanged(): void;
  /** The processes of a group are others than its configuration had. */
  groupReplaced(before: GroupConfig, after: GroupConfig): void;
}

export class ActiveGroups {
  readonly byName = new Map<string, Group>();
  readonly #host: ActiveGroupsHost;

  constructor(host: ActiveGroupsHost) {
    this.#host = host;
  }

  /** By priority, those that start first at the front. */
  get inOrder(): Group[] {
    return [...this.byName.values()].sort((left, right) => left.priority - right.priority);
  }

  /** Also those beside others. */
  get processes(): Process[] {
    return [...this.byName.values()].flatMap((group) => group.all);
  }

  /** Returns the processes of the new group, or null if one of that name is active already. */
  add(config: GroupConfig): Process[] | null {
    if (this.byName.has(config.name)) {
      return null;
    }
    this.#host.prepareFor(config.processes);
    const group = new Group(config, this.#host);
    this.byName.set(config.name, group);
    this.#host.groupsChanged();
    this.#host.events.addPool(config);
    if (!this.#host.isInherited(config.name)) {
      this.#host.events.bus.publish('PROCESS_GROUP_ADDED', () => groupEvent('ADDED', config.name));
    }
    return [...group.processes.values()];
  }

  /** Returns false if there is none of that name, or something in it is not stopped. */
  remove(name: string): boolean {
    const group = this.byName.get(name);
    if (group === undefined || group.unstopped().length > 0) {
      return false;
    }
    this.byName.delete(name);
    group.dispose();
    this.#host.groupsChanged();
    this.#host.events.removePool(name);
    this.#host.events.bus.publish('PROCESS_GROUP_REMOVED', () => groupEvent('REMOVED', name));
    return true;
  }

  /**
   * Returns the processes that were added, or null if there is no such group.
   *
   * @throws Error when an AUTO log cannot be made, and changes nothing
   */
  addProcesses(groupName: string, configs: readonly ProcessConfig[]): Process[] | null {
    const group = this.byName.get(groupName);
    if (group === undefined) {
      return null;
    }
    const before = group.config;
    this.#host.prepareFor(configs);
    const added = group.add(configs);
    this.#host.events.changePool(group.config);
    this.#host.groupReplaced(before, group.config);
    this.#host.groupsChanged();
    return added;
  }

  /** The configuration of a group has changed, and its processes follow. */
  change(config: GroupConfig): void {
    const group = this.byName.get(config.name);
    if (group === undefined) {
      return;
    }
    group.take(config);
    this.#host.events.changePool(config);
    this.#host.groupsChanged();
  }

  /** Returns false if there is none of that name, or it is not stopped. */
  removeProcess(groupName: string, name: string): boolean {
    const group = this.byName.get(groupName);
    if (group === undefined) {
      return false;
    }
    const before = group.config;
    const isRemoved = group.remove(name);
    this.#host.groupReplaced(before, group.config);
    this.#host.groupsChanged();
    return isRemoved;
  }

  reopenLogs(): void {
    for (const group of this.byName.values()) {
      group.reopenLogs();
    }
  }

  /** Closes what the groups still hold; everything is stopped by then. */
  dispose(): void {
    for (const group of this.byName.values()) {
      group.dispose();
    }
    this.byName.clear();
  }
}
