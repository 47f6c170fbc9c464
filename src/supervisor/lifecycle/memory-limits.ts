/**
 * Restarts programs with `memory_restart=` that use more memory than that. One timer looks at all of them; without such a
 * program there is none.
 *
 * @module
 */
import { setAlarm } from '../../io/timers.ts';
import type { Group } from '../../process/group.ts';
import type { Process } from '../../process/process.ts';
import { usageOf } from '../../process/usage/usage.ts';

export interface MemoryLimitsHost {
  readonly groups: ReadonlyMap<string, Group>;
  readonly config: { readonly daemon: { readonly memoryCheckSeconds: number } };
}

export class MemoryLimits {
  readonly #host: MemoryLimitsHost;
  #cancel: (() => void) | null = null;
  #isClosed = false;

  constructor(host: MemoryLimitsHost) {
    this.#host = host;
  }

  /** To be called when programs were added or removed. */
  groupsChanged(): void {
    if (this.#limited().length === 0) {
      this.#cancel?.();
      this.#cancel = null;
    } else if (this.#cancel === null) {
      this.#arm();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
    this.#cancel = null;
  }

  #limited(): Process[] {
    return [...this.#host.groups.values()]
      .flatMap((group) => [...group.processes.values()])
      .filter(({ config }) => config.resources.memoryRestart !== null);
  }

  #arm(): void {
    const cancel = setAlarm(this.#host.config.daemon.memoryCheckSeconds * 1000, () => {
      void this.#look().finally(() => {
        if (this.#cancel === cancel) this.#arm();
      });
    });
    this.#cancel = cancel;
  }

  async #look(): Promise<void> {
    const running = this.#limited().filter(({ state }) => state === 'RUNNING');
    if (running.length === 0) {
      return;
    }
    const runs = running.map(({ runId }) => runId);
    const usage = await usageOf(running);
    for (const [index, process] of running.entries()) {
      // It may have ended meanwhile.
      if (!this.#isClosed && process.runId === runs[index] && process.state === 'RUNNING') {
        restartAbove(process, usage[index]?.residentBytes ?? 0);
      }
    }
  }
}

function restartAbove(process: Process, used: number): void {
  const limit = process.config.resources.memoryRestart;
  if (limit !== null && used > limit) {
    const reason = `it uses ${megabytes(used)} MB of memory, and may use ${megabytes(limit)} MB`;
    process.advance({ type: 'restart', reason, countsAsFailure: false });
  }
}

function megabytes(bytes: number): string {
  const text = (bytes / 1024 ** 2).toFixed(1);
  return text.endsWith('.0') ? text.slice(0, -2) : text;
}
