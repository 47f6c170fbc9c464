/**
 * An update of a group that stays active: some of its processes take their new configuration while they run, others are
 * restarted, removed or added.
 *
 * @module
 */
import type { GroupConfig, ProcessConfig } from '../../config/types.ts';
import { type GroupPlan, type ProcessPlan, plannedGroup } from '../../config/update-plan.ts';
import type { Group } from '../../process/group.ts';
import type { Process } from '../../process/process.ts';
import { type InTurnOutcome, restartInTurn } from './in-turn.ts';
import { dependenciesAmong } from './stop-waves.ts';
import type { Stops } from './stops.ts';
import type { UpdatesUnderWay } from './under-way.ts';
import { groupResult, processResult, type UpdateAction, type UpdateResult } from './update-result.ts';
import { attempt, type UpdatesHost } from './updates-host.ts';

type ChangePlan = Extract<GroupPlan, { action: 'change' }>;

/** A process that is active, and what is planned for it. */
interface Planned {
  readonly plan: ProcessPlan;
  readonly process: Process;
}

export interface GroupChangeOptions {
  readonly host: UpdatesHost;
  readonly underWay: UpdatesUnderWay;
  readonly group: Group;
  readonly plan: ChangePlan;
  /** The new configuration of the group. */
  readonly config: GroupConfig;
  /** The stops of the update. */
  readonly stops: Stops;
}

const OVERTAKEN = 'a later update has changed the group';

export class GroupChange {
  readonly #host: UpdatesHost;
  readonly #underWay: UpdatesUnderWay;
  readonly #group: Group;
  readonly #plan: ChangePlan;
  readonly #stops: Stops;
  readonly #after: GroupConfig;
  /** Of the processes, by name. */
  readonly #configOf: ReadonlyMap<string, ProcessConfig>;
  /** No later update has changed the group. */
  readonly #isLatest: () => boolean;

  constructor({ host, underWay, group, plan, config, stops }: GroupChangeOptions) {
    this.#host = host;
    this.#underWay = underWay;
    this.#group = group;
    this.#plan = plan;
    this.#stops = stops;
    this.#isLatest = underWay.groupChanges(group);
    this.#after = plannedGroup(group.config, config);
    this.#configOf = new Map(this.#after.processes.map((process) => [process.name, process]));
  }

