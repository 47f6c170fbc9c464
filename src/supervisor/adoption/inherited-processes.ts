/**
 * What this daemon inherits: the processes of an earlier daemon that still run, and after an upgrade the states of the
 * others.
 *
 * @module
 */
import { fcgiSocketUrl } from '../../config/sections/fcgi.ts';
import { listenUrl } from '../../config/tables/listen-values.ts';
import type { FcgiSocketConfig, ProcessConfig } from '../../config/types.ts';
import type { ListenerSnapshot } from '../../events/pool-snapshot.ts';
import type { MainLog } from '../../logs/main-log.ts';
import type { ProcessRecord } from '../../process/adoption/process-record.ts';
import type { ChannelEnds } from '../../process/channels/reopen-pipes.ts';
import type { BesideRole } from '../../process/machine/life.ts';
import type { InheritedSocket } from '../../process/spawn/fcgi-socket.ts';
import { listenDescriptor } from '../../process/spawn/held-sockets.ts';
import { keyOf } from '../journal/read-journal.ts';
import { listenerIn, stdinSocketOf } from './inherited-sockets.ts';
import { isUnchanged } from './unchanged.ts';

export interface InheritedProcess {
  readonly record: ProcessRecord;
  /** 0 where there is no process: after an upgrade, and for one that waits or pauses. */
  readonly pid: number;
  /** Its daemon was stopping it: the stop is finished, and then it is started as at any start. */
  readonly wasBeingStopped: boolean;
  /** The state of an event listener, after an upgrade; null where it is not known. */
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
    return stdinSocketOf(holder, socket, log);
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
}

function byKey<T extends InheritedProcess>(all: readonly T[]): ReadonlyMap<string, T> {
  return new Map(all.map((one) => [keyOfRecord(one), one]));
}

/** The same for the processes of a name. */
export function keyOfRecord({ record }: InheritedProcess): string {
  return keyOf(record.groupName, record.config.name);
}
