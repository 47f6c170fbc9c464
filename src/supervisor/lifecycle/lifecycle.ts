/**
 * What the daemon does for programs that have dependencies, hooks, checks, an exit policy, a limit of memory or files that
 * are watched.
 *
 * @module
 */
import { Checks } from '../../checks/checks.ts';
import type { ProcessConfig } from '../../config/types.ts';
import type { EventSystem } from '../../events/event-system.ts';
import type { Instant } from '../../io/clock.ts';
import type { HookProcess } from '../../process/adoption/process-record.ts';
import type { Group } from '../../process/group.ts';
import type {
  HostedProcess,
  Lifecycle,
  Placement,
  ReportingOptions,
  StateChange,
} from '../../process/host.ts';
import { isWatched } from '../../process/lifecycle-policy.ts';
import type { LifecycleEffect } from '../../process/machine/machine.ts';
import type { HealthReport, WaitReport } from '../../process/managed-process.ts';
import type { Graph } from '../../schedule/graph.ts';
import { FileWatches, type FileWatchesHost } from '../watch/file-watches.ts';
import { exitStatusFor } from './exit-policy.ts';
import { type GraphReport, graphReport } from './graph-report.ts';
import { Hooks, type HooksHost } from './hooks.ts';
import { MemoryLimits, type MemoryLimitsHost } from './memory-limits.ts';
import { Schedules, type SchedulesHost } from './schedules.ts';
import { StartTimeRecords } from './start-times.ts';
import { Waits } from './waits.ts';

/** What the lifecycle of programs needs of the daemon. */
export interface LifecycleHost extends HooksHost, SchedulesHost, MemoryLimitsHost, FileWatchesHost {
  readonly config: MemoryLimitsHost['config'] & FileWatchesHost['config'];
  readonly groups: ReadonlyMap<string, Group>;
  readonly events: EventSystem;
  readonly placement: Placement | null;
  mayStart(): boolean;
  now(): Instant;
  /** Shuts the daemon down, with this exit status. */
  exitWith(status: number): void;
}

export class ProgramLifecycle implements Lifecycle {
  readonly hooks: Hooks;
  readonly checks: Checks;
  readonly schedules: Schedules;
  readonly #memory: MemoryLimits;
  readonly #waits: Waits;
  /** Made with the first program whose files are watched. */
  #files: FileWatches | null = null;
  readonly #times = new StartTimeRecords();
  readonly #host: LifecycleHost;

  constructor(host: LifecycleHost) {
    this.#host = host;
    this.hooks = new Hooks(host);
    this.checks = new Checks(host, (process, health) => {
      this.#waits.healthChanged(process);
      if (health.isHealthy !== null) {
        host.events.healthChanged(process, health.isHealthy ? null : health);
      }
    });
    this.#waits = new Waits(host);
    this.schedules = new Schedules(host);
    this.#memory = new MemoryLimits(host);
  }

  /** Of all active processes. */
  get graph(): Graph {
    return this.#waits.graph;
  }

  /** @param last `group:process` that the critical chain begins with; null is the one that was ready last */
  report(last: string | null): GraphReport {
    return graphReport({
      graph: this.graph,
      times: this.#times.all,
      find: (id) => this.#waits.find(id),
      isMet: (id, condition) => this.#waits.meets(id, condition),
      last,
    });
  }

  areDependenciesMet(process: HostedProcess): boolean {
    return this.#waits.areMet(process);
  }

  waitOf(process: HostedProcess): WaitReport | null {
    return this.#waits.reportOf(process);
  }

  openRun(process: HostedProcess): ReportingOptions {
    return this.checks.openRun(process);
  }

  reconfigured(process: HostedProcess, before: ProcessConfig): void {
    this.checks.reconfigured(process, before);
    this.schedules.reconfigured(process, before);
    this.#memory.groupsChanged();
    this.#followFiles();
  }

  /** Slots of programs with `run_on` have changed. */
  slotsChanged(): void {
    this.#waits.slotsChanged();
  }

  follow(process: HostedProcess): void {
    this.checks.follow(process);
  }

  healthOf(process: HostedProcess): HealthReport | null {
    return this.checks.healthOf(process);
  }

  nextRunOf(process: HostedProcess): number | null {
    return this.schedules.nextRunOf(process);
  }

  hookProcessOf(process: HostedProcess): HookProcess | undefined {
    return this.hooks.runningOf(process);
  }

  /** Ends hooks and checks, at the end of the daemon. */
  close(): void {
    this.hooks.close();
    this.checks.close();
    this.schedules.close();
    this.#memory.close();
    this.#files?.close();
  }

  /** No hook runs, and no change of files is about to restart a program. */
  get isQuiet(): boolean {
    return this.hooks.isIdle && (this.#files?.isIdle ?? true);
  }

  #followFiles(): void {
    const processes = [...this.#host.groups.values()].flatMap((group) => [...group.processes.values()]);
    if (this.#files === null && !processes.some(({ config }) => isWatched(config))) return;
    this.#files ??= new FileWatches(this.#host);
    this.#files.follow();
  }

  run(process: HostedProcess, effect: LifecycleEffect): void {
    switch (effect.type) {
      case 'await-dependencies':
        this.#waits.begin(process, effect.startsThem);
        return;
      case 'forget-dependencies':
        this.#waits.end(process);
        return;
      case 'dependencies-overdue':
        this.#waits.overdue(process);
        return;
      case 'run-hook':
        this.hooks.run(process, effect.hook, effect.exitStatus);
        return;
      case 'cancel-hooks':
        this.hooks.cancel(process);
        return;
    }
  }

  groupsChanged(): void {
    this.#waits.groupsChanged();
    this.schedules.groupsChanged();
    this.#memory.groupsChanged();
    this.#followFiles();
    this.#times.keepOnly((id) => this.#waits.find(id) !== undefined);
  }

  changed(process: HostedProcess, change: StateChange): void {
    this.#times.changed(process, change, this.#host.now().monotonicMs);
    this.#waits.changed(process, change);
    this.#followExitPolicy(process, change);
  }

  #followExitPolicy(process: HostedProcess, { to }: StateChange): void {
    const { config, lastStatus, hasEndedWell } = process;
    if (config.exitOn === 'never' || !this.#host.mayStart()) {
      return;
    }
    const { willRestart } = process;
    const status = exitStatusFor(config.exitOn, { state: to, willRestart, hasEndedWell, lastStatus });
    if (status === null) {
      return;
    }
    const end = to === 'EXITED' ? `exited (${lastStatus?.text ?? 'status unknown'})` : `entered ${to}`;
    // The line about the end itself comes first.
    setImmediate(() => {
      if (this.#host.mayStart()) {
        const reason = `${config.name} ${end}, and has exit_on=${config.exitOn}`;
        this.#host.log.critical(`${reason}: shutting down with status ${status}`);
        this.#host.exitWith(status);
      }
    });
  }
}
