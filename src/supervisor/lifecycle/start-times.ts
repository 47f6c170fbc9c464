/**
 * When processes were started and when they were ready, for the critical chain.
 *
 * @module
 */
import type { HostedProcess, StateChange } from '../../process/host.ts';
import type { StartTimes } from '../../schedule/critical-chain.ts';
import { processId } from './process-id.ts';

export class StartTimeRecords {
  readonly #times = new Map<string, StartTimes>();

  get all(): ReadonlyMap<string, StartTimes> {
    return this.#times;
  }

  /** @param nowMs on the monotonic clock */
  changed({ groupName, config, hasEndedWell }: HostedProcess, { to }: StateChange, nowMs: number): void {
    const id = processId(groupName, config.name);
    const known = this.#times.get(id) ?? { startedMs: null, readyMs: null };
    if (to === 'STARTING') {
      this.#times.set(id, { startedMs: nowMs, readyMs: null });
    } else if (known.readyMs === null && (to === 'RUNNING' || (to === 'EXITED' && hasEndedWell))) {
      this.#times.set(id, { startedMs: known.startedMs ?? nowMs, readyMs: nowMs });
    } else if (to === 'EXITED' && config.type === 'oneshot' && hasEndedWell) {
      // A oneshot is ready when its work is done.
      this.#times.set(id, { ...known, readyMs: nowMs });
    }
  }

  /** Forgets processes that are not active any more. */
  keepOnly(isActive: (id: string) => boolean): void {
    for (const id of this.#times.keys()) {
      if (!isActive(id)) {
        this.#times.delete(id);
      }
    }
  }
}
