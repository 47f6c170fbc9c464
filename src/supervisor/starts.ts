/**
 * When processes with autostart start: those of the configuration when the daemon has started, those that are added
 * later at once, and those that wait for an adopted process when that has ended.
 *
 * @module
 */
import type { Group } from '../process/group.ts';
import type { Process } from '../process/process.ts';
import { type Autostart, autostart } from './autostart.ts';

export interface StartsHost {
  readonly groups: ReadonlyMap<string, Group>;
  mayStart(): boolean;
}

export class Starts {
  readonly #host: StartsHost;
  readonly #heldBack = new Set<Process>();
  #isBegun = false;
  #added: Process[] = [];

  constructor(host: StartsHost) {
    this.#host = host;
  }

  /** Starts these; from now on processes that are added start at once. @param done called when all have had their turn */
  begin(processes: readonly Process[], done: () => void): void {
    this.#isBegun = true;
    this.#start({ processes, done, isAtOnce: false });
  }

  /** They start when the request that adds them has been handled, or this turn of the loop is over. */
  added(processes: readonly Process[]): void {
    if (!this.#isBegun) return;
    if (this.#added.length === 0) setImmediate(() => this.startAdded());
    this.#added.push(...processes);
  }

  /** A client that has added a group finds it started, as in the reference. */
  startAdded(): void {
    if (this.#added.length === 0) return;
    const processes = this.#added;
    this.#added = [];
    this.#start({ processes, isAtOnce: true });
  }

  /** The process does not start by itself before `release` is called. */
  holdBack(process: Process): void {
    this.#heldBack.add(process);
  }

  release(process: Process): void {
    this.#heldBack.delete(process);
    this.added([process]);
  }

  #start(starts: Omit<Autostart, 'isWanted'>): void {
    autostart({ ...starts, isWanted: (process) => this.#startsByItself(process) });
  }

  #startsByItself(process: Process): boolean {
    const { config, groupName, state, startedAt, isWaiting, isDisabled } = process;
    return (
      this.#host.mayStart() &&
      (config.schedule.cron === null ? config.autostart : config.schedule.runsOnStart) &&
      !isDisabled &&
      !this.#heldBack.has(process) &&
      state === 'STOPPED' &&
      startedAt === 0 &&
      !isWaiting &&
      this.#host.groups.get(groupName)?.processes.get(config.name) === process
    );
  }
}
