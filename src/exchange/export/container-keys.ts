/**
 * Keys of a program that a container needs no counterpart for, and keys whose effect always differs in a container.
 *
 * @module
 */
import { logFile } from '../../config/tables/values.ts';
import type { LogTarget } from '../../config/types.ts';
import type { CarriedKeys, ExportDraft } from './carry.ts';

export function carryNothing(): void {}

const CONSOLES = new Set(['/dev/stdout', '/dev/stderr', '/dev/fd/1', '/dev/fd/2']);

/** The engine keeps the output of a container, stdout and stderr together. */
function noteLog(draft: ExportDraft, key: string, target: LogTarget | null): void {
  const isConsole = target?.kind === 'auto' || (target?.kind === 'file' && CONSOLES.has(target.path));
  if (target !== null && !isConsole) {
    draft.note(`${key}=${logFile.format(target)}: the output goes to the log of the container`);
  }
}

const IMAGE_UMASK = 0o22;

/** @param daemonMask `[supervisord] umask` */
export function noteUmask(draft: ExportDraft, umask: number | null, daemonMask: number | null): void {
  const mask = umask ?? daemonMask;
  if (mask !== null && mask !== IMAGE_UMASK) {
    draft.note(`umask=${mask.toString(8).padStart(3, '0')} has no counterpart`);
  }
}

export const IN_CONTAINERS: CarriedKeys<ExportDraft> = {
  process_name: carryNothing,
  redirect_stderr: carryNothing,
  stdout_logfile: (draft, { stdout }) => noteLog(draft, 'stdout_logfile', stdout.logfile),
  stderr_logfile: (draft, { stderr, redirectStderr }) => {
    if (!redirectStderr) noteLog(draft, 'stderr_logfile', stderr.logfile);
  },
  // They are for files.
  stdout_logfile_maxbytes: carryNothing,
  stdout_logfile_backups: carryNothing,
  stderr_logfile_maxbytes: carryNothing,
  stderr_logfile_backups: carryNothing,
  startsecs: (draft, { startSeconds, type }) => {
    if (type === 'simple' && startSeconds !== 1) draft.note(`startsecs=${startSeconds} has no counterpart`);
  },
  // With the container all of its processes are killed.
  killasgroup: carryNothing,
  stopasgroup: (draft, { stopAsGroup }) => {
    if (stopAsGroup) draft.note('stopasgroup=true: the first process of the container gets the stop signal');
  },
  kill_mode: (draft, { killMode }) => {
    if (killMode !== null) draft.note(`kill_mode=${killMode}: all processes end with the container`);
  },
  // Those of checks that are not carried over are noted with their target.
  readiness_check_period: carryNothing,
  readiness_check_timeout: carryNothing,
  liveness_check_script: carryNothing,
  liveness_check_initial_delay: carryNothing,
  liveness_check_period: carryNothing,
  liveness_check_timeout: carryNothing,
  liveness_check_failure_threshold: carryNothing,
  liveness_check_failure_action: carryNothing,
};
