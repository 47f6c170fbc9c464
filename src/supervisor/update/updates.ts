/**
 * Carries out an update by process. Processes are stopped first, dependents before their dependencies; then the new
 * ones start.
 *
 * @module
 */
import type { KeyChange } from '../../config/diff.ts';
import type { GroupConfig, ProcessConfig } from '../../config/types.ts';
import { type GroupPlan, planGroup, planUpdate } from '../../config/update-plan.ts';
import type { Group } from '../../process/group.ts';
import type { Process } from '../../process/process.ts';
import { GroupChange } from './group-change.ts';
import { beginStops, type Stops, stopsOf } from './stops.ts';
import { UpdatesUnderWay } from './under-way.ts';
import { groupResult, type UpdateResult } from './update-result.ts';
import { attempt, type UpdatesHost } from './updates-host.ts';

const STILL_RUNNING = 'has processes that do not stop';

const NO_PROCESSES: ReadonlyMap<string, Process> = new Map();

export class Updates {
  readonly #host: UpdatesHost;
  readonly #underWay: UpdatesUnderWay;

  constructor(host: UpdatesHost) {
    this.#host = host;
    this.#underWay = new UpdatesUnderWay(host);
  }

  /** @param names of the groups that are looked at; null is all */
  plan(next: readonly GroupConfig[], names: ReadonlySet<string> | null = null): GroupPlan[] {
    const active = [...this.#host.groups.values()].map((group) => this.#configOf(group));
    const plans = planUpdate(active, next).filter(({ name }) => names === null || names.has(name));
    const planned = new Set(plans.map(({ name }) => name));
    // A group that an earlier update is about to remove is wanted again.
    const revived = next.filter(
      ({ name }) =>
        this.#underWay.isLeavingGroup(name) && !planned.has(name) && (names === null || names.has(name)),
    );
    return [...plans, ...revived.map(({ name }) => ({ action: 'replace', name, keys: [] }) as const)];
  }

  /** The plan for one group alone. */
  planGroup(group: GroupConfig): GroupPlan[] {
    const active = this.#host.groups.get(group.name);
    return active === undefined ? [] : planGroup(this.#configOf(active), group);
  }

  /** Processes that wait for their turn have their former configurations. */
  #configOf({ config, processes }: Group): GroupConfig {
    if (!this.#underWay.areAnyWaiting) return config;
    const configOf = (one: ProcessConfig): ProcessConfig => {
      const process = processes.get(one.name);
      return process !== undefined && this.#underWay.isWaiting(process) ? process.config : one;
    };
    return { ...config, processes: config.processes.map(configOf) };
  }

  /**
   * Resolves when everything has stopped that had to, and what follows has been started.
   *
   * @param next the groups of the new configuration
   */
  async apply(plans: readonly GroupPlan[], next: readonly GroupConfig[]): Promise<UpdateResult[]> {
    const nextByName = new Map(next.map((group) => [group.name, group]));
    const configOf = ({ name }: GroupPlan): GroupConfig => {
      const config = nextByName.get(name);
      if (config === undefined) throw new Error(`group ${name} is not in the new configuration`);
      return config;
    };
    const { groups } = this.#host;
    const remaining = plans.filter(({ action }) => action !== 'remove');
    this.#host.prepareFor(remaining.flatMap((plan) => configOf(plan).processes));
    const toBeStopped = plans.flatMap((plan) =>
      stopsOf(plan, groups.get(plan.name)?.processes ?? NO_PROCESSES, nextByName.get(plan.name)),
    );
    const stops = beginStops(toBeStopped, this.#host.lifecycle?.graph ?? null, groups);
    const removed = plans.filter(({ action }) => action === 'remove');
    const removals = removed.map((plan) => this.#removeGroup(plan.name, stops));
    const others = remaining.map((plan) => {
      switch (plan.action) {
        case 'replace':
          return this.#replaceGroup(plan.name, configOf(plan), plan.keys, stops);
        case 'change':
          return this.#changeGroup(plan, configOf(plan), stops);
        default:
          // A program that has moved to another group does not run twice at a time.
          return Promise.all(removals).then(() => this.#addGroup(configOf(plan)));
      }
    });
    const results = await Promise.all([...removals, ...others]);
    return results.flat();
  }

  async #removeGroup(name: string, stops: Stops): Promise<UpdateResult[]> {
    const isRemoved = await this.#takeAway(name, stops);
    return [{ ...groupResult(name, 'remove'), failure: isRemoved ? null : STILL_RUNNING }];
  }

  async #replaceGroup(
    name: string,
    config: GroupConfig,
    keys: readonly KeyChange[],
    stops: Stops,
  ): Promise<UpdateResult[]> {
    const result = { ...groupResult(name, 'replace'), keys };
    if (!(await this.#takeAway(name, stops))) {
      return [{ ...result, failure: STILL_RUNNING }];
    }
    const [added] = this.#addGroup(config);
    return [{ ...result, failure: added?.failure ?? null }];
  }

  /** Removes a group when all of it has stopped; false where that is not possible, or a later update has taken over. */
  async #takeAway(name: string, { stopped }: Stops): Promise<boolean> {
    const group = this.#host.groups.get(name);
    const mayRemove = this.#underWay.groupLeaves(name);
    await Promise.all([...(group?.processes.values() ?? [])].map((process) => stopped.get(process)));
    return mayRemove() && this.#host.groups.get(name) === group && this.#host.removeGroup(name);
  }

  #addGroup(config: GroupConfig): UpdateResult[] {
    const failure = attempt(this.#host, () => this.#host.addGroup(config));
    return [{ ...groupResult(config.name, 'add'), failure }];
  }

  async #changeGroup(
    plan: Extract<GroupPlan, { action: 'change' }>,
    config: GroupConfig,
    stops: Stops,
  ): Promise<UpdateResult[]> {
    const group = this.#host.groups.get(plan.name);
    if (group === undefined) {
      return [];
    }
    const change = new GroupChange({
      host: this.#host,
      underWay: this.#underWay,
      group,
      plan,
      config,
      stops,
    });
    return await change.carryOut();
  }
}
