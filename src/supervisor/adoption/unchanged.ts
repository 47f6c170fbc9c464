/**
 * Compares the configuration that an inherited process was started with to the current one.
 *
 * @module
 */
import { changedKeys } from '../../config/diff.ts';
import { DAEMON_PREFIX } from '../../config/tables/defaults.ts';
import { PROGRAM_OPTIONS } from '../../config/tables/program-options.ts';
import { fieldValue, rowOf } from '../../config/tables/record.ts';
import type { ProcessConfig } from '../../config/types.ts';
import type { ProcessRecord } from '../../process/adoption/process-record.ts';

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
