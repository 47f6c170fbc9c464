/**
 * Programs of a supervisord that was killed and keeps no journal. One that runs as it is configured here is adopted; each
 * other one is reported with the reason.
 *
 * @module
 */
import type { GroupConfig } from '../../config/types.ts';
import type { MainLog } from '../../logs/main-log.ts';
import { runsAsRecorded } from '../../process/adoption/evidence.ts';
import { findProcess } from '../../process/adoption/find-process.ts';
import type { Orphan } from '../../process/adoption/orphans.ts';
import { pipesWithReaders } from '../../process/adoption/pipe-readers.ts';
import type { ProcessRecord } from '../../process/adoption/process-record.ts';
import { pipeOf } from '../../process/channels/reopen-pipes.ts';
import { pythonRepr } from '../../python/repr.ts';
import { keyOf } from '../journal/read-journal.ts';
import { isTakeOver } from './take-over-mark.ts';
import { machineOf } from './unrecorded.ts';

export interface Unjournaled {
  readonly orphans: readonly Orphan[];
  /** Of the journal. */
  readonly records: readonly ProcessRecord[];
  readonly groups: readonly GroupConfig[];
  /** SUPERVISOR_SERVER_URL of programs that have none of their own. */
  readonly serverUrl: string | null;
  /** The pid in the pidfile. */
  readonly daemonPid: number | null;
  readonly log: MainLog;
}

/** How many processes are reported one by one. */
const MOST_REPORTED = 20;

const BESIDE = 'and runs beside what is started here';

/** Records of the programs that run on as they are configured; the main log names all. */
export function recordsOfUnjournaled(options: Unjournaled): readonly ProcessRecord[] {
  const { orphans, groups, records, log } = options;
  const living = records.filter((record) => findProcess(record).pid !== 0);
  const known = new Set(living.map((record) => findProcess(record).pid));
  const owned = orphans.filter(
    (orphan) => !known.has(orphan.pid) && !isHook(orphan, records) && isOfDaemon(orphan, options),
  );
  const read = readElsewhere(owned);
  const holders = new Map(living.map((record) => [keyOfRecord(record), findProcess(record).pid]));
  const found: ProcessRecord[] = [];
  const reports: string[] = [];
  for (const orphan of likeliestFirst(owned, options.daemonPid)) {
    const { pid, groupName, name } = orphan;
    const record = recordOf(orphan, groups);
    const holder = record && holders.get(keyOfRecord(record));
    const refusal =
      record === null
        ? 'is not configured, and is left alone'
        : typeof holder === 'number'
          ? `runs beside process ${holder}, which has its name`
          : !runsAsRecorded(record, pid)
            ? `is not adopted, since it does not run the configured command as the configured user, ${BESIDE}`
            : outputsOf(pid).some((pipe) => read.has(pipe))
              ? `is not adopted, since another process reads its output, ${BESIDE}`
              : null;
    if (record !== null && refusal === null) {
      holders.set(keyOfRecord(record), pid);
      found.push(record);
    }
    reports.push(
      `${pythonRepr(`${groupName}:${name}`)}: process ${pid} ${refusal ?? 'runs as it is configured, and is adopted'}`,
    );
  }
  for (const report of reports.slice(0, MOST_REPORTED)) {
    log.warn(`a program of an earlier supervisord, which kept no journal, runs; ${report}`);
  }
  if (reports.length > MOST_REPORTED) {
    log.warn(`${reports.length - MOST_REPORTED} more programs of an earlier supervisord run`);
  }
  return found;
}

function keyOfRecord({ groupName, config }: ProcessRecord): string {
  return keyOf(groupName, config.name);
}

/** A hook or a stop command leads a group, too, and has the variables of its program. */
function isHook({ pid, stat }: Orphan, records: readonly ProcessRecord[]): boolean {
  return records.some(({ hook }) => hook?.pid === pid && hook.startTicks === stat.startTicks);
}

/** Other daemons of the machine, which may have programs of the same names, have another address and another session. */
function isOfDaemon(
  { groupName, name, serverUrl, stat }: Orphan,
  { groups, serverUrl: ownUrl, daemonPid }: Unjournaled,
): boolean {
  if (stat.session === daemonPid) return true;
  const config = configOf(groups, groupName, name);
  return serverUrl !== null && serverUrl === (config?.serverUrl ?? ownUrl);
}

/** Those of the daemon that ran last, and then the youngest. */
function likeliestFirst(orphans: readonly Orphan[], daemonPid: number | null): readonly Orphan[] {
  const rank = ({ stat }: Orphan): number => (stat.session === daemonPid ? 0 : 1);
  return [...orphans].sort(
    (left, right) => rank(left) - rank(right) || right.stat.startTicks - left.stat.startTicks,
  );
}

/** Of the pipes that the processes write to, those that another process reads. */
function readElsewhere(orphans: readonly Orphan[]): ReadonlySet<string> {
  return pipesWithReaders(new Set(orphans.flatMap(({ pid }) => outputsOf(pid))), isTakeOver);
}

const OUTPUTS = [1, 2];

function outputsOf(pid: number): readonly string[] {
  return OUTPUTS.flatMap((descriptor) => pipeOf(pid, descriptor) ?? []).filter((target) =>
    target.startsWith('pipe:'),
  );
}

function configOf(groups: readonly GroupConfig[], groupName: string, name: string) {
  return groups.find((group) => group.name === groupName)?.processes.find((config) => config.name === name);
}

/** Null where no such process is configured. */
function recordOf(
  { pid, stat, groupName, name }: Orphan,
  groups: readonly GroupConfig[],
): ProcessRecord | null {
  const config = configOf(groups, groupName, name);
  if (config === undefined) return null;
  const autoLogs = { stdout: null, stderr: null };
  return {
    groupName,
    config,
    machine: machineOf(pid, stat),
    startTicks: stat.startTicks,
    base: null,
    autoLogs,
  };
}
