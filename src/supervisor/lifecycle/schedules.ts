/**
 * Runs programs with `cron=` when their time comes.
 *
 * @module
 */

import { hasMissed, nextRun } from '../../config/cron-times.ts';
import { isEqual } from '../../config/tables/equality.ts';
import type { ProcessConfig } from '../../config/types.ts';
import type { Instant } from '../../io/clock.ts';
import type { IoLoop } from '../../io/io-loop.ts';
import { setWallAlarm } from '../../io/wall-alarm.ts';
import type { MainLog } from '../../logs/main-log.ts';
import type { Group } from '../../process/group.ts';
import type { HostedProcess } from '../../process/host.ts';
import { STOPPED_STATES } from '../../process/machine/states.ts';
import type { Process } from '../../process/process.ts';
import type { StateFile } from '../state-file.ts';
import { processId } from './process-id.ts';

/** What the schedules need of the daemon. */
export interface SchedulesHost {
  readonly log: MainLog;
  readonly io: IoLoop;
  readonly groups: ReadonlyMap<string, Group>;
  readonly stateFile: StateFile;
  mayStart(): boolean;
  now(): Instant;
}

/**
 * A larger difference between the wall clock and the monotonic clock, in milliseconds, shows that the wall clock
 * was set.
 */
const CLOCK_SET_MS = 1000;

interface Plan {
  readonly process: Process;
  /** When its last run was due or began; null where there was none. */
  lastMs: number | null;
  nextMs: number | null;
}

export class Schedules {
  readonly #host: SchedulesHost;
  readonly #plans = new Map<Process, Plan>();
  #cancel: (() => void) | null = null;
  #isStarted = false;
  /** What the wall clock was ahead of the monotonic one when runs were planned last. */
  #clockOffsetMs = 0;

  constructor(host: SchedulesHost) {
    this.#host = host;
  }

  /**
   * The daemon has started: what was missed before is caught up, and runs come from now on.
   *
   * @param sinceMs when this daemon left its earlier configuration or program, in a reload or an upgrade: a run that was
   *   due since then comes now. Null at any other start.
   */
  start(sinceMs: number | null): void {
    this.#isStarted = true;
    this.#warnOfForgetting();
    for (const plan of this.#plans.values()) {
      if (!this.#catchUp(plan) && sinceMs !== null) {
        this.#planNext(plan, Math.min(sinceMs, this.#host.now().wallMs));
      }
    }
    this.#sleep();
  }

