/**
 * The logs of one channel of a run.
 *
 * @module
 */
import { filesOf } from '../../config/tables/log-target.ts';
import type { ChannelConfig } from '../../config/types.ts';
import { type ChannelLog, type LogTrouble, openChannelLog } from '../../logs/channel-log.ts';
import { LazyLog } from '../../logs/lazy-log.ts';
import { LogCopies } from '../../logs/log-copies.ts';

/**
 * Opens all logs of the channel, which are written as one.
 *
 * @param path of the first log
 */
export function openLogs(path: string, config: ChannelConfig, trouble: LogTrouble): ChannelLog {
  const log = openLog(path, config, trouble);
  const others = filesOf(config.logfile).slice(1);
  return others.length === 0
    ? log
    : new LogCopies([log, ...others.map((other) => openLog(other, config, trouble))]);
}

function openLog(path: string, config: ChannelConfig, trouble: LogTrouble): ChannelLog {
  const { maxBytes, backups, rotate, compress, maxAge, mode, owner } = config;
  const options = { path, maxBytes, backups, rotate, compress, maxAge, mode, owner };
  return config.logfile.kind === 'auto'
    ? new LazyLog({ ...options, isPrivate: true }, trouble)
    : openChannelLog(options, trouble);
}
