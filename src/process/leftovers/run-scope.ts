/**
 * The scope of a process with `kill_mode`: which processes belong to it while it runs, and how those that it leaves
 * behind are killed. It is the process group, the cgroup, or, where cgroups are not available, the descendants that
 * /proc shows.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KillMode } from '../../config/tables/values.ts';
import type { ProcessConfig } from '../../config/types.ts';
import { readProcessTable } from '../../io/process-table.ts';
import type { MainLog } from '../../logs/main-log.ts';
import { isPopulated, killAll, numberAt, processesIn, removeCgroup, textOf } from '../cgroup/cgroup-files.ts';
import type { Cgroups } from '../cgroup/cgroups.ts';
import { limitChanges, limitFiles } from '../cgroup/limit-files.ts';
import { type Life, nameOfLife } from '../machine/life.ts';
import { killEach, killRemaining } from './kill-loop.ts';
import { needsCgroup } from './needs.ts';
import { type TreeRoot, treeOf } from './process-tree.ts';

export interface RunScopeOptions {
  readonly config: ProcessConfig;
  readonly groupName: string;
  /** 0 if left out. */
  readonly life?: Life | undefined;
  readonly host: ScopeHost;
}

/** What a scope needs of the daemon. */
export interface ScopeHost {
  readonly log: MainLog;
  /** Null in a daemon in which no program needs them. */
  readonly cgroups: Cgroups | null;
  readonly runtimeFolder: string | null;
}

/** What a child is started with. */
export interface ScopeSpawnOptions {
  /** Null where it has none of its own. */
  readonly cgroup: string | null;
  readonly environment: Readonly<Record<string, string>>;
}

/** Descendants have it in their environment, also those that have a session and a parent of their own. */
const RUN_VARIABLE = 'SUPERVISOR_RUN_ID';

export class RunScope {
  readonly #options: RunScopeOptions;
  #cgroup: string | null = null;
  /** How many processes the kernel had killed in the cgroup before. */
  #oomKills = 0;
  #root: TreeRoot = { pid: 0, startTicks: null };
  /** Descendants that were seen before a signal: start times by pid. */
  readonly #seen = new Map<number, number>();
  #runName = '';

  constructor(options: RunScopeOptions) {
    this.#options = options;
  }

  /** Of the configuration as it is now. */
  get #killMode(): KillMode | null {
    return this.#options.config.killMode;
  }

  /** To be called before a spawn. @param runId as of the process @throws ErrnoException where its cgroup cannot be made */
  open(runId: number): ScopeSpawnOptions {
    const { config, groupName, life, host } = this.#options;
    this.#seen.clear();
    this.#runName = this.#nameOf(runId);
    this.#cgroup = needsCgroup(config)
      ? (host.cgroups?.make(groupName, nameOfLife(config.name, life), limitFiles(config)) ?? null)
      : null;
    this.#oomKills = oomKillsIn(this.#cgroup);
    return {
      cgroup: this.#cgroup,
      environment: this.#killMode === 'cgroup' ? { [RUN_VARIABLE]: this.#runName } : {},
    };
  }

  /** The process runs. */
  begin(root: TreeRoot): void {
    this.#root = root;
  }

  /** The process was started by an earlier daemon, or by this one under another configuration. */
  resume(runId: number, root: TreeRoot): void {
    const { config, groupName, life, host } = this.#options;
    this.#runName = this.#nameOf(runId);
    this.#cgroup = host.cgroups?.find(groupName, nameOfLife(config.name, life), root.pid) ?? null;
    this.#oomKills = oomKillsIn(this.#cgroup);
    this.#root = root;
  }

  /** The process runs on with another configuration. */
  reconfigured(before: ProcessConfig): void {
    const { config, host } = this.#options;
    if (this.#cgroup !== null) {
      host.cgroups?.change(this.#cgroup, config.name, limitChanges(before, config));
    }
  }

  /** Its cgroup; null where it has none of its own. */
  get cgroup(): string | null {
    return this.#cgroup;
  }

  /** How many of its processes the kernel has killed for want of memory in this run, as far as this daemon saw it. */
  get oomKills(): number {
    return Math.max(0, oomKillsIn(this.#cgroup) - this.#oomKills);
  }

  /** To be called before a signal that may end the process: its children get another parent then. */
  remember(): void {
    if (this.#killMode === 'cgroup' && this.#cgroup === null) {
      for (const { pid, startTicks } of this.#tree()) this.#seen.set(pid, startTicks);
    }
  }

  /** The process has exited: ends what it has left behind. @param done called once, at once where there is nothing */
  end(done: () => void): void {
    const finish = (): void => {
      if (this.#cgroup !== null) removeCgroup(this.#cgroup);
      this.#cgroup = null;
      done();
    };
    if (this.#killMode === 'process' || this.#killMode === null) {
      finish();
      return;
    }
    killRemaining({
      remaining: () => this.#remaining(),
      kill: (pids) => this.#kill(pids),
      onEnd: (killed, left) => {
        this.#report(killed, left);
        finish();
      },
    });
  }

  #remaining(): readonly number[] {
    if (this.#killMode === 'group') {
      return hasGroup(this.#root.pid) ? this.#tree().flatMap((entry) => this.#inGroup(entry)) : [];
    }
    if (this.#cgroup === null) {
      return this.#tree().map(({ pid }) => pid);
    }
    return isPopulated(this.#cgroup) ? processesIn(this.#cgroup) : [];
  }

  #inGroup({ pid, group }: { readonly pid: number; readonly group: number }): number[] {
    return group === this.#root.pid ? [pid] : [];
  }

  #kill(pids: readonly number[]): void {
    if (this.#cgroup === null) {
      killEach(pids);
    } else {
      killAll(this.#cgroup);
    }
  }

  #tree(): ReturnType<typeof treeOf> {
    const isByName = this.#killMode === 'cgroup';
    return treeOf({
      root: this.#root,
      table: readProcessTable(),
      known: this.#seen,
      ...(isByName && { hasEnvironment: (pid) => hasVariable(pid, `${RUN_VARIABLE}=${this.#runName}`) }),
    });
  }

  #report(killed: readonly number[], left: readonly number[]): void {
    const {
      config,
      host: { log },
    } = this.#options;
    if (killed.length > 0) {
      log.info(`killed what ${config.name} had left behind: ${pidList(killed)}`);
    }
    if (left.length > 0) {
      log.warn(`${config.name} has left processes behind that do not end: ${pidList(left)}`);
    }
  }

  /** The same for a later daemon, and for no other run of any daemon. */
  #nameOf(runId: number): string {
    const { groupName, config, host } = this.#options;
    const text = [host.runtimeFolder ?? process.pid, groupName, config.name, runId].join('\0');
    return createHash('sha1').update(text).digest('hex').slice(0, 20);
  }
}

const MOST_LISTED = 10;

function pidList(pids: readonly number[]): string {
  const more = pids.length > MOST_LISTED ? ` and ${pids.length - MOST_LISTED} more` : '';
  return `${pids.length === 1 ? 'process' : 'processes'} ${pids.slice(0, MOST_LISTED).join(', ')}${more}`;
}

function oomKillsIn(cgroup: string | null): number {
  return cgroup === null ? 0 : (numberAt(textOf(join(cgroup, 'memory.events')), 'oom_kill') ?? 0);
}

function hasGroup(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function hasVariable(pid: number, variable: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(variable);
  } catch {
    return false;
  }
}