  groupsChanged(): void {
    const processes = [...this.#host.groups.values()].flatMap((group) => [...group.processes.values()]);
    const scheduled = new Set(processes.filter(({ config }) => config.schedule.cron !== null));
    for (const process of this.#plans.keys()) {
      if (!scheduled.has(process)) this.#plans.delete(process);
    }
    for (const process of scheduled) {
      if (!this.#plans.has(process)) this.#add(process);
    }
    this.#sleep();
  }

  /** The schedule of a process may be another one: it counts from now on, and nothing was missed before. */
  reconfigured(process: HostedProcess, before: ProcessConfig): void {
    const { schedule } = process.config;
    if (isEqual(before.schedule, schedule) || !this.#isActive(process)) return;
    if (schedule.cron === null) {
      this.#plans.delete(process);
    } else {
      const plan = this.#plans.get(process) ?? { process, lastMs: null, nextMs: null };
      this.#plans.set(process, plan);
      this.#planNext(plan);
      if (schedule.catchesUp) this.#note(process, this.#host.now().wallMs);
    }
    this.#sleep();
  }

  #isActive(process: HostedProcess): process is Process {
    return this.#host.groups.get(process.groupName)?.processes.get(process.config.name) === process;
  }

  /** Wall time of the next run in seconds since the epoch; null where none follows, or the process is disabled. */
  nextRunOf(process: HostedProcess): number | null {
    const nextMs = this.#plans.get(process as Process)?.nextMs ?? null;
    return nextMs === null || process.isDisabled ? null : nextMs / 1000;
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#plans.clear();
  }

  #add(process: Process): void {
    const startedMs = process.startedAt === 0 ? null : process.startedAt * 1000;
    const plan = { process, lastMs: startedMs, nextMs: null };
    this.#plans.set(process, plan);
    this.#planNext(plan);
    if (this.#isStarted) this.#catchUp(plan);
  }

  #warnOfForgetting(): void {
    if (this.#host.stateFile.isLasting) return;
    const names = [...this.#plans.keys()]
      .filter(({ config }) => config.schedule.catchesUp)
      .map(({ config }) => config.name);
    if (names.length > 0) {
      this.#host.log.warn(
        `catch_up of ${names.join(', ')} needs statedir in [supervisord]: runs that are missed while no daemon runs are lost`,
      );
    }
  }

  /** Records the time from which missed runs count. Returns whether one is made up for now. */
  #catchUp({ process, lastMs }: Plan): boolean {
    if (!process.config.schedule.catchesUp) return false;
    const id = processId(process.groupName, process.config.name);
    const nowMs = this.#host.now().wallMs;
    const knownMs = Math.max(this.#host.stateFile.lastRunOf(id) ?? 0, lastMs ?? 0);
    const hasMissedOne = knownMs > 0 && hasMissed(this.#scheduleOf(process), nowMs, knownMs);
    if (hasMissedOne) {
      this.#host.log.info(`${process.config.name} missed a run while no daemon ran; it runs now`);
      this.#runSoon(process);
    }
    if (knownMs === 0 || knownMs <= nowMs) this.#note(process, nowMs);
    return hasMissedOne;
  }

  #sleep(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (!this.#isStarted || this.#plans.size === 0) return;
    let nextMs = Number.POSITIVE_INFINITY;
    for (const plan of this.#plans.values()) {
      nextMs = Math.min(nextMs, plan.nextMs ?? Number.POSITIVE_INFINITY);
    }
    this.#cancel = setWallAlarm(this.#host.io, nextMs, () => this.#look());
  }

  /** A clock that is set before the alarm exists does not trigger it. */
  #look(): void {
    do this.#lookOnce();
    while (this.#isClockSet(this.#host.now()));
  }

  #isClockSet({ wallMs, monotonicMs }: Instant): boolean {
    return Math.abs(wallMs - monotonicMs - this.#clockOffsetMs) > CLOCK_SET_MS;
  }

  #lookOnce(): void {
    const instant = this.#host.now();
    const { wallMs: nowMs, monotonicMs } = instant;
    const isClockSet = this.#isClockSet(instant);
    this.#clockOffsetMs = nowMs - monotonicMs;
    /** Programs of which one process takes the run. */
    const taken = new Set<string>();
    for (const plan of this.#plans.values()) {
      const { nextMs } = plan;
      const isDue = nextMs !== null && nextMs <= nowMs;
      if (isDue) {
        plan.lastMs = nextMs;
        this.#due(plan.process, taken);
      }
      if (isDue || isClockSet) this.#planNext(plan);
    }
    this.#sleep();
  }

  #planNext(plan: Plan, fromMs = this.#host.now().wallMs): void {
    const before = plan.nextMs;
    const { process } = plan;
    plan.nextMs = nextRun(this.#scheduleOf(process), fromMs, plan.lastMs);
    if (plan.nextMs !== before) setImmediate(() => process.reportChanged());
  }

  #due(process: Process, taken: Set<string>): void {
    const { config } = process;
    if (!this.#host.mayStart() || process.isDisabled) return;
    if (config.schedule.catchesUp) this.#note(process, this.#host.now().wallMs);
    const isFree = isAtRest(process);
    if (config.schedule.overlap === 'allow') {
      this.#takeTurn(process, isFree, taken);
    } else if (isFree || process.state === 'BACKOFF') {
      process.start();
    } else if (config.schedule.overlap === 'kill') {
      process.advance({ type: 'restart', reason: 'the next run is due', countsAsFailure: false });
    } else {
      this.#host.log.warn(`${config.name} still runs: the run that is due now is skipped`);
    }
  }

  /** One process of the program runs: the first that does not run already. */
  #takeTurn(process: Process, isFree: boolean, taken: Set<string>): void {
    const program = programOf(process);
    if (taken.has(program)) return;
    const all = [...this.#plans.keys()].filter((other) => programOf(other) === program);
    if (isFree) {
      taken.add(program);
      process.start();
    } else if (all.at(-1) === process) {
      this.#host.log.warn(
        `all ${all.length} processes of ${program} still run: the run that is due now is skipped`,
      );
    }
  }

  #runSoon(process: Process): void {
    setImmediate(() => {
      const isActive = this.#plans.has(process) && this.#host.mayStart() && !process.isDisabled;
      if (isActive && isAtRest(process)) process.start();
    });
  }

  #note(process: Process, wallMs: number): void {
    try {
      this.#host.stateFile.setLastRun(processId(process.groupName, process.config.name), wallMs);
    } catch (error) {
      this.#host.log.error((error as Error).message);
    }
  }

  #scheduleOf({ config: { schedule } }: Process): {
    readonly cron: string;
    readonly timeZone: string | null;
  } {
    return { cron: schedule.cron ?? '', timeZone: schedule.timeZone };
  }
}

function isAtRest({ state, isWaiting }: Process): boolean {
  return STOPPED_STATES.has(state) && !isWaiting;
}

/** `group:program`, which all processes of a section have in common. */
function programOf({ groupName, config }: Process): string {
  return processId(groupName, config.program ?? config.name);
}
