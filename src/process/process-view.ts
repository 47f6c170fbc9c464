/**
 * What can be read off one process: its machine in terms of RPC, web page, shutdown, checks and dependencies.
 *
 * @module
 */
import type { ProcessConfig } from '../config/types.ts';
import { stateSurvivesKill } from './adoption/state-survives-kill.ts';
import type { HostedProcess, ProcessHost } from './host.ts';
import { hasChecks } from './lifecycle-policy.ts';
import { pidOf } from './machine/machine.ts';
import { STARTED_STATES, type StateName } from './machine/states.ts';
import type { MachineDriver } from './machine-driver.ts';

type Readings =
  | 'groupName'
  | 'config'
  | 'revision'
  | 'state'
  | 'pid'
  | 'restarts'
  | 'startedAt'
  | 'stoppedAt'
  | 'spawnError'
  | 'exitStatus'
  | 'isStoppable'
  | 'isDisabled'
  | 'isWaiting'
  | 'awaitsReadiness'
  | 'runId'
  | 'nextStartAt'
  | 'willRestart'
  | 'hasEndedWell'
  | 'isBeingKilled'
  | 'isUp'
  | 'isKept';

export abstract class ProcessView implements Pick<HostedProcess, Readings> {
  readonly groupName: string;
  readonly host: ProcessHost;
  revision = 0;
  protected abstract readonly driver: MachineDriver;
  #config: ProcessConfig;
  #hasChecks: boolean;

  constructor(config: ProcessConfig, groupName: string, host: ProcessHost) {
    this.#config = config;
    this.groupName = groupName;
    this.host = host;
    this.#hasChecks = hasChecks(config);
  }

  get config(): ProcessConfig {
    return this.#config;
  }

  /** Whether its processes are checked. */
  get hasChecks(): boolean {
    return this.#hasChecks;
  }

  /** For `Reconfiguration`: what depends on the configuration has to follow it. */
  setConfig(config: ProcessConfig): void {
    this.#config = config;
    this.#hasChecks = hasChecks(config);
  }

  get state(): StateName {
    return this.driver.machine.state.name;
  }

  get pid(): number {
    return pidOf(this.driver.machine.state);
  }

  get restarts(): number {
    return this.driver.machine.history.restartsInAll ?? 0;
  }

  get startedAt(): number {
    return this.driver.machine.history.startedAtMs / 1000;
  }

  get stoppedAt(): number {
    return this.driver.machine.history.stoppedAtMs / 1000;
  }

  get spawnError(): string {
    return this.driver.machine.history.spawnError;
  }

  get exitStatus(): number | null {
    return this.driver.machine.history.exitStatus;
  }

  get isStoppable(): boolean {
    return this.isActive;
  }

  /** It is started, or waits for its next try, its restart or its dependencies. */
  get isActive(): boolean {
    return STARTED_STATES.has(this.state) || this.willRestart || this.isWaiting;
  }

  get isDisabled(): boolean {
    return this.host.isDisabled(this.groupName, this.config.name);
  }

  /** It stops, or has stopped, and is not to be started again by itself. */
  get isStoppedForGood(): boolean {
    const { state } = this.driver.machine;
    return (
      (state.name === 'STOPPING' && state.sequel === undefined) ||
      (state.name === 'STOPPED' && !this.isWaiting)
    );
  }

  get isWaiting(): boolean {
    const { state } = this.driver.machine;
    return state.name === 'STOPPED' && state.waiting !== undefined;
  }

  /** Since when it waits for its dependencies; null where it does not. */
  get waitingSeconds(): number | null {
    const { state } = this.driver.machine;
    return state.name === 'STOPPED' && state.waiting !== undefined
      ? (this.host.now().monotonicMs - state.waiting.sinceMs) / 1000
      : null;
  }

  get awaitsReadiness(): boolean {
    const { state } = this.driver.machine;
    return (
      state.name === 'STARTING' &&
      (state.pid === null ? this.config.readiness.target !== null : state.readiness?.isReady === false)
    );
  }

  /** A hook or the stop command has to end before it goes on. */
  protected get awaitsHook(): boolean {
    const { state } = this.driver.machine;
    switch (state.name) {
      case 'STARTING':
        return state.pid === null && state.hook !== undefined;
      case 'STOPPING':
        return state.pid === null || state.step?.kind === 'pre_stop' || state.step?.kind === 'command';
      default:
        return false;
    }
  }

  get runId(): number {
    return this.driver.machine.history.startedMonotonicMs;
  }

  get nextStartAt(): number | null {
    const { state } = this.driver.machine;
    if (state.name !== 'EXITED' || state.restartAtMs === null || !this.driver.config.policy?.pace) {
      return null;
    }
    const { monotonicMs, wallMs } = this.host.now();
    return (wallMs + state.restartAtMs - monotonicMs) / 1000;
  }

  get willRestart(): boolean {
    const { state } = this.driver.machine;
    return state.name === 'EXITED' && state.restartAtMs !== null;
  }

  get hasEndedWell(): boolean {
    const { exitStatus } = this;
    return exitStatus !== null && this.config.exitCodes.includes(exitStatus);
  }

  get isBeingKilled(): boolean {
    return this.state === 'STOPPING';
  }

  get isUp(): boolean {
    return this.pid > 0 || this.state === 'STARTING';
  }

  get isKept(): boolean {
    const { machine, config } = this.driver;
    // When a scheduled program ran last decides when it runs next.
    const isScheduled = this.config.schedule.cron !== null;
    return this.isUp || isScheduled || stateSurvivesKill(machine, config.policy ?? null, config.exitCodes);
  }
}
