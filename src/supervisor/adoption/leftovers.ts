/**
 * Kills the processes that programs have left behind which ended while no daemon ran, if their `kill_mode` asks for
 * that, and removes their cgroups.
 *
 * @module
 */
import type { MainLog } from '../../logs/main-log.ts';
import type { ProcessRecord } from '../../process/adoption/process-record.ts';
import { removeCgroup } from '../../process/cgroup/cgroup-files.ts';
import { type Cgroups, isCgroupOf } from '../../process/cgroup/cgroups.ts';
import type { Group } from '../../process/group.ts';
import { RunScope } from '../../process/leftovers/run-scope.ts';
import { nameOfLife } from '../../process/machine/life.ts';
import { pidOf } from '../../process/machine/machine.ts';
import type { Process } from '../../process/process.ts';

export interface LeftoversHost {
  readonly log: MainLog;
  readonly groups: ReadonlyMap<string, Group>;
  readonly cgroups: Cgroups | null;
  readonly runtimeFolder: string | null;
  allProcesses(): Process[];
  /** The process is not started by itself until `release` is called. */
  holdBack(process: Process): void;
  release(process: Process): void;
}

/** To be called after adoption, and before anything is started: a program starts when nothing of its last run is left. */
export function endLeftovers(host: LeftoversHost, ended: readonly ProcessRecord[]): void {
  for (const record of ended) {
    endLeftoversOf(host, record);
  }
  removeUnused(host);
}

function endLeftoversOf(host: LeftoversHost, record: ProcessRecord): void {
  const { config, groupName, life, machine, startTicks } = record;
  const pid = pidOf(machine.state);
  if (pid === 0) {
    return;
  }
  const successor = host.groups.get(groupName)?.processes.get(config.name);
  const scope = new RunScope({ config, groupName, life, host });
  scope.resume(machine.history.startedMonotonicMs, { pid, startTicks });
  let isOver = false;
  scope.end(() => {
    isOver = true;
    if (successor !== undefined) host.release(successor);
  });
  if (!isOver && successor !== undefined) {
    host.holdBack(successor);
  }
}

/** A cgroup with processes stays: only `kill_mode` kills what a program leaves behind. */
function removeUnused(host: LeftoversHost): void {
  const running = host.allProcesses().filter(({ pid }) => pid > 0);
  for (const cgroup of host.cgroups?.all() ?? []) {
    if (
      !running.some(({ groupName, config, life }) =>
        isCgroupOf(cgroup, groupName, nameOfLife(config.name, life)),
      )
    ) {
      removeCgroup(cgroup);
    }
  }
}
