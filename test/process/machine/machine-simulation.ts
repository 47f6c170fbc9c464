/**
 * The surroundings of the process machine in tests: a fake clock, one armed timer, and at most one process.
 *
 * @module
 */
import {
  type Effect,
  INITIAL_MACHINE,
  type Machine,
  type MachineConfig,
  type MachineEvent,
  pidOf,
  step,
} from '../../../src/process/machine/machine.ts';
import { decodeWaitStatus } from '../../../src/process/machine/wait-status.ts';

/** The defaults of a program section. */
export const DEFAULTS: MachineConfig = {
  name: 'web',
  autorestart: 'unexpected',
  startSeconds: 1,
  startRetries: 3,
  stopSignal: 15,
  laterStopSignals: [],
  stopWaitSeconds: 10,
  stopAsGroup: false,
  killAsGroup: false,
  exitCodes: [0],
};

const FIRST_PID = 101;

export class Simulation {
  readonly config: MachineConfig;
  machine: Machine = INITIAL_MACHINE;
  monotonicMs = 50_000;
  wallMs = 1_700_000_000_000;
  mayStart = true;
  areDependenciesMet = true;
  /** What chance gives to the jitter of pauses. */
  random = 0;
  /** Set: every spawn fails with this text. */
  spawnError: string | null = null;
  /** Set: every process exits with this raw status the moment that it is spawned. */
  exitAtOnce: number | null = null;
  armedAtMs: number | null = null;
  readonly effects: Effect[] = [];
  #nextPid = FIRST_PID;
  #mark = 0;

  constructor(config: Partial<MachineConfig> = {}) {
    this.config = { ...DEFAULTS, ...config };
  }

  get state(): string {
    return this.machine.state.name;
  }

  get pid(): number {
    return pidOf(this.machine.state);
  }

  /** Every effect since this was last asked. */
  takeEffects(): readonly Effect[] {
    const taken = this.effects.slice(this.#mark);
    this.#mark = this.effects.length;
    return taken;
  }

  /** The states that were entered since the effects were last taken. */
  takeStates(): readonly string[] {
    return this.takeEffects().flatMap((effect) => (effect.type === 'changed' ? [effect.to] : []));
  }

  /** The log since the effects were last taken, as `LEVEL text`. */
  takeLog(): readonly string[] {
    return this.takeEffects().flatMap((effect) =>
      effect.type === 'log' ? [`${effect.level} ${effect.message}`] : [],
    );
  }

  get spawnCount(): number {
    return this.effects.filter((effect) => effect.type === 'spawn').length;
  }

  start(): void {
    this.send({ type: 'start' });
  }

  stop(): void {
    this.send({ type: 'stop' });
  }

  /** @param rawStatus in the encoding of waitpid: `3 << 8` is exit status 3, 9 is SIGKILL */
  exit(rawStatus: number): void {
    this.send({ type: 'exited', status: decodeWaitStatus(rawStatus) });
  }

  /** Lets time pass on both clocks; whatever is due meanwhile happens at its moment. */
  pass(ms: number): void {
    const endMs = this.monotonicMs + ms;
    while (this.armedAtMs !== null && this.armedAtMs <= endMs) {
      this.#moveTo(Math.max(this.armedAtMs, this.monotonicMs));
      this.armedAtMs = null;
      this.send({ type: 'due' });
    }
    this.#moveTo(endMs);
  }

  /** Lets time pass in which the daemon is stopped: what is due happens at the end. */
  passStopped(ms: number): void {
    this.#moveTo(this.monotonicMs + ms);
    this.pass(0);
  }

  /** Takes one event and then whatever a spawn leads to. */
  send(event: MachineEvent): void {
    const { machine, effects } = step(this.machine, event, {
      config: this.config,
      now: { monotonicMs: this.monotonicMs, wallMs: this.wallMs },
      mayStart: this.mayStart,
      areDependenciesMet: this.areDependenciesMet,
      random: this.random,
    });
    this.machine = machine;
    for (const effect of effects) {
      this.effects.push(effect);
      if (effect.type === 'arm') {
        this.armedAtMs = effect.atMs;
      } else if (effect.type === 'disarm') {
        this.armedAtMs = null;
      }
    }
    if (effects.some((effect) => effect.type === 'spawn')) {
      this.#answerSpawn();
    }
  }

  #answerSpawn(): void {
    if (this.spawnError !== null) {
      this.send({ type: 'spawn-failed', message: this.spawnError });
      return;
    }
    this.send({ type: 'spawned', pid: this.#nextPid });
    this.#nextPid += 1;
    if (this.exitAtOnce !== null) {
      this.exit(this.exitAtOnce);
    }
  }

  #moveTo(monotonicMs: number): void {
    this.wallMs += monotonicMs - this.monotonicMs;
    this.monotonicMs = monotonicMs;
  }
}
