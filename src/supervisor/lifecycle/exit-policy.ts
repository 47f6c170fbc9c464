/**
 * When the end of a program is the end of the daemon (`exit_on=`), and with which exit status.
 *
 * @module
 */
import type { ExitRule } from '../../config/tables/values.ts';
import type { StateName } from '../../process/machine/states.ts';
import type { WaitStatus } from '../../process/machine/wait-status.ts';

/** A process that has changed its state by itself, not by a request. */
export interface EndedProcess {
  readonly state: StateName;
  /** The process is to be started again. */
  readonly willRestart: boolean;
  readonly hasEndedWell: boolean;
  /** How its last run ended; null where it never ran, or that is not known. */
  readonly lastStatus: WaitStatus | null;
}

/** The exit status for the daemon, or null where it goes on. */
export function exitStatusFor(rule: ExitRule, process: EndedProcess): number | null {
  return isCause(rule, process) ? statusOf(process) : null;
}

function isCause(rule: ExitRule, { state, willRestart, hasEndedWell }: EndedProcess): boolean {
  if (rule === 'never') {
    return false;
  }
  if (state === 'FATAL' || state === 'UNKNOWN') {
    return true;
  }
  if (state !== 'EXITED' || willRestart || rule === 'fatal') {
    return false;
  }
  return rule === 'end' || !hasEndedWell;
}

/** The program's own status, 128 + N for signal N; 1 where there is none, and for a program that failed with 0. */
function statusOf({ state, lastStatus }: EndedProcess): number {
  if (lastStatus === null) {
    return 1;
  }
  const { exitStatus, signal } = lastStatus;
  const status = signal === undefined ? exitStatus : 128 + signal;
  const hasFailed = state !== 'EXITED';
  return status < 0 || (status === 0 && hasFailed) ? 1 : status;
}
