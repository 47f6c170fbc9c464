/**
 * Where the log of a channel is.
 *
 * @module
 */
import type { ProcessConfig } from '../../config/types.ts';
import { createAutoLog } from '../../logs/auto-logs.ts';
import type { ProcessRecord } from '../adoption/process-record.ts';
import type { ProcessHost } from '../host.ts';
import type { OutputName } from './channels.ts';

/**
 * The path of a channel's log, or null where it goes to no file. A log that the daemon names itself is made here, or
 * is the one of the record.
 *
 * @throws Error when it cannot be made
 */
export function logfileOf(
  config: ProcessConfig,
  channel: OutputName,
  host: Pick<ProcessHost, 'childLogDir' | 'identifier'>,
  record: ProcessRecord | null,
): string | null {
  const { logfile } = config[channel];
  switch (logfile.kind) {
    case 'file':
      return logfile.path;
    case 'auto':
      return (
        record?.autoLogs[channel] ?? createAutoLog(host.childLogDir, config.name, channel, host.identifier)
      );
    default:
      return null;
  }
}
