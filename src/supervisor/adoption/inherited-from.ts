/**
 * What a daemon inherits by the journal of an earlier one.
 *
 * @module
 */
import { type ListenerSnapshot, READY_LISTENER } from '../../events/pool-snapshot.ts';
import type { MainLog } from '../../logs/main-log.ts';
import { findProcess } from '../../process/adoption/find-process.ts';
import type { ProcessRecord } from '../../process/adoption/process-record.ts';
import { stateSurvivesKill } from '../../process/adoption/state-survives-kill.ts';
import { closeEnds } from '../../process/channels/reopen-pipes.ts';
import { needsScope } from '../../process/leftovers/needs.ts';
import { lifecyclePolicy } from '../../process/lifecycle-policy.ts';
import type { BesideRole } from '../../process/machine/life.ts';
import { isOfThisBoot } from '../journal/daemon-identity.ts';
import type { Handover } from '../journal/handover.ts';
import { type JournalContents, keyOf } from '../journal/read-journal.ts';
import {
  type InheritedBeside,
  type InheritedProcess,
  InheritedProcesses,
  keyOfRecord,
} from './inherited-processes.ts';

/** The processes that still run, those that wait or pause, and after an upgrade the states of the others. */
export function inheritedFrom(contents: JournalContents, log: MainLog): InheritedProcesses {
  if (!isOfThisBoot(contents.daemon)) {
    return new InheritedProcesses([]);
  }
  const { isLeaving, handover } = contents;
  const inheritedOf = (record: ProcessRecord, role: BesideRole | null): InheritedProcess => {
    const key = keyOf(record.groupName, record.config.name, role);
    return {
      record,
      pid: pidOf(record, log),
      wasBeingStopped: handover === null && (isLeaving || role === 'leaving' || isStoppedForGood(record)),
      listener: handover === null || role !== null ? null : listenerOf(record, handover),
      input: handover?.inputs[key] ?? null,
      ends: handover?.ends[key] ?? null,
    };
  };
  const recorded = contents.records.map((record) => inheritedOf(record, null));
  const recordedBesides = contents.besides.map(({ role, record }) => ({
    ...inheritedOf(record, role),
    role,
  }));
  const { inherited, besides } = withoutGaps(recorded, recordedBesides);
  for (const { ends } of recordedBesides.filter(({ pid }) => pid === 0)) closeEnds(ends);
  if (handover !== null) {
    return new InheritedProcesses(inherited, true, [], besides);
  }
  const ended = [...recorded, ...recordedBesides].filter(
    ({ pid, record }) => pid === 0 && needsScope(record.config) && (isLeaving || !continuesAfterExit(record)),
  );
  return new InheritedProcesses(
    inherited.filter(({ record, pid }) => pid > 0 || (!isLeaving && goesOn(record))),
    false,
    ended.map(({ record }) => record),
    besides,
  );
}

/** If one of two processes of a name has ended, the other one has the name. */
function withoutGaps(
  recorded: readonly InheritedProcess[],
  recordedBesides: readonly InheritedBeside[],
): { readonly inherited: readonly InheritedProcess[]; readonly besides: readonly InheritedBeside[] } {
  const running = new Set(recorded.filter(({ pid }) => pid !== 0).map(keyOfRecord));
  const besides = recordedBesides.filter(({ pid }) => pid !== 0);
  const inPlace = new Map(
    besides.flatMap((one) => (running.has(keyOfRecord(one)) ? [] : [[keyOfRecord(one), one] as const])),
  );
  return {
    inherited: [...recorded.filter((one) => !inPlace.has(keyOfRecord(one))), ...inPlace.values()],
    besides: besides.filter((one) => running.has(keyOfRecord(one))),
  };
}

/** Older versions hand over only the names of the listeners that wait for an event. */
function listenerOf(
  { groupName, config: { name } }: ProcessRecord,
  { pools, listening }: Handover,
): ListenerSnapshot | null {
  const known = pools[groupName]?.listeners[name];
  return known ?? (listening.includes(keyOf(groupName, name)) ? READY_LISTENER : null);
}

/** The state machine of a process that is being restarted, or has failed, knows what follows its end. */
function isStoppedForGood({ machine: { state } }: ProcessRecord): boolean {
  return state.name === 'STOPPING' && state.sequel === undefined;
}

function goesOn(record: ProcessRecord): boolean {
  const { config, machine } = record;
  return continuesAfterExit(record) || stateSurvivesKill(machine, lifecyclePolicy(config), config.exitCodes);
}

/** It was being stopped, to be started again or given up, and may have ended while no daemon ran. */
export function continuesAfterExit({ machine: { state }, isToStart }: ProcessRecord): boolean {
  return (
    state.name === 'STOPPING' && state.pid !== null && (state.sequel !== undefined || isToStart === true)
  );
}

function pidOf(record: ProcessRecord, log: MainLog): number {
  const { pid, strangerPid } = findProcess(record);
  if (strangerPid !== null) {
    log.warn(
      `${record.config.name} is not adopted: process ${strangerPid} has neither its channels, its environment nor its command`,
    );
  }
  return pid;
}
