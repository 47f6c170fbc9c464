/**
 * Adopts the processes that are inherited. One whose configuration is the same runs on; one whose configuration has
 * changed is restarted, and one that is not configured any more is stopped.
 *
 * @module
 */
import type { GroupConfig, ProcessConfig } from '../../config/types.ts';
import type { EventSystem } from '../../events/event-system.ts';
import type { MainLog } from '../../logs/main-log.ts';
import type { Group } from '../../process/group.ts';
import { STOPPED_STATES } from '../../process/machine/states.ts';
import type { Process } from '../../process/process.ts';
import { type InheritedProcess, type InheritedProcesses, isUnchanged } from './inherited-processes.ts';

/** What adoption needs of the daemon. */
export interface Adopter {
  readonly log: MainLog;
  readonly groups: ReadonlyMap<string, Group>;
  readonly events: EventSystem;
  addGroup(config: GroupConfig): boolean;
  removeGroup(name: string): boolean;
  addProcesses(groupName: string, configs: readonly ProcessConfig[]): boolean;
  removeProcess(groupName: string, name: string): boolean;
  mayStart(): boolean;
}

/** A group that is there only until its last process has ended; nothing is ordered by it. */
const PRIORITY = 999;

/** To be called when the configured groups have been added, and before anything is started. */
export function adopt(adopter: Adopter, inherited: InheritedProcesses): void {
  for (const one of inherited.all) {
    const { record } = one;
    const group = adopter.groups.get(record.groupName);
    const process = group?.processes.get(record.config.name);
    if (group === undefined || process === undefined) {
      stopLeftover(adopter, one);
    } else {
      takeOver(adopter, group, process, one);
    }
  }
}

function takeOver(
  adopter: Adopter,
  { config: { pool } }: Group,
  process: Process,
  { record, pid, wasBeingStopped, isListening }: InheritedProcess,
): void {
  const isChanged = !isUnchanged(record, process.config);
  if (pid === 0) {
    // A state that was reached with another configuration means nothing.
    if (!isChanged) {
      process.adopt(record, pid);
    }
    return;
  }
  if (isListening) {
    adopter.events.goOn(process);
  }
  process.adopt(record, pid);
  if (pool !== undefined && !isListening) {
    // The event that it was handling is lost with the earlier daemon.
    stopThen(process, () => startAgain(adopter, process));
  } else if (isChanged || wasBeingStopped) {
    stopThen(process, () => process.config.autostart && startAgain(adopter, process));
  }
}

function startAgain(adopter: Adopter, process: Process): void {
  const isOurs = adopter.groups.get(process.groupName)?.processes.get(process.config.name) === process;
  if (isOurs && adopter.mayStart()) {
    process.start();
  }
}

/** It is in a group as long as it runs, so that it can be seen, and is waited for by a shutdown. */
function stopLeftover(adopter: Adopter, { record, pid }: InheritedProcess): void {
  if (pid === 0) {
    return;
  }
  const { groupName, config } = record;
  const { log } = adopter;
  const { name } = config;
  const isGroupNew = adopter.addGroup({ name: groupName, priority: PRIORITY, processes: [] });
  try {
    adopter.addProcesses(groupName, [config]);
  } catch (error) {
    log.critical(`${name}, which is not configured any more, goes on unwatched: ${(error as Error).message}`);
    return;
  }
  const process = adopter.groups.get(groupName)?.processes.get(name);
  if (process === undefined) {
    return;
  }
  process.adopt(record, pid);
  log.info(`${name} is not configured any more, and is stopped`);
  stopThen(process, () => {
    adopter.removeProcess(groupName, name);
    if (isGroupNew && adopter.groups.get(groupName)?.processes.size === 0) {
      adopter.removeGroup(groupName);
    }
  });
}

/** Calls once when the process is stopped, in a turn of its own. */
function stopThen(process: Process, act: () => void): void {
  const onChange = (): void => {
    if (STOPPED_STATES.has(process.state)) {
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
