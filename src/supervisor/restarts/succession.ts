/**
 * The replacement of one process by another one of its name, from the start of the successor to the end of the
 * process that is not needed any more.
 *
 * @module
 */
import type { MainLog } from '../../logs/main-log.ts';
import type { Group } from '../../process/group.ts';
import type { HostedProcess, StateChange } from '../../process/host.ts';
import type { Process } from '../../process/process.ts';
import type { Journal } from '../journal/journal.ts';
import { nextStep, takeOverChanges } from './start-first-step.ts';

/** What a succession needs of the daemon. */
export interface SuccessionHost {
  readonly log: MainLog;
  /** Null if the daemon keeps no journal. */
  readonly journal: Pick<Journal, 'tookOver'> | null;
  readonly groups: ReadonlyMap<string, Group>;
  mayStart(): boolean;
  /** Notifies event listeners and dependents of a change. */
  announce(process: HostedProcess, change: StateChange): void;
  /** Another process has the name now. */
  groupsChanged(): void;
}

export interface SuccessionOptions {
  readonly host: SuccessionHost;
  readonly group: Group;
  /** The process that has the name; the other one is beside it. */
  readonly current: Process;
}

/**
 * Completes the replacement, whatever states the two processes are in. Resolves when one of them has ended: with null if
 * the successor has the name, else with the reason.
 */
export function succeed({ host, group, current }: SuccessionOptions): Promise<string | null> {
  return new Promise((resolve) => {
    const { beside } = current;
    if (beside === null) {
      resolve(null);
      return;
    }
    new Succession({ host, group, current }, beside, resolve).look();
  });
}

class Succession {
  readonly #options: SuccessionOptions;
  readonly #resolve: (failure: string | null) => void;
  readonly #forget: readonly (() => void)[];
  #current: Process;
  #beside: Process;
  #failure: string | null = null;
  #isLooking = false;
  #hasChanged = false;
  #isOver = false;

  constructor(options: SuccessionOptions, beside: Process, resolve: (failure: string | null) => void) {
    this.#options = options;
    this.#current = options.current;
    this.#beside = beside;
    this.#resolve = resolve;
    const look = (): void => this.look();
    this.#forget = [this.#current.onStateChange(look), beside.onStateChange(look)];
  }

  /** A step changes the processes: each change is looked at after the step. */
  look(): void {
    this.#hasChanged = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    while (this.#hasChanged && !this.#isOver) {
      this.#hasChanged = false;
      this.#step();
    }
    this.#isLooking = false;
  }

  #step(): void {
    const { host } = this.#options;
    const role = this.#beside.role ?? 'leaving';
    const isInVain = role === 'successor' && !host.mayStart();
    switch (isInVain ? 'give-up' : nextStep(role, this.#current, this.#beside)) {
      case 'wait':
        return;
      case 'take-over':
        this.#takeOver();
        break;
      case 'give-up':
        this.#giveUp();
        break;
      case 'stop':
        this.#beside.stop();
        return;
      case 'end':
        this.#end();
        return;
    }
    this.#hasChanged = true;
  }

  #takeOver(): void {
    const { host, group } = this.#options;
    const [former, successor] = [this.#current, this.#beside];
    const changes = takeOverChanges(former, successor);
    group.takeOver(former, successor);
    this.#current = successor;
    this.#beside = former;
    host.journal?.tookOver(successor);
    const from = former.pid > 0 ? ` from process ${former.pid}` : '';
    host.log.info(`${former.config.name}: process ${successor.pid} takes over${from}`);
    host.groupsChanged();
    for (const { isOfSuccessor, change } of changes) {
      host.announce(isOfSuccessor ? successor : former, change);
    }
  }

  #giveUp(): void {
    const { log } = this.#options.host;
    const { name } = this.#beside.config;
    this.#failure = this.#reason();
    this.#beside.role = 'leaving';
    log.warn(`${name}: its successor has not taken over: ${this.#failure}`);
  }

  #reason(): string {
    if (!this.#options.host.mayStart()) return 'the daemon shuts down';
    if (this.#current.isStoppedForGood) return 'it was stopped';
    const { spawnError, state } = this.#beside;
    return spawnError || (state === 'EXITED' ? 'it exited' : `it is ${state}`);
  }

  #end(): void {
    this.#isOver = true;
    for (const forget of this.#forget) forget();
    this.#options.group.dropBeside(this.#current);
    this.#resolve(this.#failure);
    // For requests that wait until both have stopped.
    this.#current.reportChanged();
  }
}
