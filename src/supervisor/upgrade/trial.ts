/**
 * The trial of a new version before an upgrade: what the daemon passes to it, and what the new version then does
 * instead of starting. A version without trials only reads the configuration.
 *
 * @module
 */
import type { Config } from '../../config/types.ts';
import { inheritedEnvironment } from '../../io/inherited.ts';
import { ownEnvironment } from '../../process/spawn/own-command.ts';
import { becomeConfiguredUser } from '../identity.ts';
import { CURRENT_FORMAT } from '../journal/read-journal.ts';
import { list, number, readFields, text } from '../journal/schema.ts';
import { applyLimits } from '../limits.ts';
import { openLog } from '../open-log.ts';
import { StartError } from '../start-error.ts';

export interface Trial {
  /** Of the journal that the daemon hands over. */
  readonly format: number;
  /** Soft limit of open files that the daemon was started with. */
  readonly softFileLimit: number;
  /** The servers of the daemon, named as in a hand-over. */
  readonly addresses: readonly string[];
}

const TRIAL = {
  format: number(CURRENT_FORMAT),
  softFileLimit: number(1024),
  addresses: list(text('')),
};

const VARIABLE = 'VISORD_TRIAL';

/** The environment of the trial, as execve takes it. */
export function trialEnvironment(trial: Trial): string[] {
  return ownEnvironment({ [VARIABLE]: JSON.stringify(trial) });
}

/** Null where this program is not being tried out. */
export function takeTrial(): Trial | null {
  const value = inheritedEnvironment()[VARIABLE];
  delete process.env[VARIABLE];
  if (value === undefined) return null;
  try {
    return readFields(TRIAL, JSON.parse(value));
  } catch {
    return null;
  }
}

/**
 * Does what the start would do with this configuration, and leaves nothing behind.
 *
 * @param tryServers throws where a server could not be opened
 * @throws StartError, ListenError with the reason why the daemon could not go on
 */
export function rehearse(
  config: Config,
  { format, softFileLimit, addresses }: Trial,
  tryServers: (config: Config, held: readonly string[]) => void,
): void {
  if (format !== CURRENT_FORMAT) {
    throw new StartError(
      `the journal of the running supervisord has format ${format}, and this version reads format ${CURRENT_FORMAT}`,
    );
  }
  becomeConfiguredUser(config.daemon);
  applyLimits(config.daemon, softFileLimit);
  const { daemon } = config;
  openLog({ ...daemon, nodaemon: false }, NOTHING).close();
  tryServers(config, addresses);
}

const NOTHING = { version: null, critical: [], warn: [], info: [] };
