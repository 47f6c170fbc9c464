/**
 * The end of a daemon that has nothing to do any more (`exit_when_idle=`).
 *
 * @module
 */
import { setAlarm } from '../../io/timers.ts';
import type { Group } from '../../process/group.ts';
import { STOPPED_STATES } from '../../process/machine/states.ts';
import type { Process } from '../../process/process.ts';

/** A restart and an update of a stock client are a stop and a later start, in requests or commands of their own. */
export const PAUSE_AFTER_REQUEST_MS = 10_000;

export interface IdleHost {
  readonly groups: ReadonlyMap<string, Group>;
  mayStart(): boolean;
  exit(): void;
}

/**
 * Ends the daemon when a program has ended by itself and nothing else is to be done. After a request that leaves
 * nothing to do (a stop, an update, a disable) it waits first for the next one.
 */
export class IdleExit {
  readonly #host: IdleHost;
  #immediate: NodeJS.Immediate | undefined;
  #isAtOnce = false;
  #cancel: (() => void) | null = null;

  constructor(host: IdleHost) {
    this.#host = host;
  }

  /** Something has changed. @param isAtOnce it was not a request of a client */
  look(isAtOnce: boolean): void {
    this.#isAtOnce ||= isAtOnce;
    this.#immediate ??= setImmediate(() => this.#look());
  }

  close(): void {
    clearImmediate(this.#immediate);
    this.#cancel?.();
  }

  #look(): void {
    const isAtOnce = this.#isAtOnce;
    this.#isAtOnce = false;
    this.#immediate = undefined;
    this.#cancel?.();
    this.#cancel = null;
    if (!this.#host.mayStart() || !isIdle(this.#host.groups.values())) return;
    if (isAtOnce) this.#host.exit();
    else this.#cancel = setAlarm(PAUSE_AFTER_REQUEST_MS, () => this.look(true));
  }
}

/** True when no program runs, waits or is to be started again. Event listeners do not count: they serve programs. */
export function isIdle(groups: Iterable<Group>): boolean {
  for (const group of groups) {
    if (group.config.pool === undefined && [...group.processes.values()].some(hasSomethingToDo)) {
      return false;
    }
  }
  return true;
}

function hasSomethingToDo({ state, isWaiting, willRestart, nextRunAt }: Process): boolean {
  return isWaiting || nextRunAt !== null || willRestart || !STOPPED_STATES.has(state);
}
