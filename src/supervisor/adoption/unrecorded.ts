/**
 * Programs of an earlier daemon that run, and that no journal names: it was removed or cut, belongs to another
 * user, or is in a folder that is not found. Those that /proc identifies are adopted; all others are reported, so
 * that a program that runs twice is always in the log.
 *
 * @module
 */
import { dirname } from 'node:path';
import type { GroupConfig } from '../../config/types.ts';
import { now } from '../../io/clock.ts';
import { type ProcStat, TICKS_PER_SECOND, uptimeSeconds } from '../../io/proc-stat.ts';
import type { MainLog } from '../../logs/main-log.ts';
import { type ChannelHolder, isProgram } from '../../process/adoption/channel-holders.ts';
import { runsAsRecorded } from '../../process/adoption/evidence.ts';
import { findProcess } from '../../process/adoption/find-process.ts';
import type { ProcessRecord, RecordedBeside } from '../../process/adoption/process-record.ts';
import { lifeOfBase } from '../../process/channels/pipes.ts';
import { INITIAL_MACHINE, type Machine } from '../../process/machine/machine.ts';
import { pythonRepr } from '../../python/repr.ts';
import { type JournalContents, keyOf } from '../journal/read-journal.ts';

export interface Unrecorded {
  readonly holders: readonly ChannelHolder[];
  /** Of the journal, also of processes beside others. */
  readonly records: readonly ProcessRecord[];
  readonly groups: readonly GroupConfig[];
  /** Runtime folders that belong to this user: what a process of another user has open proves nothing. */
  readonly folders: ReadonlySet<string>;
  readonly log: MainLog;
}

/** How many processes are reported one by one. */
const MOST_REPORTED = 10;

/** Records of the programs that run on as they are configured; the main log names all. */
export function recordsOfUnrecorded(options: Unrecorded): Pick<JournalContents, 'records' | 'besides'> {
  const { holders, records, groups, folders, log } = options;
  // A record without a process is that of an earlier run, whose end the rest of the journal would have.
  const living = records
    .map((record) => ({ pid: findProcess(record).pid, base: record.base, key: keyOfRecord(record) }))
    .filter(({ pid }) => pid !== 0);
  const known = new Set(living.map(({ pid }) => pid));
  const unknown = firstOfEach(holders.filter((holder) => isProgram(holder) && !known.has(holder.pid)));
  const busy = new Set(living.map(({ base }) => base));
  const taken = new Set(living.map(({ key }) => key));
  const found: ProcessRecord[] = [];
  const besides: RecordedBeside[] = [];
  const reports: string[] = [];
  for (const holder of unknown) {
    const { pid, base } = holder;
    const name = pythonRepr(base.slice(dirname(base).length + 1));
    const record = folders.has(dirname(base)) && !busy.has(base) ? recordOf(holder, groups) : null;
    if (record === null || !runsAsRecorded(record, pid)) {
      reports.push(`${name}: process ${pid} is not adopted, and runs beside what is started here`);
    } else if (taken.has(keyOfRecord(record))) {
      // During a restart with start_first it is not known which of the two was ready: the older one stays.
      besides.push({ role: 'leaving', record });
      reports.push(`${name}: process ${pid} runs beside another one of its name, and is stopped`);
    } else {
      taken.add(keyOfRecord(record));
      found.push(record);
      reports.push(`${name}: process ${pid} runs as it is configured, and is adopted`);
    }
  }
  for (const report of reports.slice(0, MOST_REPORTED)) {
    log.warn(`a program of an earlier supervisord runs that its journal does not have; ${report}`);
  }
  if (reports.length > MOST_REPORTED) {
    log.warn(`${reports.length - MOST_REPORTED} more programs of an earlier supervisord run`);
  }
  return { records: found, besides };
}

function keyOfRecord({ groupName, config }: ProcessRecord): string {
  return keyOf(groupName, config.name);
}

/** A program whose children lead groups of their own is the oldest of them. The oldest program comes first. */
function firstOfEach(holders: readonly ChannelHolder[]): readonly ChannelHolder[] {
  const byBase = new Map<string, ChannelHolder>();
  for (const holder of holders) {
    const other = byBase.get(holder.base);
    if (other === undefined || holder.stat.startTicks < other.stat.startTicks)
      byBase.set(holder.base, holder);
  }
  return [...byBase.values()].sort((left, right) => left.stat.startTicks - right.stat.startTicks);
}

/** Null where no configured process has these channels. */
function recordOf({ base, pid, stat }: ChannelHolder, groups: readonly GroupConfig[]): ProcessRecord | null {
  for (const group of groups) {
    for (const config of group.processes) {
      const life = lifeOfBase(base, group.name, config.name);
      if (life === null) continue;
      const autoLogs = { stdout: null, stderr: null };
      const machine = machineOf(pid, stat);
      return { groupName: group.name, config, machine, startTicks: stat.startTicks, base, autoLogs, life };
    }
  }
  return null;
}

/** The state of a process that no record has: it has run for as long as the kernel reports. */
export function machineOf(pid: number, { startTicks }: ProcStat): Machine {
  const ageMs = (uptimeSeconds() - startTicks / TICKS_PER_SECOND) * 1000;
  const { wallMs, monotonicMs } = now();
  const moments = { startedAtMs: wallMs - ageMs, startedMonotonicMs: monotonicMs - ageMs };
  return { state: { name: 'RUNNING', pid }, history: { ...INITIAL_MACHINE.history, ...moments } };
}
