/**
 * Drives the pure machine of one process: gives it events with the time and the circumstances, keeps what it returns,
 * has its effects run, and wakes it when the moment has come that it asked for.
 *
 * @module
 */
import type { ProcessConfig } from '../config/types.ts';
import { releaseIdlePages } from '../io/idle-pages.ts';
import type { HostedProcess, ProcessHost } from './host.ts';
import { hasChecks, isPlaced, lifecyclePolicy } from './lifecycle-policy.ts';
import {
  type Effect,
  INITIAL_MACHINE,
  type Machine,
  type MachineConfig,
  type MachineContext,
  type MachineEvent,
  step,
} from './machine/machine.ts';

/** The effects that are left to the process; the driver has the timer. */
export type OuterEffect = Exclude<Effect, { type: 'arm' | 'disarm' }>;

/** The process. */
export interface MachineOwner extends HostedProcess {
  readonly host: ProcessHost;
  /** An event was taken, and no effect of it is run yet. @param isNew the state or the history is another one */
  eventTaken(isNew: boolean): void;
  /** Runs one effect; returns the text of a refusal, where it is one. */
  runEffect(effect: OuterEffect): string | null;
  /** All effects are run, and the state is another one. */
  stateChanged(): void;
}

function machineConfigOf(config: ProcessConfig): MachineConfig {
  const policy = lifecyclePolicy(config);
  const signalled = withKillMode(config);
  return policy === null ? signalled : { ...signalled, policy };
}

/** Events after which a process with dependencies may be started. */
const MAY_START: ReadonlySet<MachineEvent['type']> = new Set(['start', 'exited', 'hook-done']);

export class MachineDriver {
  readonly #owner: MachineOwner;
  #config: MachineConfig;
  #hasChecks: boolean;
  #machine: Machine;
  #cancelTimer: (() => void) | null = null;

  /** @param machine what an earlier daemon has left, or null for a process that was never started */
  constructor(owner: MachineOwner, machine: Machine | null) {
    const { config } = owner;
    this.#owner = owner;
    this.#config = machineConfigOf(config);
    this.#hasChecks = hasChecks(config);
    this.#machine = machine ?? INITIAL_MACHINE;
  }

  get machine(): Machine {
    return this.#machine;
  }

  /** The configuration as the machine sees it. */
  get config(): MachineConfig {
    return this.#config;
  }

  /**
   * Takes an event; returns the text of a refusal, where it is refused.
   *
   * @param beforeListeners runs when all effects are done, before the listeners of a change are called
   */
  take(event: MachineEvent, beforeListeners?: () => void): string | null {
    const before = this.#machine;
    const { machine, effects } = step(before, event, this.#contextOf(event));
    this.#machine = machine;
    this.#owner.eventTaken(machine.state !== before.state || machine.history !== before.history);
    let hasChanged = this.#hasPolicy && machine.state !== before.state;
    let refusal: string | null = null;
    for (const effect of effects) {
      hasChanged ||= effect.type === 'changed';
      refusal = this.#run(effect) ?? refusal;
    }
    beforeListeners?.();
    if (this.#hasChecks) {
      this.#owner.host.lifecycle?.follow(this.#owner);
    }
    if (hasChanged) {
      this.#owner.stateChanged();
    }
    return refusal;
  }

  /**
   * The owner has another configuration, and its process runs on with it.
   *
   * @param before what the state was reached with
   */
  reconfigured(before: ProcessConfig): void {
    const { config } = this.#owner;
    this.#config = machineConfigOf(config);
    this.#hasChecks = hasChecks(config);
    this.take({ type: 'reconfigured', before: machineConfigOf(before) });
  }

  /** What the machine would be after an event; nothing is done. */
  foresee(event: MachineEvent): Machine {
    return step(this.#machine, event, this.#contextOf(event)).machine;
  }

  /** Ends the timer. */
  disarm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  get #hasPolicy(): boolean {
    return this.#config.policy !== undefined;
  }

  #contextOf(event: MachineEvent): MachineContext {
    const { host } = this.#owner;
    const context = { config: this.#config, now: host.now(), mayStart: host.mayStart() };
    if (!this.#hasPolicy) {
      return context;
    }
    const areDependenciesMet =
      !MAY_START.has(event.type) || (host.lifecycle?.areDependenciesMet(this.#owner) ?? true);
    const mayRunHere = !isPlaced(this.#owner.config) || host.placement?.mayRun(this.#owner) === true;
    return { ...context, areDependenciesMet, mayRunHere, random: Math.random() };
  }

  #run(effect: Effect): string | null {
    switch (effect.type) {
      case 'arm':
        this.#arm(effect.atMs);
        return null;
      case 'disarm':
        this.disarm();
        return null;
      default:
        return this.#owner.runEffect(effect);
    }
  }

  #arm(atMs: number): void {
    this.disarm();
    const due = (): void => {
      this.#cancelTimer = null;
      this.take({ type: 'due' });
      // A start is over, and often nothing follows.
      if (this.#machine.state.name === 'RUNNING') releaseIdlePages();
    };
    this.#cancelTimer = this.#owner.host.alarms.set(atMs, due);
  }
}

/** The mode decides in place of stopasgroup and killasgroup; a cgroup is killed by other means. */
function withKillMode(config: ProcessConfig): ProcessConfig {
  const { killMode } = config;
  if (killMode !== 'process' && killMode !== 'group') {
    return config;
  }
  return { ...config, stopAsGroup: killMode === 'group', killAsGroup: killMode === 'group' };
}
