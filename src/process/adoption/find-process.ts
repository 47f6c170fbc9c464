/**
 * Finds the running process of a record.
 *
 * @module
 */
import { now } from '../../io/clock.ts';
import {
  type ProcStat,
  procStat,
  procStatIfKnown,
  TICKS_PER_SECOND,
  uptimeSeconds,
} from '../../io/proc-stat.ts';
import { pidsIn } from '../../io/process-table.ts';
import { pidOf } from '../machine/machine.ts';
import { isNamedLike, isProgramOf } from './evidence.ts';
import type { ProcessRecord } from './process-record.ts';

export interface FoundProcess {
  /** 0 where the process has ended, or never was. */
  readonly pid: number;
  /** The pid of a process that has the pid and the start time of the record, but is not its program. */
  readonly strangerPid: number | null;
}

const NONE: FoundProcess = { pid: 0, strangerPid: null };

/** Our own child is the one of its record; of others /proc has to agree with the record. */
export function findProcess(record: ProcessRecord): FoundProcess {
  const { state } = record.machine;
  const pid = pidOf(state);
  if (pid === 0) {
    // A pre_start hook has the environment of the program too.
    const isSpawning = state.name === 'STARTING' && state.pid === null && state.hook === undefined;
    return isSpawning ? { ...NONE, pid: findLeader(record) } : NONE;
  }
  const stat = statIfRunning(record, pid);
  if (stat === null) return NONE;
  const isIt = stat.parent === process.pid || isProgramOf(record, pid);
  return isIt ? { ...NONE, pid } : { ...NONE, strangerPid: pid };
}

/**
 * Null where the process of the record has ended; our own child has not before it is reaped.
 *
 * @throws ErrnoException where that is not known, as EMFILE
 */
export function statIfRunning({ startTicks }: ProcessRecord, pid: number): ProcStat | null {
  const stat = procStat(pid);
  const isIt = stat !== null && (startTicks === null || stat.startTicks === startTicks);
  return isIt && (stat.parent === process.pid || !stat.isZombie) ? stat : null;
}

/**
 * The daemon died before the pid was on record, as it may where a child does not share its memory: the process leads a
 * group, is not older than the start, and has one of the FIFOs or the environment that its name gets.
 */
function findLeader(record: ProcessRecord): number {
  const ageSeconds = (now().monotonicMs - record.machine.history.startedMonotonicMs) / 1000;
  const earliest = (uptimeSeconds() - ageSeconds) * TICKS_PER_SECOND - TOLERATED_TICKS;
  const isIt = (pid: number, stat: ProcStat | null): boolean =>
    stat?.group === pid && !stat.isZombie && stat.startTicks >= earliest && isNamedLike(record, pid);
  return pidsIn().find((pid) => isIt(pid, procStatIfKnown(pid))) ?? 0;
}

/** The clocks are read one after the other. */
const TOLERATED_TICKS = 10;