  /** Resolves when everything has stopped that had to, and was started again. */
  async carryOut(): Promise<UpdateResult[]> {
    const { name, keys, isWhole, processes: plans } = this.#plan;
    const after = this.#after;
    const { processes: active } = this.#group;
    const isStopped = ({ process }: Planned): boolean => this.#stops.stopped.has(process);
    this.#host.changeGroup({ ...after, processes: after.processes.filter((one) => active.has(one.name)) });
    const lives = this.#planned('live').map((one) => this.#changeLive(one));
    const inTurn = this.#planned('restart').filter((one) => !isStopped(one));
    const doneWaiting = this.#underWay.processesWait(inTurn.map(({ process }) => process));
    const turns = this.#restartInTurn(inTurn);
    const removals = this.#planned('remove').map((one) => this.#remove(one));
    const restarts = this.#planned('restart', 'add')
      .filter(isStopped)
      .map((one) => this.#restart(one));
    const added = plans
      .filter((plan) => plan.action === 'add' && !active.has(plan.name))
      .flatMap((plan) => this.#configOf.get(plan.name) ?? []);
    const removed = await Promise.all(removals);
    const adds = this.#add(added);
    const restarted = await Promise.all(restarts);
    const { results: turned, kept } = await turns;
    doneWaiting();
    if (this.#isLatest()) this.#keepConfigs(kept);
    const results = [...removed, ...(await Promise.all(lives)), ...restarted, ...adds, ...turned];
    const order = new Map(plans.map((plan, index) => [plan.name, index]));
    results.sort((a, b) => (order.get(a.process ?? '') ?? 0) - (order.get(b.process ?? '') ?? 0));
    const own = keys.length === 0 ? [] : [{ ...groupResult(name, 'live'), keys }];
    const whole = isWhole && inTurn.length === 0 ? [groupResult(name, 'restart')] : [];
    return [...own, ...whole, ...results];
  }

  /** The active processes for which one of the actions is planned. */
  #planned(...actions: readonly UpdateAction[]): Planned[] {
    return this.#plan.processes
      .filter(({ action }) => actions.includes(action))
      .flatMap((plan) => {
        const process = this.#group.processes.get(plan.name);
        return process === undefined ? [] : [{ plan, process }];
      });
  }

  async #changeLive({ plan, process: former }: Planned): Promise<UpdateResult> {
    const { name, processes } = this.#group;
    if (former.beside !== null) await this.#host.startFirst.settled(name, plan.name);
    const process = processes.get(plan.name) ?? former;
    const failure = this.#reconfigure(process, this.#configOf.get(plan.name));
    return { ...processResult(name, plan.name, 'live'), keys: plan.keys, failure };
  }

  /** Returns why it failed, or null. */
  #reconfigure(process: Process, config: ProcessConfig | undefined): string | null {
    if (config === undefined) {
      return null;
    }
    const failure = attempt(this.#host, () => {
      process.reconfigure(config);
      return true;
    });
    if (failure === null) {
      this.#host.startByItself(process);
    }
    return failure;
  }

  #restartInTurn(planned: readonly Planned[]): Promise<InTurnOutcome> {
    return restartInTurn({
      groupName: this.#group.name,
      planned,
      configOf: this.#configOf,
      isWanted: (process) => this.#isLatest() && this.#underWay.isActive(process),
      restartWith: (groupName, replacements) => this.#host.restartWith(groupName, replacements),
    });
  }

  async #remove({ process }: Planned): Promise<UpdateResult> {
    const group = this.#group;
    const { name } = process.config;
    const result = processResult(group.name, name, 'remove');
    this.#underWay.processLeaves(process);
    await this.#stops.stopped.get(process);
    if (!this.#underWay.processStays(process) || group.processes.get(name) !== process) {
      return { ...result, failure: 'is wanted again' };
    }
    const isRemoved = this.#host.removeProcess(group.name, name);
    return { ...result, failure: isRemoved ? null : 'does not stop' };
  }

  /** Also of a process that was about to be removed, and is wanted again. */
  async #restart({ plan, process }: Planned): Promise<UpdateResult> {
    this.#underWay.processStays(process);
    const failure = await this.#startWhenStopped(process);
    return { ...processResult(this.#group.name, plan.name, plan.action), keys: plan.keys, failure };
  }

  /** Resolves with why it failed, or null. */
  async #startWhenStopped(process: Process): Promise<string | null> {
    const { stopped, processes, graph } = this.#stops;
    const wasUp = process.isStoppable;
    const awaited = dependenciesAmong(process, processes, graph);
    try {
      const isToStart = await stopped.get(process);
      await Promise.allSettled(awaited.map((other) => stopped.get(other)));
      if (isToStart && this.#underWay.isActive(process)) {
        startAgain(process, wasUp);
      }
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  }

  #add(added: readonly ProcessConfig[]): UpdateResult[] {
    const failure = this.#isLatest() ? this.#failureOfAdds(added) : OVERTAKEN;
    return added.map((process) => ({ ...processResult(this.#group.name, process.name, 'add'), failure }));
  }

  #failureOfAdds(added: readonly ProcessConfig[]): string | null {
    const group = this.#group;
    const failure =
      added.length === 0 ? null : attempt(this.#host, () => this.#host.addProcesses(group.name, added));
    if (this.#host.groups.get(group.name) === group) {
      this.#host.changeGroup(failure === null ? this.#after : group.config);
    }
    return failure;
  }

  /** Processes that were not restarted keep their configurations. */
  #keepConfigs(kept: ReadonlyMap<string, ProcessConfig>): void {
    if (kept.size === 0) return;
    const { config } = this.#group;
    const processes = config.processes.map((one) => kept.get(one.name) ?? one);
    this.#host.changeGroup({ ...config, processes });
  }
}

/** A process that ran runs again; another one starts where it would start with the daemon. */
function startAgain(process: Process, wasUp: boolean): void {
  const { config, isDisabled } = process;
  const isWanted = config.schedule.cron === null ? wasUp || config.autostart : config.schedule.runsOnStart;
  if (isWanted && !isDisabled && !process.isActive) {
    process.start();
  }
}
