/**
 * The `[supervisord]` section and what the command line says against it.
 *
 * @module
 */
import { SUPERVISORD_OPTIONS } from '../tables/daemon-options.ts';
import { findUser, type Host } from '../tables/host.ts';
import { sectionReader } from '../tables/option.ts';
import { parseEnvironment } from '../text/environment-list.ts';
import { expand, type Scope } from '../text/expansion.ts';
import { absolutePath, normalizePath, temporaryFolder } from '../text/paths.ts';
import type { Source } from '../text/source.ts';
import { ConfigError, type DaemonConfig, type LogTarget } from '../types.ts';

/** `[supervisord]` as it is written, checked but not yet resolved against the machine. */
export type DaemonValues = Omit<DaemonConfig, 'logfile' | 'childLogDir' | 'user'> & {
  readonly logfile: string;
  readonly childLogDir: string | null;
  readonly user: string | null;
};

/** What the command line sets; it wins over the file. */
export type DaemonOverrides = Partial<Omit<DaemonValues, 'environment'>>;

/**
 * Reads `[supervisord]`.
 *
 * @param scope the names that all keys may use
 * @param environmentScope the names that `environment` may use
 * @throws ConfigError
 */
export function readDaemonSection(
  source: Source,
  host: Host,
  scope: Scope,
  environmentScope: Scope,
): DaemonValues {
  if (!source.sections.has('supervisord')) {
    throw new ConfigError('.ini file does not include supervisord section');
  }
  const reader = sectionReader(source, 'supervisord', SUPERVISORD_OPTIONS, host);
  // The order is that in which the reference finds what is wrong.
  return {
    minFds: reader.value('minfds', scope),
    minProcs: reader.value('minprocs', scope),
    directory: reader.value('directory', scope),
    user: reader.value('user', scope),
    umask: reader.value('umask', scope),
    logfile: reader.value('logfile', scope),
    logfileMaxBytes: reader.value('logfile_maxbytes', scope),
    logfileBackups: reader.value('logfile_backups', scope),
    logLevel: reader.value('loglevel', scope),
    pidfile: reader.value('pidfile', scope),
    identifier: reader.value('identifier', scope),
    nodaemon: reader.value('nodaemon', scope),
    silent: reader.value('silent', scope),
    childLogDir: reader.value('childlogdir', scope),
    nocleanup: reader.value('nocleanup', scope),
    stripAnsi: reader.value('strip_ansi', scope),
    environment: parseEnvironment(expand(reader.raw('environment'), environmentScope, 'environment')),
  };
}

/** The section with the command line's values in place and its paths made absolute. @throws ConfigError for an unknown user */
export function resolveDaemon(values: DaemonValues, overrides: DaemonOverrides, host: Host): DaemonConfig {
  const set: DaemonValues = {
    ...values,
    ...overrides,
    logfile: overrides.logfile || values.logfile,
    pidfile: overrides.pidfile || values.pidfile,
  };
  const user = set.user === null ? null : findUser(set.user, host.users);
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
