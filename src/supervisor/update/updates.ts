/**
 * Carries out an update by process. Processes are stopped first, dependents before their dependencies; then the new
 * ones start.
 *
 * @module
 */
import type { KeyChange } from '../../config/diff.ts';
import type { GroupConfig, ProcessConfig } from '../../config/types.ts';
import { type GroupPlan, planGroup, plannedGroup, planUpdate } from '../../config/update-plan.ts';
import type { Group } from '../../process/group.ts';
import type { Process } from '../../process/process.ts';
import type { Graph } from '../../schedule/graph.ts';
import type { ProgramLifecycle } from '../lifecycle/lifecycle.ts';
import type { Replacements, Restarted } from '../restarts/restarts.ts';
import type { StartFirst } from '../restarts/start-first.ts';
import { isInTurn, restartInTurn } from './in-turn.ts';
import { dependenciesAmong, stopWaves, untilStopped } from './stop-waves.ts';
import { groupResult, processResult, type UpdateAction, type UpdateResult } from './update-result.ts';

/** What an update needs of the daemon. */
export interface UpdatesHost {
  readonly groups: ReadonlyMap<string, Group>;
  readonly lifecycle: ProgramLifecycle | null;
  mayStart(): boolean;
  prepareFor(processes: readonly ProcessConfig[]): void;
  addGroup(config: GroupConfig): boolean;
  removeGroup(name: string): boolean;
  addProcesses(groupName: string, configs: readonly ProcessConfig[]): boolean;
  removeProcess(groupName: string, name: string): boolean;
  /** A group goes on with another configuration. */
  changeGroup(config: GroupConfig): void;
  /** Restarts that are under way with start_first. */
  readonly startFirst: Pick<StartFirst, 'settled'>;
  /** Starts a process that starts by itself, and never was started. */
  startByItself(process: Process): void;
  /**
   * Restarts processes of a group in the way of their new restart_mode.
   *
   * @throws RestartUnderWayError
   */
  restartWith(groupName: string, replacements: Replacements): Promise<readonly Restarted[]>;
}

/** What is to be stopped. */
interface Stops {
  readonly processes: readonly Process[];
  readonly graph: Graph | null;
  /**
   * For each: resolves when it has stopped and has its new configuration, if any; with false if it is not to be
   * started then.
   */
  readonly stopped: ReadonlyMap<Process, Promise<boolean>>;
}

/** A process that is stopped, with the configuration that it has then. */
interface Stop {
  readonly process: Process;
  /** Null where it is removed. */
  readonly config: ProcessConfig | null;
}

export class Updates {
  readonly #host: UpdatesHost;
  /** Processes that are removed when they have stopped. */
  readonly #leaving = new Set<Process>();
  /** Groups that are removed or replaced when they have stopped: the operation that is to do it. */
  readonly #leavingGroups = new Map<string, object>();
  /** Processes that are restarted in turn. */
  readonly #waiting = new Set<Process>();
  /** The operation that changed a group last. */
  readonly #changes = new WeakMap<Group, object>();

  constructor(host: UpdatesHost) {
    this.#host = host;
  }

