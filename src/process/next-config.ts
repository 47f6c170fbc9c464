/**
 * The configuration that a process takes when its current run has been stopped.
 *
 * @module
 */
import type { ProcessConfig } from '../config/types.ts';
import { STOPPED_STATES, type StateName } from './machine/states.ts';

/** The process. */
export interface NextConfigOwner {
  readonly state: StateName;
  readonly isActive: boolean;
  /** Asks for a stop; unlike a request of a client it leaves the next configuration as it is. */
  stopForConfig(): void;
  /** Takes the configuration; there is no run. @throws Error when an AUTO log cannot be made */
  reconfigure(config: ProcessConfig): void;
}

export class NextConfig {
  readonly #owner: NextConfigOwner;
  /** Resolves with false where a client has asked for a stop meanwhile. */
  readonly #taken: Promise<boolean>;
  #settle: { readonly resolve: (isToStart: boolean) => void; readonly reject: (error: unknown) => void } =
    NOT_AWAITED;
  #config: ProcessConfig;
  #isStopRequested = false;
  #isDone = false;

  constructor(owner: NextConfigOwner, config: ProcessConfig) {
    this.#owner = owner;
    this.#config = config;
    this.#taken = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  /** True once the configuration was taken. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** The new configuration is still pending. */
  get isToStart(): boolean {
    return !(this.#isDone || this.#isStopRequested);
  }

  /** Another configuration comes in place of the one that was to be taken. */
  replace(config: ProcessConfig): void {
    this.#config = config;
    this.#isStopRequested = false;
  }

  /** Stops the process where it runs. @throws Error when an AUTO log cannot be made */
  take(): Promise<boolean> {
    this.#owner.stopForConfig();
    this.stateChanged();
    return this.#taken;
  }

  /** A client wants the process stopped: nothing starts it again. */
  stopRequested(): void {
    this.#isStopRequested = true;
  }

  /** The configuration is taken in a turn of its own: requests that waited for the stop are answered first. */
  stateChanged(): void {
    if (!this.#isDone && this.#owner.state !== 'STOPPING') {
      setImmediate(() => this.#finish());
    }
  }

  #finish(): void {
    const { state, isActive } = this.#owner;
    if (this.#isDone) {
      return;
    }
    if (isActive) {
      // It was started meanwhile.
      this.#owner.stopForConfig();
      return;
    }
    if (!STOPPED_STATES.has(state)) {
      return;
    }
    this.#isDone = true;
    try {
      this.#owner.reconfigure(this.#config);
      this.#settle.resolve(!this.#isStopRequested);
    } catch (error) {
      this.#settle.reject(error);
    }
  }
}

const NOT_AWAITED = { resolve: () => {}, reject: () => {} };
