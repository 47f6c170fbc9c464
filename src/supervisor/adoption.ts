/**
 * Takes over the processes that an earlier daemon has left. Who runs what the configuration says goes on without
 * noticing; who runs something else is restarted, and who is in no configuration any more is stopped.
 *
 * @module
 */
import type { GroupConfig, ProcessConfig } from '../config/types.ts';
import type { EventSystem } from '../events/event-system.ts';
import type { MainLog } from '../logs/main-log.ts';
import type { Group } from '../process/group.ts';
import { STOPPED_STATES } from '../process/machine/states.ts';
import type { Process } from '../process/process.ts';
import { type Inherited, isUnchanged, type Legacy } from './legacy.ts';

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
export function adopt(adopter: Adopter, legacy: Legacy): void {
  for (const inherited of legacy.all) {
    const { record } = inherited;
    const group = adopter.groups.get(record.groupName);
    const process = group?.processes.get(record.config.name);
    if (group === undefined || process === undefined) {
      stopLeftover(adopter, inherited);
    } else {
      takeOver(adopter, group, process, inherited);
    }
  }
}

function takeOver(
  adopter: Adopter,
  { config: { pool } }: Group,
  process: Process,
  { record, pid, wasLeft, isListening }: Inherited,
): void {
  const isChanged = !isUnchanged(record, process.config);
  if (pid === 0) {
    // What one was that does not run is nothing to another configuration.
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
    // In the middle of which event it is, only the daemon knew that has died.
    stopThen(process, () => startAgain(adopter, process));
  } else if (isChanged || wasLeft) {
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
function stopLeftover(adopter: Adopter, { record, pid }: Inherited): void {
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
