/**
 * Adopts the processes that are inherited. One whose configuration is the same runs on; one whose configuration has
 * changed is restarted, and one that is not configured any more is stopped.
 *
 * @module
 */
import type { GroupConfig, ProcessConfig } from '../../config/types.ts';
import type { EventSystem } from '../../events/event-system.ts';
import type { MainLog } from '../../logs/main-log.ts';
import type { ProcessRecord } from '../../process/adoption/process-record.ts';
import { closeEnds } from '../../process/channels/reopen-pipes.ts';
import type { Group } from '../../process/group.ts';
import type { Process } from '../../process/process.ts';
import { adoptBeside, type BesideAdopter } from './adopt-beside.ts';
import { continuesAfterExit } from './inherited-from.ts';
import type { InheritedBeside, InheritedProcess, InheritedProcesses } from './inherited-processes.ts';
import { stopOnlyConfig } from './stop-only-config.ts';
import { isUnchanged } from './unchanged.ts';

/** What adoption needs of the daemon. */
export interface Adopter extends BesideAdopter {
  readonly log: MainLog;
  readonly groups: ReadonlyMap<string, Group>;
  readonly events: EventSystem;
  addGroup(config: GroupConfig): boolean;
  removeGroup(name: string): boolean;
  addProcesses(groupName: string, configs: readonly ProcessConfig[]): boolean;
  removeProcess(groupName: string, name: string): boolean;
  mayStart(): boolean;
  /** The process is not started by itself until `release` is called. */
  holdBack(process: Process): void;
  release(process: Process): void;
}

/** A group that exists only until its last process has ended; it has no order among the others. */
const PRIORITY = 999;

/** To be called when the configured groups have been added, and before anything is started. */
export function adopt(adopter: Adopter, inherited: InheritedProcesses): void {
  for (const one of inherited.all) {
    const { record } = one;
    const beside = inherited.besideOf(record);
    const group = adopter.groups.get(record.groupName);
    const process = group?.processes.get(record.config.name);
    if (group === undefined || process === undefined) {
      stopLeftover(adopter, one, beside);
    } else {
      takeOver(adopter, group, process, one, beside);
    }
  }
}

function takeOver(
  adopter: Adopter,
  group: Group,
  process: Process,
  { record, pid, wasBeingStopped, listener, input, ends }: InheritedProcess,
  beside: InheritedBeside | null,
): void {
  const { pool } = group.config;
  const isChanged = !isUnchanged(record, process.config);
  const isToStart = record.isToStart === true;
  if (pid === 0) {
    // A state that was reached with another configuration does not count, except that a restart was under way.
    if (isChanged) {
      closeEnds(ends);
    } else {
      process.adopt({ record, pid, ends });
    }
    if (isToStart || (isChanged && continuesAfterExit(record))) {
      stopThen(process, () => startAgain(adopter, process));
    } else if (!isChanged && wasBeingStopped) {
      stopThen(process, () => process.config.autostart && startAgain(adopter, process));
    }
    return;
  }
  if (listener !== null) {
    adopter.events.goOn(process, listener);
  }
  process.adopt({ record, pid, input, ends });
  if (listener !== null) {
    adopter.events.adopted(process);
  }
  const hasSuccessor =
    beside?.role === 'successor' &&
    !beside.wasBeingStopped &&
    !wasBeingStopped &&
    !isToStart &&
    isUnchanged(beside.record, process.config);
  if (beside !== null) adoptBeside(adopter, group, process, beside, hasSuccessor);
  if (pool !== undefined && listener === null) {
    // The event that it was handling is lost with the earlier daemon.
    stopThen(process, () => startAgain(adopter, process));
  } else if ((isChanged && !hasSuccessor) || wasBeingStopped || isToStart) {
    const isRestarted = isToStart || process.config.autostart || continuesAfterExit(record);
    stopThen(process, () => isRestarted && startAgain(adopter, process));
  }
}

function startAgain(adopter: Adopter, process: Process): void {
  const isOurs = adopter.groups.get(process.groupName)?.processes.get(process.config.name) === process;
  if (isOurs && adopter.mayStart() && !process.isActive && !process.isDisabled) {
    process.start();
  }
}

/** While it runs it is in a group, so that clients see it and a shutdown waits for it. */
function stopLeftover(
  adopter: Adopter,
  { record, pid, ends }: InheritedProcess,
  beside: InheritedBeside | null,
): void {
  if (pid === 0) {
    closeEnds(ends);
    return;
  }
  const { groupName } = record;
  const { log } = adopter;
  const { name } = record.config;
  const successors = successorsOf(adopter, record);
  const isGroupNew = adopter.addGroup({ name: groupName, priority: PRIORITY, processes: [] });
  const config = stopOnlyConfig(record.config);
  try {
    adopter.addProcesses(groupName, [config]);
  } catch (error) {
    log.critical(
      `${name}, which is not configured any more, cannot be adopted, and runs on without supervision: ${(error as Error).message}`,
    );
    return;
  }
  const group = adopter.groups.get(groupName);
  const process = group?.processes.get(name);
  if (group === undefined || process === undefined) {
    return;
  }
  for (const successor of successors) adopter.holdBack(successor);
  process.adopt({ record, pid, ends });
  if (beside !== null) adoptBeside(adopter, group, process, beside, false);
  log.info(`${name} is not configured any more, and is stopped`);
  stopThen(process, () => {
    // An update or a scale may have added the process again.
    if (!process.isStoppable && process.config === config) adopter.removeProcess(groupName, name);
    if (isGroupNew && adopter.groups.get(groupName)?.processes.size === 0) {
      adopter.removeGroup(groupName);
    }
    for (const successor of successors) adopter.release(successor);
  });
}

/** A program that has moved to another group, or has another name now, must not run twice at a time. */
function successorsOf({ groups }: Adopter, { config: { name, command } }: ProcessRecord): Process[] {
  return [...groups.values()]
    .flatMap((group) => [...group.processes.values()])
    .filter(({ config, pid }) => pid === 0 && (config.name === name || config.command === command));
}

/** Calls once when the process is stopped, in a turn of its own. */
function stopThen(process: Process, act: () => void): void {
  const onChange = (): void => {
    if (process.isStopped) {
      forget();
      setImmediate(act);
    }
  };
  const forget = process.onStateChange(onChange);
  if (process.isStoppable) {
    process.stop();
  }
  onChange();
}