  /** @param names of the groups that are looked at; null is all */
  plan(next: readonly GroupConfig[], names: ReadonlySet<string> | null = null): GroupPlan[] {
    const active = [...this.#host.groups.values()].map((group) => this.#configOf(group));
    const plans = planUpdate(active, next).filter(({ name }) => names === null || names.has(name));
    const planned = new Set(plans.map(({ name }) => name));
    // One that is about to be removed by an earlier update is wanted again.
    const revived = next.filter(
      ({ name }) =>
        this.#leavingGroups.has(name) && !planned.has(name) && (names === null || names.has(name)),
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
    if (this.#waiting.size === 0) return config;
    const configOf = (one: ProcessConfig): ProcessConfig => {
      const process = processes.get(one.name);
      return process !== undefined && this.#waiting.has(process) ? process.config : one;
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
    const remaining = plans.filter(({ action }) => action !== 'remove');
    this.#host.prepareFor(remaining.flatMap((plan) => configOf(plan).processes));
    const stops = this.#beginStops(
      plans.flatMap((plan) => this.#toBeStopped(plan, nextByName.get(plan.name))),
    );
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

  /** Wave after wave; each process has its own promise. */
  #beginStops(all: readonly Stop[]): Stops {
    const configOf = new Map(all.map(({ process, config }) => [process, config]));
    const processes = [...configOf.keys()];
    const graph = this.#host.lifecycle?.graph ?? null;
    const stopped = new Map<Process, Promise<boolean>>();
    let earlier: Promise<unknown> = Promise.resolve();
    for (const wave of stopWaves(processes, graph, this.#host.groups)) {
      const before = earlier;
      for (const process of wave) {
        const end = before.then(() => stopFor(process, configOf.get(process) ?? null));
        // A failure is reported where the process is started again.
        end.catch(() => {});
        stopped.set(process, end);
      }
      earlier = Promise.allSettled(wave.map((process) => stopped.get(process)));
    }
    return { processes, graph, stopped };
  }

  #toBeStopped(plan: GroupPlan, next: GroupConfig | undefined): Stop[] {
    const processes = this.#host.groups.get(plan.name)?.processes ?? new Map<string, Process>();
    switch (plan.action) {
      case 'add':
        return [];
      case 'remove':
      case 'replace':
        return [...processes.values()].map((process) => ({ process, config: null }));
      case 'change': {
        const configOf = new Map(next?.processes.map((config) => [config.name, config]));
        return plan.processes.flatMap(({ name, action }) => {
          const process = processes.get(name);
          const config = configOf.get(name) ?? null;
          return process === undefined || action === 'live' || isInTurn(process, action, config)
            ? []
            : [{ process, config }];
        });
      }
    }
  }

  async #removeGroup(name: string, stops: Stops): Promise<UpdateResult[]> {
    const isRemoved = await this.#takeAway(name, stops);
    return [
      {
        ...groupResult(name, 'remove'),
        failure: isRemoved ? null : 'has processes that do not stop',
      },
    ];
  }

  async #replaceGroup(
    name: string,
    config: GroupConfig,
    keys: readonly KeyChange[],
    stops: Stops,
  ): Promise<UpdateResult[]> {
    const result = { ...groupResult(name, 'replace'), keys };
    if (!(await this.#takeAway(name, stops))) {
      return [{ ...result, failure: 'has processes that do not stop' }];
    }
    const [added] = this.#addGroup(config);
    return [{ ...result, failure: added?.failure ?? null }];
  }

  /** Removes a group when all of it has stopped; false where that is not possible, or a later update has taken over. */
  async #takeAway(name: string, { stopped }: Stops): Promise<boolean> {
    const group = this.#host.groups.get(name);
    const operation = {};
    this.#leavingGroups.set(name, operation);
    await Promise.all([...(group?.processes.values() ?? [])].map((process) => stopped.get(process)));
    if (this.#leavingGroups.get(name) !== operation) {
      return false;
    }
    this.#leavingGroups.delete(name);
    return this.#host.groups.get(name) === group && this.#host.removeGroup(name);
  }

  #addGroup(config: GroupConfig): UpdateResult[] {
    return [{ ...groupResult(config.name, 'add'), failure: this.#try(() => this.#host.addGroup(config)) }];
  }

  async #changeGroup(
    { name, keys, isWhole, processes: plans }: Extract<GroupPlan, { action: 'change' }>,
    config: GroupConfig,
    stops: Stops,
  ): Promise<UpdateResult[]> {
    const group = this.#host.groups.get(name);
    if (group === undefined) {
      return [];
    }
    const operation = {};
    this.#changes.set(group, operation);
    const isLatest = (): boolean => this.#isUnchanged(group, operation);
    const after = plannedGroup(group.config, config);
    const configOf = new Map(after.processes.map((process) => [process.name, process]));
    const own = keys.length === 0 ? [] : [{ ...groupResult(name, 'live'), keys }];
    this.#host.changeGroup({
      ...after,
      processes: after.processes.filter((process) => group.processes.has(process.name)),
    });
    const of = (...actions: readonly UpdateAction[]) =>
      plans
        .filter(({ action }) => actions.includes(action))
        .flatMap((plan) => {
          const process = group.processes.get(plan.name);
          return process === undefined ? [] : [{ plan, process }];
        });
    const lives = of('live').map(async ({ plan, process: former }) => {
      if (former.beside !== null) await this.#host.startFirst.settled(name, plan.name);
      const process = group.processes.get(plan.name) ?? former;
      const failure = this.#reconfigure(process, configOf.get(plan.name));
      return { ...processResult(name, plan.name, 'live'), keys: plan.keys, failure };
    });
    const inTurn = of('restart').filter(({ process }) => !stops.stopped.has(process));
    for (const { process } of inTurn) this.#waiting.add(process);
    const turns = restartInTurn({
      ...{ groupName: name, planned: inTurn, configOf },
      isWanted: (process) => isLatest() && this.#isActive(process),
      restartWith: (groupName, replacements) => this.#host.restartWith(groupName, replacements),
    });
    const removals = of('remove').map(({ process }) => this.#removeProcess(group, process, stops));
    const restarts = of('restart', 'add')
      .filter(({ process }) => stops.stopped.has(process))
      .map(async ({ plan, process }) => {
        this.#leaving.delete(process);
        const failure = await this.#restart(process, stops);
        return { ...processResult(name, plan.name, plan.action), keys: plan.keys, failure };
      });
    const added = plans
      .filter((plan) => plan.action === 'add' && !group.processes.has(plan.name))
      .flatMap((plan) => configOf.get(plan.name) ?? []);
    const removed = await Promise.all(removals);
    const failureOfAdds = isLatest() ? this.#addProcesses(group, added, after) : OVERTAKEN;
    const adds = added.map((process) => ({
      ...processResult(name, process.name, 'add'),
      failure: failureOfAdds,
    }));
    const restarted = await Promise.all(restarts);
    const { results: turned, kept } = await turns;
    for (const { process } of inTurn) this.#waiting.delete(process);
    if (isLatest()) this.#keepConfigs(group, kept);
    const results = [...removed, ...(await Promise.all(lives)), ...restarted, ...adds, ...turned];
    const order = new Map(plans.map((plan, index) => [plan.name, index]));
    results.sort((a, b) => (order.get(a.process ?? '') ?? 0) - (order.get(b.process ?? '') ?? 0));
    const whole = isWhole && inTurn.length === 0 ? [groupResult(name, 'restart')] : [];
    return [...own, ...whole, ...results];
  }

  /** False where a later update has changed the group, or removes it. */
  #isUnchanged(group: Group, operation: object): boolean {
    const { name } = group;
    return (
      this.#changes.get(group) === operation &&
      this.#host.groups.get(name) === group &&
      !this.#leavingGroups.has(name)
    );
  }

