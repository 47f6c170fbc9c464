/**
 * The configuration of the daemon, its active groups, and how both change: additions, removals, updates by process,
 * restarts and numbers of processes.
 *
 * @module
 */
import { diffGroups } from '../config/diff.ts';
import { listenUrl } from '../config/tables/listen-values.ts';
import type { Config, GroupConfig, ProcessConfig } from '../config/types.ts';
import { Cgroups } from '../process/cgroup/cgroups.ts';
import type { Group } from '../process/group.ts';
import { needsCgroup } from '../process/leftovers/needs.ts';
import { needsLifecycle } from '../process/lifecycle-policy.ts';
import type { ManagedProcess } from '../process/managed-process.ts';
import type { Process } from '../process/process.ts';
import { ActiveGroups, type ActiveGroupsHost } from './active-groups.ts';
import { DaemonHost, type DaemonHostOptions } from './daemon-host.ts';
import { collectGarbageSoon } from './heap.ts';
import { ProgramLifecycle } from './lifecycle/lifecycle.ts';
import { processId } from './lifecycle/process-id.ts';
import { restartProcess } from './restarts/restart-process.ts';
import { type Replacements, type Restarted, Restarts } from './restarts/restarts.ts';
import { StartFirst } from './restarts/start-first.ts';
import { ScaledPrograms, type ScaledProgramsHost } from './scale/scaled-programs.ts';
import type { ProgramScale, ScaleRequest } from './scale/scaling.ts';
import { Starts } from './starts.ts';
import type { ConfigChanges, Scaled, UpdatePlan } from './supervisor-view.ts';
import type { UpdateResult } from './update/update-result.ts';
import { Updates } from './update/updates.ts';
import type { UpdatesHost } from './update/updates-host.ts';

export interface DaemonGroupsOptions extends DaemonHostOptions {
  /** Reads the configuration again. @throws ConfigError */
  readonly readConfig: () => Config;
}

