/**
 * What an earlier daemon, which was killed, has left to this one: the processes that it started and that still run.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import { isSame } from '../config/diff.ts';
import { fcgiSocketUrl } from '../config/sections/fcgi.ts';
import type { FcgiSocketConfig, ProcessConfig } from '../config/types.ts';
import { procStat } from '../io/proc-stat.ts';
import type { MainLog } from '../logs/main-log.ts';
import { pidfdGetfd, pidfdOpen } from '../native/posix.ts';
import { pidOfRecord } from '../process/adoption/adopt-process.ts';
import type { ProcessRecord } from '../process/adoption/process-record.ts';
import type { InheritedSocket } from '../process/spawn/fcgi-socket.ts';
import type { Handover } from './handover.ts';
import { type DaemonIdentity, type JournalContents, keyOf, thisDaemon } from './journal-format.ts';

export interface Inherited {
  readonly record: ProcessRecord;
  /** 0 where there is no process, which is so only after an upgrade. */
  readonly pid: number;
  /** True where the process must not simply go on: its daemon was stopping it, or about to, and starts as at any start. */
  readonly wasLeft: boolean;
  /** True for an event listener that waits for an event, and may be sent one. */
  readonly isListening: boolean;
}

export class Legacy {
  readonly #inherited: ReadonlyMap<string, Inherited>;
  readonly #groupNames: ReadonlySet<string>;
  readonly #handedOut = new Set<string>();

  /** This very process goes on as another program: nothing was lost, and nobody is told of a start. */
  readonly isUpgrade: boolean;

  constructor(inherited: readonly Inherited[], isUpgrade = false) {
    this.isUpgrade = isUpgrade;
    this.#groupNames = new Set(inherited.map(({ record }) => record.groupName));
    this.#inherited = new Map(
      inherited.map((one) => [keyOf(one.record.groupName, one.record.config.name), one]),
    );
  }

  get all(): readonly Inherited[] {
    return [...this.#inherited.values()];
  }

  /** Files of the logs that the daemon named itself, which are written on. */
  get autoLogs(): string[] {
    return this.all.flatMap(({ record: { autoLogs } }) =>
      [autoLogs.stdout, autoLogs.stderr].filter((path) => path !== null),
    );
  }

  /** Whether an upgrade has left the group. */
  hasGroup(groupName: string): boolean {
    return this.isUpgrade && this.#groupNames.has(groupName);
  }

  /** What there is of a configured process. What one was that does not run is nothing to another configuration. */
  recordOf(groupName: string, config: ProcessConfig): ProcessRecord | null {
    const { record, pid } = this.#inherited.get(keyOf(groupName, config.name)) ?? {};
    return record !== undefined && (pid !== 0 || isUnchanged(record, config)) ? record : null;
  }

  /** The listening socket that processes of an earlier daemon have as their stdin; for the first group that asks. */
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
    return this.#descriptorOf(holder, log);
  }

  #descriptorOf({ pid, record }: Inherited, log: MainLog): InheritedSocket {
    try {
      const pidfd = pidfdOpen(pid);
      try {
        return pidfdGetfd(pidfd, STDIN);
      } finally {
        closeSync(pidfd);
      }
    } catch (error) {
      const { message } = error as Error;
      log.warn(`the socket of ${record.config.name} (pid ${pid}) cannot be taken over: ${message}`);
      return 'out of reach';
    }
  }
}

const STDIN = 0;

/** Whether the process was started with what the configuration says now. */
export function isUnchanged(record: ProcessRecord, config: ProcessConfig): boolean {
  return isSame(record.config, plain(config));
}

/** As it comes back from a file: keys without a value are not there. */
function plain(config: ProcessConfig): unknown {
  return JSON.parse(JSON.stringify(config));
}

/** The daemon that writes the journal, where it runs: nothing of what it has is ours. */
export function livingWriter({ daemon }: JournalContents): number | null {
  if (!isSameWorld(daemon) || daemon.pid === process.pid) {
    return null;
  }
  const { startTicks } = daemon;
  return livingProcess(daemon.pid, startTicks) ? daemon.pid : null;
}

/**
 * Picks what is of use now: whatever still runs, and after an upgrade the states of the others.
 *
 * @param handover what this very process has left as another program
 */
export function legacyOf(contents: JournalContents | null, handover: Handover | null): Legacy {
  if (contents === null || !isSameWorld(contents.daemon)) {
    return new Legacy([]);
  }
  const { records, isLeaving } = contents;
  const listening = new Set(handover?.listening);
  const inherited = records.map((record) => ({
    record,
    pid: pidOfRecord(record),
    wasLeft: handover === null && (isLeaving || record.machine.state.name === 'STOPPING'),
    isListening: listening.has(keyOf(record.groupName, record.config.name)),
  }));
  return handover === null ? new Legacy(inherited.filter(({ pid }) => pid > 0)) : new Legacy(inherited, true);
}

function livingProcess(pid: number, startTicks: number | null): boolean {
  const stat = procStat(pid);
  return stat !== null && !stat.isZombie && stat.startTicks === startTicks;
}

/** After a new boot, or in a container that was started again, nothing is left. */
function isSameWorld({ boot, initTicks }: DaemonIdentity): boolean {
  const world = thisDaemon();
  return world.boot === boot && world.initTicks === initTicks;
}
