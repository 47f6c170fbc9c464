/**
 * Where the log of a channel is.
 *
 * @module
 */
import { filesOf } from '../../config/tables/log-target.ts';
import type { ProcessConfig } from '../../config/types.ts';
import { createAutoLog } from '../../logs/auto-logs.ts';
import { attributesOf } from '../../logs/channel-log.ts';
import type { OutputName } from '../taps/output-tap.ts';

export interface LogPathOptions {
  readonly config: ProcessConfig;
  readonly channel: OutputName;
  /** Where AUTO logs are made. */
  readonly childLogDir: string;
  /** Of the daemon; stands in the name of an AUTO log. */
  readonly identifier: string;
  /** The AUTO log that an earlier daemon has made for the channel, or null. */
  readonly adopted: string | null;
}

/**
 * The path of a channel's log, the first where it has several; null where it goes to no file. An AUTO log is created here.
 *
 * @throws Error when it cannot be created
 */
export function logPathOf(options: LogPathOptions): string | null {
  const { config, channel, childLogDir, identifier, adopted } = options;
  const { logfile } = config[channel];
  switch (logfile.kind) {
    case 'auto':
      return (
        adopted ?? createAutoLog(childLogDir, config.name, channel, identifier, attributesOf(config[channel]))
      );
    default:
      return filesOf(logfile)[0] ?? null;
  }
}
