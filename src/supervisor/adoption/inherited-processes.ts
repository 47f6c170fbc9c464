/**
 * What this daemon inherits: the processes of an earlier daemon that still run, and after an upgrade the states of the
 * others.
 *
 * @module
 */
import { closeSync, readdirSync } from 'node:fs';
import { changedKeys } from '../../config/diff.ts';
import { fcgiSocketUrl } from '../../config/sections/fcgi.ts';
import { DAEMON_PREFIX } from '../../config/tables/defaults.ts';
import { listenUrl } from '../../config/tables/listen-values.ts';
import { PROGRAM_OPTIONS } from '../../config/tables/program-options.ts';
import { fieldValue, rowOf } from '../../config/tables/record.ts';
import type { FcgiSocketConfig, ProcessConfig } from '../../config/types.ts';
import { type ListenerSnapshot, READY_LISTENER } from '../../events/pool-snapshot.ts';
import { readlinkSync } from '../../io/files.ts';
import { procStat } from '../../io/proc-stat.ts';
import type { MainLog } from '../../logs/main-log.ts';
import { pidfdGetfd, pidfdOpen } from '../../native/posix.ts';
import { findProcess } from '../../process/adoption/find-process.ts';
import type { ProcessRecord } from '../../process/adoption/process-record.ts';
import { stateSurvivesKill } from '../../process/adoption/state-survives-kill.ts';
import { type ChannelEnds, closeEnds } from '../../process/channels/reopen-pipes.ts';
import { needsScope } from '../../process/leftovers/needs.ts';
import { lifecyclePolicy } from '../../process/lifecycle-policy.ts';
import type { BesideRole } from '../../process/machine/life.ts';
import { type InheritedSocket, listensAt } from '../../process/spawn/fcgi-socket.ts';
import { listenDescriptor } from '../../process/spawn/held-sockets.ts';
import { isOfThisBoot } from '../journal/daemon-identity.ts';
import type { Handover } from '../journal/handover.ts';
import { type JournalContents, keyOf } from '../journal/read-journal.ts';

export interface InheritedProcess {
  readonly record: ProcessRecord;
  /** 0 where there is no process: after an upgrade, and for one that waits or pauses. */
  readonly pid: number;
  /** Its daemon was stopping it: the stop is finished, and then it is started as at any start. */
  readonly wasBeingStopped: boolean;
  /** Where an event listener stands, after an upgrade; null where that is not known. */
  readonly listener: ListenerSnapshot | null;
  /** Bytes for its stdin that it has not read yet; mostly null. */
  readonly input: Buffer | null;
  /** The daemon's ends of its channels, after an upgrade. */
  readonly ends: ChannelEnds | null;
}

/** A process beside the one that has the name; both run. */
export interface InheritedBeside extends InheritedProcess {
  readonly role: BesideRole;
}

export class InheritedProcesses {
  readonly #inherited: ReadonlyMap<string, InheritedProcess>;
  readonly #besides: ReadonlyMap<string, InheritedBeside>;
  readonly #groupNames: ReadonlySet<string>;
  readonly #handedOut = new Set<string>();

  /** Records of processes that have ended while no daemon ran, and may have left processes behind. */
  readonly ended: readonly ProcessRecord[];

  /** After an upgrade, in the same process: nothing was lost, and no event reports a start. */
  readonly isUpgrade: boolean;

  constructor(
    inherited: readonly InheritedProcess[],
    isUpgrade = false,
    ended: readonly ProcessRecord[] = [],
    besides: readonly InheritedBeside[] = [],
  ) {
    this.isUpgrade = isUpgrade;
    this.ended = ended;
    this.#groupNames = new Set(inherited.map(({ record }) => record.groupName));
    this.#inherited = byKey(inherited);
    this.#besides = byKey(besides);
  }

