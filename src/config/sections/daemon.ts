/**
 * The `[supervisord]` section and what the command line sets in its place.
 *
 * @module
 */

import { readingAt } from '../config-error.ts';
import { findUser, type Host } from '../host.ts';
import { SUPERVISORD_OPTIONS } from '../tables/daemon-options.ts';
import { type Reading, sectionReader } from '../tables/section-reader.ts';
import type { Scope } from '../text/expansion.ts';
import { absolutePath, normalizePath, temporaryFolder } from '../text/paths.ts';
import { ConfigError, type DaemonConfig, type DaemonValues, type LogTarget } from '../types.ts';

/** What the command line sets; it wins over the file. */
export type DaemonOverrides = Partial<Omit<DaemonValues, 'environment'>>;

/**
 * Reads `[supervisord]`.
 *
 * @param scope the names that the reference's keys may use
 * @param environmentScope the names that `environment` and the extensions may use
 * @throws ConfigError
 */
export function readDaemonSection(reading: Reading, scope: Scope, environmentScope: Scope): DaemonValues {
  if (!reading.source.sections.has('supervisord')) {
    throw new ConfigError('.ini file does not include supervisord section');
  }
  return sectionReader(reading, 'supervisord', SUPERVISORD_OPTIONS).config(({ key, row }) =>
    key === 'environment' || row.isExtension ? environmentScope : scope,
  );
}

/** The section with the command line's values in place and its paths made absolute. @throws ConfigError for an unknown user */
export function resolveDaemon(values: DaemonValues, overrides: DaemonOverrides, host: Host): DaemonConfig {
  const set: DaemonValues = {
    ...values,
    ...overrides,
    logfile: overrides.logfile || values.logfile,
    pidfile: overrides.pidfile || values.pidfile,
  };
  const { user: named } = set;
  const user = named === null ? null : readingAt('supervisord', 'user', () => findUser(named, host.users));
  const logfile: LogTarget =
    set.logfile === 'syslog' ? { kind: 'syslog' } : { kind: 'file', path: absolutePath(set.logfile) };
  return {
    ...set,
    logfile,
    pidfile: normalizePath(set.pidfile, host),
    childLogDir: set.childLogDir ?? temporaryFolder(host),
    user: user === null ? null : { text: set.user ?? '', uid: user.uid, gid: user.gid },
  };
}
