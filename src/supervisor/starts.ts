/**
 * When processes with autostart start: those of the configuration when the daemon has started, those that are added
 * later at once, and those that wait for an adopted process when that has ended.
 *
 * @module
 */
import type { Group } from '../process/group.ts';
import type { Process } from '../process/process.ts';
import { autostart } from './autostart.ts';

export interface StartsHost {
  readonly groups: ReadonlyMap<string, Group>;
  mayStart(): boolean;
}

export class Starts {
  readonly #host: StartsHost;
  readonly #heldBack = new Set<Process>();
  #isBegun = false;

  constructor(host: StartsHost) {
    this.#host = host;
  }

  /** Starts these; from now on processes that are added start at once. @param done called when all have had their turn */
  begin(processes: readonly Process[], done: () => void): void {
    this.#isBegun = true;
    this.#start(processes, done);
  }

  added(processes: readonly Process[]): void {
    if (this.#isBegun) {
      this.#start(processes);
    }
  }

  /** The process does not start by itself before `release` is called. */
  holdBack(process: Process): void {
    this.#heldBack.add(process);
  }

  release(process: Process): void {
    this.#heldBack.delete(process);
    this.added([process]);
  }

  #start(processes: readonly Process[], done?: () => void): void {
    autostart(processes, (process) => this.#startsByItself(process), done);
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
