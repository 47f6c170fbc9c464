/**
 * What an earlier daemon, which was killed, has left to this one: the processes that it started and that still run,
 * and the states that the others were in.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import { isSame } from '../config/diff.ts';
import type { ProcessConfig } from '../config/types.ts';
import type { MainLog } from '../logs/main-log.ts';
import { pidfdGetfd, pidfdOpen } from '../native/posix.ts';
import { livingStat } from '../process/adopt-process.ts';
import type { InheritedSocket } from '../process/fcgi-socket.ts';
import { pidOf } from '../process/machine.ts';
import { procStat } from '../process/proc-stat.ts';
import type { ProcessRecord } from '../process/process-record.ts';
import type { StateName } from '../process/states.ts';
import { type DaemonIdentity, type JournalContents, keyOf, thisDaemon } from './journal-format.ts';

/** What failed is tried again by a daemon that starts; what was stopped, or had done its work, is left alone. */
const TRIED_AGAIN: ReadonlySet<StateName> = new Set(['BACKOFF', 'FATAL']);

export interface Inherited {
  readonly record: ProcessRecord;
  /** True where there is a process, as far as can be told. */
  readonly isAlive: boolean;
  /** True where the process must not simply go on: its daemon was about to stop it. */
  readonly wasLeft: boolean;
}

export class Legacy {
  readonly #inherited: ReadonlyMap<string, Inherited>;

  constructor(inherited: readonly Inherited[]) {
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

  /** What there is of a configured process. The state of one that does not run is nothing to another configuration. */
  of(groupName: string, config: ProcessConfig): Inherited | null {
    const inherited = this.#inherited.get(keyOf(groupName, config.name));
    if (inherited === undefined) {
      return null;
    }
    return inherited.isAlive || isUnchanged(inherited.record, config) ? inherited : null;
  }

  /** The listening socket that a process of an earlier daemon has as its stdin. */
  socketOf(groupName: string, config: ProcessConfig, log: MainLog): InheritedSocket {
    const { record, isAlive = false } = this.of(groupName, config) ?? {};
    const pid = record === undefined ? 0 : pidOf(record.machine.state);
    if (!isAlive || pid === 0 || !isSame(plain(config.socket), record?.config.socket)) {
      return null;
    }
    try {
      const pidfd = pidfdOpen(pid);
      try {
        return pidfdGetfd(pidfd, 0);
      } finally {
        closeSync(pidfd);
      }
    } catch (error) {
      log.warn(`the socket of ${config.name} (pid ${pid}) cannot be taken over: ${(error as Error).message}`);
      return 'out of reach';
    }
  }
}

/** Whether the process was started with what the configuration says now. */
export function isUnchanged(record: ProcessRecord, config: ProcessConfig): boolean {
  return isSame(record.config, plain(config));
}

/** As it comes back from a file: keys without a value are not there. */
function plain<T>(value: T): T | undefined {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** The daemon that writes the journal, where it runs: nothing of what it has is ours. */
export function livingWriter({ daemon }: JournalContents): number | null {
  if (!isSameWorld(daemon) || daemon.pid === process.pid) {
    return null;
  }
  const { startTicks } = daemon;
  return livingProcess(daemon.pid, startTicks) ? daemon.pid : null;
}

/** Picks what is of use now. */
export function legacyOf(contents: JournalContents | null): Legacy {
  if (contents === null || !isSameWorld(contents.daemon)) {
    return new Legacy([]);
  }
  const { records, isLeaving } = contents;
  const inherited = records.map((record) => ({ record, isAlive: isAlive(record), wasLeft: isLeaving }));
  const isOfUse = ({ record: { machine }, isAlive }: Inherited): boolean =>
    isAlive || !(isLeaving || TRIED_AGAIN.has(machine.state.name));
  return new Legacy(inherited.filter(isOfUse));
}

/** One that was being started when its daemon was killed may be there. */
function isAlive(record: ProcessRecord): boolean {
  const { state } = record.machine;
  const pid = pidOf(state);
  return pid === 0 ? state.name === 'STARTING' : livingStat(record, pid) !== null;
}

function livingProcess(pid: number, startTicks: number | null): boolean {
  const stat = procStat(pid);
  return stat !== null && !stat.isZombie && stat.startTicks === startTicks;
}

/** After a new boot, or in a container that was started again, nothing is left, and no state means anything. */
function isSameWorld({ boot, initTicks }: DaemonIdentity): boolean {
  const world = thisDaemon();
  return world.boot === boot && world.initTicks === initTicks;
}
