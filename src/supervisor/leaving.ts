/**
 * How the daemon leaves the state RUNNING: by a shutdown, or by a restart, which makes a new supervisor with the
 * next configuration.
 *
 * @module
 */
import type { Config } from '../config/types.ts';
import type { SupervisorState } from './supervisor-view.ts';

/** How a supervisor ended: for good, or to be followed by one with a new configuration. */
export type Ending =
  | { readonly kind: 'shutdown'; readonly exitStatus: number }
  | {
      readonly kind: 'restart';
      readonly config: Config;
      /** Wall time of the request, in milliseconds. */
      readonly leftAtMs: number;
    };

export class Leaving {
  readonly ended: Promise<Ending>;
  readonly #stopAll: (onStopped: () => void) => void;
  #state: SupervisorState = 'RUNNING';
  /** Of the daemon, for a shutdown that a program has caused. */
  #exitStatus = 0;
  #next: { readonly config: Config; readonly leftAtMs: number } | null = null;
  #end: (ending: Ending) => void = () => {};

  /** @param stopAll stops everything, at the first request to leave; calls back when nothing is left to be stopped */
  constructor(stopAll: (onStopped: () => void) => void) {
    this.#stopAll = stopAll;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  get state(): SupervisorState {
    return this.#state;
  }

  shutdown(exitStatus = 0): void {
    if (this.#state === 'RUNNING') {
      this.#exitStatus = exitStatus;
    }
    this.#leave('SHUTDOWN');
  }

  /** @param nowMs wall time */
  restart(config: Config, nowMs: number): void {
    this.#next = { config, leftAtMs: this.#next?.leftAtMs ?? nowMs };
    this.#leave('RESTARTING');
  }

  #leave(state: 'SHUTDOWN' | 'RESTARTING'): void {
    const isLeaving = this.#state !== 'RUNNING';
    this.#state = state;
    if (!isLeaving) {
      this.#stopAll(() => this.#stopped());
    }
  }

  #stopped(): void {
    this.#end(
      this.#state === 'RESTARTING' && this.#next !== null
        ? { kind: 'restart', ...this.#next }
        : { kind: 'shutdown', exitStatus: this.#exitStatus },
    );
  }
}
