/**
 * Restarts programs with `memory_restart=` that use more memory than that. One timer looks at all of them; without such a
 * program there is none.
 *
 * @module
 */
import { pageBytes } from '../../io/page-size.ts';
import { entryOf, pidsIn, type TableEntry } from '../../io/process-table.ts';
import { setAlarm } from '../../io/timers.ts';
import { cgroupMemory } from '../../process/cgroup/memory.ts';
import type { Group } from '../../process/group.ts';
import { treeOf } from '../../process/leftovers/process-tree.ts';
import type { Process } from '../../process/process.ts';

export interface MemoryLimitsHost {
  readonly groups: ReadonlyMap<string, Group>;
  readonly config: { readonly daemon: { readonly memoryCheckSeconds: number } };
}

/** How many processes of the machine are read before other work has its turn. */
const PROCESSES_A_TURN = 100;

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
    const inTree: Process[] = [];
    for (const process of running) {
      const used = process.cgroup === null ? null : cgroupMemory(process.cgroup);
      if (used === null) {
        inTree.push(process);
      } else {
        restartAbove(process, used);
      }
    }
    if (inTree.length === 0) {
      return;
    }
    const runs = inTree.map((process) => ({ process, run: process.runId }));
    const table = await readGently();
    for (const { process, run } of runs) {
      // It may have ended while the table was read.
      if (!this.#isClosed && process.runId === run && process.state === 'RUNNING') {
        restartAbove(process, treeMemory(process, table));
      }
    }
  }
}

/** Without holding up the daemon, whatever the number of processes on the machine. */
async function readGently(): Promise<TableEntry[]> {
  const table: TableEntry[] = [];
  const pids = pidsIn();
  for (let at = 0; at < pids.length; at += PROCESSES_A_TURN) {
    for (const pid of pids.slice(at, at + PROCESSES_A_TURN)) {
      const entry = entryOf(pid);
      if (entry !== null) table.push(entry);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return table;
}

/** In bytes. Memory that processes share counts for each of them, as in the sum of what ps(1) shows. */
function treeMemory({ record, pid }: Process, table: readonly TableEntry[]): number {
  const tree = treeOf({ root: { pid, startTicks: record.startTicks }, table });
  return tree.reduce((sum, { residentPages }) => sum + residentPages, 0) * pageBytes();
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