  /** Processes that were not restarted go on with the configurations that they have. */
  #keepConfigs(group: Group, kept: ReadonlyMap<string, ProcessConfig>): void {
    if (kept.size === 0) return;
    const processes = group.config.processes.map((config) => kept.get(config.name) ?? config);
    this.#host.changeGroup({ ...group.config, processes });
  }

  /** Returns why it failed, or null. */
  #reconfigure(process: Process, config: ProcessConfig | undefined): string | null {
    if (config === undefined) {
      return null;
    }
    const failure = this.#try(() => {
      process.reconfigure(config);
      return true;
    });
    if (failure === null) {
      this.#host.startByItself(process);
    }
    return failure;
  }

  async #removeProcess(group: Group, process: Process, { stopped }: Stops): Promise<UpdateResult> {
    const { name } = process.config;
    const result = processResult(group.name, name, 'remove');
    this.#leaving.add(process);
    await stopped.get(process);
    if (!this.#leaving.delete(process) || group.processes.get(name) !== process) {
      return { ...result, failure: 'is wanted again' };
    }
    const isRemoved = this.#host.removeProcess(group.name, name);
    return { ...result, failure: isRemoved ? null : 'does not stop' };
  }

  /** Also of a process that was about to be removed, and is wanted again. */
  async #restart(process: Process, stops: Stops): Promise<string | null> {
    const wasUp = process.isStoppable;
    const awaited = dependenciesAmong(process, stops.processes, stops.graph);
    try {
      const isToStart = await stops.stopped.get(process);
      await Promise.allSettled(awaited.map((other) => stops.stopped.get(other)));
      if (isToStart && this.#isActive(process)) {
        startAgain(process, wasUp);
      }
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  }

  #addProcesses(group: Group, added: readonly ProcessConfig[], after: GroupConfig): string | null {
    const failure = added.length === 0 ? null : this.#try(() => this.#host.addProcesses(group.name, added));
    if (this.#host.groups.get(group.name) === group) {
      this.#host.changeGroup(failure === null ? after : group.config);
    }
    return failure;
  }

  /** False for a process that a later update removes. */
  #isActive(process: Process): boolean {
    const { groupName, config } = process;
    const isLeaving = this.#leaving.has(process) || this.#leavingGroups.has(groupName);
    const group = this.#host.groups.get(groupName);
    return this.#host.mayStart() && !isLeaving && group?.processes.get(config.name) === process;
  }

  /** Returns why it failed, or null. */
  #try(act: () => boolean): string | null {
    if (!this.#host.mayStart()) {
      return 'the daemon shuts down';
    }
    try {
      return act() ? null : 'is not active, or active already';
    } catch (error) {
      return (error as Error).message;
    }
  }
}

const OVERTAKEN = 'a later update has changed the group';

/** Resolves when the process has stopped, and has taken the configuration; false where it is not to be started then. */
async function stopFor(process: Process, config: ProcessConfig | null): Promise<boolean> {
  if (config !== null) {
    const taken = process.replaceConfig(config);
    await untilStopped(process);
    return taken;
  }
  process.stopForConfig();
  await untilStopped(process);
  return false;
}

/** One that ran runs again; one that did not starts where it would with the daemon. */
function startAgain(process: Process, wasUp: boolean): void {
  const { config, isDisabled } = process;
  const isWanted = config.schedule.cron === null ? wasUp || config.autostart : config.schedule.runsOnStart;
  if (isWanted && !isDisabled && !process.isActive) {
    process.start();
  }
}