export abstract class DaemonGroups
  extends DaemonHost
  implements ActiveGroupsHost, UpdatesHost, ScaledProgramsHost
{
  /** Called when programs were added or removed. */
  onGroupsChanged: (() => void) | null = null;

  protected readonly active = new ActiveGroups(this);
  protected readonly scales = new ScaledPrograms(this);
  protected readonly starts = new Starts(this);
  /** Made with the first request. */
  protected restarts: Restarts | null = null;
  /** Reads the configuration as it is written. @throws ConfigError */
  protected readonly readUnscaled: () => Config;
  /** All programs with autostart have been started or have failed. */
  protected isStarted = false;
  /** Made with the first request. */
  #updates: Updates | null = null;
  /** The same. */
  #startFirst: StartFirst | null = null;
  #config: Config;

  constructor(options: DaemonGroupsOptions) {
    super(options);
    this.readUnscaled = options.readConfig;
    this.#config = this.scales.scaled(options.config);
    this.heldSockets.owner = { log: options.log, configures: (url) => hasListener(this.#config, url) };
  }

  get config(): Config {
    return this.#config;
  }

  replaceConfig(config: Config): void {
    this.#config = config;
  }

  get groups(): ReadonlyMap<string, Group> {
    return this.active.byName;
  }

  /** Of all active groups, also the second processes of a start_first. */
  allProcesses(): Process[] {
    return this.active.processes;
  }

  /** Shuts the daemon down, with this exit status. */
  abstract exitWith(status: number): void;

  prepareFor(processes: readonly ProcessConfig[]): void {
    if (this.lifecycle === null && processes.some(needsLifecycle)) {
      this.lifecycle = new ProgramLifecycle(this);
      if (this.isStarted) this.lifecycle.schedules.start(null);
    }
    if (this.cgroups === null && processes.some(needsCgroup)) {
      this.cgroups = new Cgroups(this);
    }
  }

  addGroup(config: GroupConfig): boolean {
    return this.#added(this.active.add(config));
  }

  removeGroup(name: string): boolean {
    return this.active.remove(name);
  }

  addProcesses(groupName: string, configs: readonly ProcessConfig[]): boolean {
    return this.#added(this.active.addProcesses(groupName, configs));
  }

  removeProcess(groupName: string, name: string): boolean {
    return this.active.removeProcess(groupName, name);
  }

  #added(processes: readonly Process[] | null): boolean {
    if (processes !== null) {
      this.starts.added(processes);
    }
    return processes !== null;
  }

  startByItself(process: Process): void {
    this.starts.added([process]);
  }

  startAdded(): void {
    this.starts.startAdded();
  }

  holdBack(process: Process): void {
    this.starts.holdBack(process);
  }

  release(process: Process): void {
    this.starts.release(process);
  }

  groupsChanged(): void {
    this.lifecycle?.groupsChanged();
    this.placement?.groupsChanged();
    this.onGroupsChanged?.();
  }

  /** A group that was changed while it was active keeps the change when it is added again. */
  groupReplaced(before: GroupConfig, after: GroupConfig): void {
    const groups = this.#config.groups.map((group) => (group === before ? after : group));
    this.#config = { ...this.#config, groups };
  }

  reloadConfig(): ConfigChanges {
    const config = this.#takeNextConfig();
    const active = [...this.groups.values()].map((group) => group.config);
    return diffGroups(active, config.groups);
  }

  planUpdate(groups: ReadonlySet<string> | null): UpdatePlan {
    const config = this.#readConfig();
    const plans = this.#updatesBegun().plan(config.groups, groups);
    return { plans, scales: this.scales.report(config) };
  }

  applyConfig(groups: ReadonlySet<string> | null): Promise<UpdateResult[]> {
    const config = this.#takeNextConfig();
    const updates = this.#updatesBegun();
    return updates.apply(updates.plan(config.groups, groups), config.groups);
  }

  #takeNextConfig(): Config {
    const config = this.#readConfig();
    this.#config = config;
    this.scales.configRead();
    collectGarbageSoon('thorough');
    return config;
  }

  /** With the numbers of processes that were set. @throws ConfigError */
  #readConfig(): Config {
    return this.scales.scaled(this.readUnscaled());
  }

  #updatesBegun(): Updates {
    this.#updates ??= new Updates(this);
    return this.#updates;
  }

  updateGroup(group: GroupConfig): Promise<UpdateResult[]> {
    const updates = this.#updatesBegun();
    return updates.apply(updates.planGroup(group), [group]);
  }

  changeGroup(changed: GroupConfig): void {
    const configured = this.scales.configuredOf(changed);
    const groups = this.#config.groups.map((group) => (group.name === changed.name ? configured : group));
    this.#config = { ...this.#config, groups };
    this.active.change(changed);
  }

  programScales(): ProgramScale[] {
    return this.scales.report();
  }

  scaleProgram(program: { readonly group: string; readonly name: string }, request: ScaleRequest): Scaled {
    return this.scales.scale(program, request);
  }

  forgetScale(group: string, program: string): boolean {
    return this.scales.forget(group, program);
  }

  setEnabled(processes: readonly ManagedProcess[], isEnabled: boolean): void {
    const ids = processes.map(({ groupName, config }) => processId(groupName, config.name));
    this.stateFile.setDisabled(ids, !isEnabled);
    for (const { groupName, config } of processes) {
      const process = this.groups.get(groupName)?.processes.get(config.name);
      if (process === undefined) continue;
      process.reportChanged();
      if (!isEnabled && process.isStoppable) process.stop();
    }
  }

  isRestarting(groupName: string): boolean {
    return this.restarts?.isUnderWay(groupName) === true;
  }

  restartProcesses(
    groupName: string,
    processes: readonly ManagedProcess[],
    reason?: string,
  ): Promise<readonly Restarted[]> {
    const active = this.groups.get(groupName)?.processes;
    return this.#restartsBegun().restart(
      groupName,
      processes.flatMap(({ config }) => active?.get(config.name) ?? []),
      undefined,
      reason,
    );
  }

  restartWith(groupName: string, replacements: Replacements): Promise<readonly Restarted[]> {
    return this.#restartsBegun().restart(groupName, [...replacements.keys()], replacements);
  }

  #restartsBegun(): Restarts {
    this.restarts ??= new Restarts({
      host: this,
      restart: (process, replacement = null, reason = 'its group is restarted') =>
        (replacement?.config ?? process.config).restart.mode === 'start_first'
          ? this.startFirst.replace(process, replacement, reason)
          : restartProcess(process, replacement, reason),
    });
    return this.restarts;
  }

  get startFirst(): StartFirst {
    this.#startFirst ??= new StartFirst(this);
    return this.#startFirst;
  }
}

function hasListener({ groups }: Config, url: string): boolean {
  return groups.some(({ processes }) =>
    processes.some(({ listen }) => listen.addresses.some((address) => listenUrl(address) === url)),
  );
}
