/**
 * What is recorded of a process while it runs, so that a later daemon can adopt it.
 *
 * @module
 */
import type { ProcessConfig } from '../../config/types.ts';
import type { BesideRole, Life } from '../machine/life.ts';
import type { Machine } from '../machine/types.ts';

/** A hook or a stop command that runs, which leads a process group. */
export interface HookProcess {
  readonly pid: number;
  /** As in `ProcStat`. */
  readonly startTicks: number;
}

/** Stands in the record of a process that does not exist yet; no process has this pid. */
export const UNKNOWN_PID = 0x7fff_ffff;

export interface ProcessRecord {
  readonly groupName: string;
  /** What it was started with; the file may have changed since. */
  readonly config: ProcessConfig;
  /** Its times are on the monotonic clock of the machine, which all daemons share. */
  readonly machine: Machine;
  /** Start time of the process, as in `ProcStat`; null without a process, and where it could not be read. */
  readonly startTicks: number | null;
  /** Path of its FIFOs, as in `Pipes`; null where it has none. */
  readonly base: string | null;
  /** The files of the logs that the daemon named itself. */
  readonly autoLogs: { readonly stdout: string | null; readonly stderr: string | null };
  /** Left out, it is 0. */
  readonly life?: Life | undefined;
  /** Only while a hook runs. */
  readonly hook?: HookProcess | undefined;
  /** It is being stopped for another configuration, and is to be started with that, whatever `autostart` is. */
  readonly isToStart?: boolean | undefined;
  /** Fields that this version does not know; they are written again while the same process runs. */
  readonly unknown?: unknown;
}

/** The record of a process beside the one that has the name. */
export interface RecordedBeside {
  readonly role: BesideRole;
  readonly record: ProcessRecord;
}