  get all(): readonly InheritedProcess[] {
    return [...this.#inherited.values()];
  }

  /** Also those beside others. */
  get running(): readonly InheritedProcess[] {
    return [...this.all.filter(({ pid }) => pid !== 0), ...this.#besides.values()];
  }

  besideOf({ groupName, config }: ProcessRecord): InheritedBeside | null {
    return this.#besides.get(keyOf(groupName, config.name)) ?? null;
  }

  /** Files of AUTO logs that are still written. */
  get autoLogs(): string[] {
    return [...this.all, ...this.#besides.values()].flatMap(({ record: { autoLogs } }) =>
      [autoLogs.stdout, autoLogs.stderr].filter((path) => path !== null),
    );
  }

  /** Whether the group was active before an upgrade. */
  hasGroup(groupName: string): boolean {
    return this.isUpgrade && this.#groupNames.has(groupName);
  }

  /** The record of a configured process; of one that does not run only where its configuration is the same. */
  recordOf(groupName: string, config: ProcessConfig): ProcessRecord | null {
    const { record, pid } = this.#inherited.get(keyOf(groupName, config.name)) ?? {};
    return record !== undefined && (pid !== 0 || isUnchanged(record, config)) ? record : null;
  }

  /** The listening socket that inherited processes have as their stdin; for the first group that asks. */
  socketOf(socket: FcgiSocketConfig, log: MainLog): InheritedSocket {
    const url = fcgiSocketUrl(socket);
    const holder = this.all.find(
      ({ pid, record: { config } }) => pid > 0 && config.socket && fcgiSocketUrl(config.socket) === url,
    );
    if (holder === undefined) {
      return null;
    }
    if (this.#handedOut.has(url)) {
      return 'out of reach';
    }
    this.#handedOut.add(url);
    return this.#descriptorOf(holder, socket, log);
  }

  /** A socket of `listen=` that an inherited process has. @param position of the socket among those of its program */
  listenerOf(socket: FcgiSocketConfig, position: number, log: MainLog): number | null {
    const url = fcgiSocketUrl(socket);
    const holders = this.all.filter(
      ({ pid, record: { config } }) =>
        pid > 0 && config.listen.addresses.some((address) => listenUrl(address) === url),
    );
    for (const { pid } of holders) {
      const descriptor = listenerIn(pid, socket, listenDescriptor(position));
      if (descriptor !== null) return descriptor;
    }
    if (holders.length > 0) {
      log.warn(`socket ${url} cannot be taken from the programs that have it, and is opened anew`);
    }
    return null;
  }

  #descriptorOf({ pid, record }: InheritedProcess, socket: FcgiSocketConfig, log: MainLog): InheritedSocket {
    try {
      const pidfd = pidfdOpen(pid);
      try {
        return requireSocket(pidfdGetfd(pidfd, STDIN), socket);
      } finally {
        closeSync(pidfd);
      }
    } catch (error) {
      const { message } = error as Error;
      log.warn(`the socket of ${record.config.name} (pid ${pid}) cannot be duplicated: ${message}`);
      return 'out of reach';
    }
  }
}

const STDIN = 0;

function byKey<T extends InheritedProcess>(all: readonly T[]): ReadonlyMap<string, T> {
  return new Map(all.map((one) => [keyOfRecord(one), one]));
}

/** A program may have its socket under another number by now. */
function listenerIn(pid: number, socket: FcgiSocketConfig, usual: number): number | null {
  let pidfd: number;
  try {
    pidfd = pidfdOpen(pid);
  } catch {
    return null;
  }
  try {
    for (const descriptor of [usual, ...socketsOf(pid).filter((other) => other !== usual)]) {
      const found = takeSocket(pidfd, descriptor, socket);
      if (found !== null) return found;
    }
    return null;
  } finally {
    closeSync(pidfd);
  }
}

function takeSocket(pidfd: number, descriptor: number, socket: FcgiSocketConfig): number | null {
  try {
    return requireSocket(pidfdGetfd(pidfd, descriptor), socket);
  } catch {
    return null;
  }
}

/** Further descriptors are not looked at: they belong to clients. */
const MOST_SOCKETS = 64;

/** The descriptors of a process that are sockets, the lowest first. */
function socketsOf(pid: number): readonly number[] {
  const found: number[] = [];
  try {
    const descriptors = readdirSync(`/proc/${pid}/fd`).map(Number);
    for (const descriptor of descriptors.sort((left, right) => left - right)) {
      if (readlinkSync(`/proc/${pid}/fd/${descriptor}`).startsWith('socket:')) found.push(descriptor);
      if (found.length === MOST_SOCKETS) break;
    }
  } catch {
    // Those that were found are tried.
  }
  return found;
}

/** A program may have replaced the descriptor. @throws Error for any other descriptor, which is closed */
function requireSocket(descriptor: number, socket: FcgiSocketConfig): number {
  if (listensAt(descriptor, socket)) return descriptor;
  closeSync(descriptor);
  throw new Error('its descriptor is not the socket');
}

/** Whether the process may run on with the configuration: it was started with all that only a restart can change. */
export function isUnchanged(record: ProcessRecord, config: ProcessConfig): boolean {
  return !changedKeys(record.config, config).some(
    ({ key, change }) => change === 'restart' && !isUnknownDefault(record.config, key),
  );
}

/** A key that the record does not have, and whose default comes from `[supervisord]`: nothing to compare with. */
function isUnknownDefault(recorded: ProcessConfig, key: string): boolean {
  if (!Object.hasOwn(PROGRAM_OPTIONS, key)) return false;
  const walked = rowOf(PROGRAM_OPTIONS, key);
  const isFromDaemon = walked.row.defaultFrom?.startsWith(DAEMON_PREFIX) === true;
  return isFromDaemon && fieldValue(recorded, walked) === null;
}

/** The pid of the daemon that writes the journal, where it runs: nothing in its journal is ours then. */
export function runningWriterPid({ daemon }: JournalContents): number | null {
  if (!isOfThisBoot(daemon) || daemon.pid === process.pid) {
    return null;
  }
  const stat = procStat(daemon.pid);
  const isAlive = stat !== null && !stat.isZombie && stat.startTicks === daemon.startTicks;
  return isAlive ? daemon.pid : null;
}

/**
 * Picks what is of use now: the processes that still run, those that wait or pause, and after an upgrade the states of the
 * others.
 *
 * @param contents null where there is nothing to inherit
 */
export function inheritedFrom(contents: JournalContents | null, log: MainLog): InheritedProcesses {
  if (contents === null || !isOfThisBoot(contents.daemon)) {
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

function keyOfRecord({ record }: InheritedProcess): string {
  return keyOf(record.groupName, record.config.name);
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
