/**
 * Adopts the processes that are inherited. One whose configuration is the same runs on; one whose configuration has
 * changed is restarted, and one that is not configured any more is stopped.
 *
 * @module
 */
import { defaultConfig } from '../../config/tables/defaults.ts';
import { PROGRAM_OPTIONS } from '../../config/tables/program-options.ts';
import type { GroupConfig, ProcessConfig } from '../../config/types.ts';
import type { EventSystem } from '../../events/event-system.ts';
import type { MainLog } from '../../logs/main-log.ts';
import type { ProcessRecord } from '../../process/adoption/process-record.ts';
import { closeEnds } from '../../process/channels/reopen-pipes.ts';
import type { Group } from '../../process/group.ts';
import { STOPPED_STATES } from '../../process/machine/states.ts';
import type { Process } from '../../process/process.ts';
import {
  goesOnAfterItsEnd,
  type InheritedProcess,
  type InheritedProcesses,
  isUnchanged,
} from './inherited-processes.ts';

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
  /** The process is not started by itself until `release` is called. */
  holdBack(process: Process): void;
  release(process: Process): void;
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
  { record, pid, wasBeingStopped, listener, input, ends }: InheritedProcess,
): void {
  const isChanged = !isUnchanged(record, process.config);
  const isToStart = record.isToStart === true;
  if (pid === 0) {
    // A state that was reached with another configuration means nothing, but that a restart was under way.
    if (isChanged) {
      closeEnds(ends);
    } else {
      process.adopt({ record, pid, ends });
    }
    if (isToStart || (isChanged && goesOnAfterItsEnd(record))) {
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
  if (pool !== undefined && listener === null) {
    // The event that it was handling is lost with the earlier daemon.
    stopThen(process, () => startAgain(adopter, process));
  } else if (isChanged || wasBeingStopped || isToStart) {
    const isRestarted = isToStart || process.config.autostart || goesOnAfterItsEnd(record);
    stopThen(process, () => isRestarted && startAgain(adopter, process));
  }
}

function startAgain(adopter: Adopter, process: Process): void {
  const isOurs = adopter.groups.get(process.groupName)?.processes.get(process.config.name) === process;
  if (isOurs && adopter.mayStart() && !process.isActive && !process.isDisabled) {
    process.start();
  }
}

/** It is in a group as long as it runs, so that it can be seen, and a shutdown waits for it. */
function stopLeftover(adopter: Adopter, { record, pid, ends }: InheritedProcess): void {
  if (pid === 0) {
    closeEnds(ends);
    return;
  }
  const { groupName } = record;
  const { log } = adopter;
  const { name } = record.config;
  const successors = successorsOf(adopter, record);
  const isGroupNew = adopter.addGroup({ name: groupName, priority: PRIORITY, processes: [] });
  try {
    adopter.addProcesses(groupName, [onlyToBeStopped(record.config)]);
  } catch (error) {
    log.critical(`${name}, which is not configured any more, goes on unwatched: ${(error as Error).message}`);
    return;
  }
  const process = adopter.groups.get(groupName)?.processes.get(name);
  if (process === undefined) {
    return;
  }
  for (const successor of successors) adopter.holdBack(successor);
  process.adopt({ record, pid, ends });
  log.info(`${name} is not configured any more, and is stopped`);
  stopThen(process, () => {
    adopter.removeProcess(groupName, name);
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

/**
 * The configuration of a process that only the record has. Nothing may be started from it: the commands of the
 * record are left out.
 */
function onlyToBeStopped(recorded: ProcessConfig): ProcessConfig {
  const { name, priority, stdout, stderr, redirectStderr, exitCodes, socket } = recorded;
  const { stopSignal, stopWaitSeconds, stopAsGroup, killAsGroup, killMode } = recorded;
  return {
    ...defaultConfig(PROGRAM_OPTIONS),
    ...{ name, priority, stdout, stderr, redirectStderr, exitCodes },
    ...{ stopSignal, stopWaitSeconds, stopAsGroup, killAsGroup, killMode },
    ...(socket === undefined ? {} : { socket }),
    command: '',
    environment: {},
    autostart: false,
    autorestart: 'never',
  };
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
