/**
 * What a service file needs of the configuration.
 *
 * @module
 */
import { posix } from 'node:path';
import { openConfig, readConfig } from '../config/load.ts';
import { filesOf, type LogTarget } from '../config/tables/log-target.ts';
import { type Config, ConfigError } from '../config/types.ts';
import { below } from './settings.ts';

export interface ReadSettings {
  readonly pidfile: string;
  readonly unrotatedLogs: readonly string[];
  readonly isInForeground: boolean;
  /** Why the configuration cannot be read; null where it can. */
  readonly problem: string | null;
}

export interface ReadOptions {
  /** Of the service. */
  readonly name: string;
  /** Path of the configuration below the root. */
  readonly config: string;
  /** Folder of the system that the service is for; `/` is this one. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A configuration that cannot be read is a problem, and the settings are the defaults. */
export function readSettings({ name, config, root, environment }: ReadOptions): ReadSettings {
  // The default of the daemon is relative to the folder in which it is started.
  const pidfile = `/run/${name}.pid`;
  let loaded: Config;
  let namesPidfile: boolean;
  try {
    const opened = openConfig({
      file: posix.join(root, config),
      environment,
      // Another system has folders, like those in /run, that are made when it starts.
      isFolder: root === '/' ? undefined : () => true,
    });
    namesPidfile = opened.source.get('supervisord', 'pidfile') !== null;
    loaded = readConfig(opened);
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      throw error;
    }
    return { pidfile, unrotatedLogs: [], isInForeground: false, problem: error.message };
  }
  const { daemon } = loaded;
  return {
    pidfile: namesPidfile ? below(root, daemon.pidfile) : pidfile,
    unrotatedLogs: unrotatedLogs(loaded).map((path) => below(root, path)),
    isInForeground: daemon.nodaemon,
    problem: null,
  };
}

function unrotatedLogs({ daemon, groups }: Config): string[] {
  const { logfile, logfileMaxBytes: maxBytes, logfileRotate: rotate } = daemon;
  const channels = groups.flatMap(({ processes }) =>
    processes.flatMap(({ stdout, stderr, redirectStderr }) => (redirectStderr ? [stdout] : [stdout, stderr])),
  );
  const paths = [{ logfile, maxBytes, rotate }, ...channels].flatMap(unrotatedFiles);
  return [...new Set(paths)].sort();
}

function unrotatedFiles(log: {
  readonly logfile: LogTarget;
  readonly maxBytes: number | bigint;
  readonly rotate: string;
}): readonly string[] {
  const isRotated = Number(log.maxBytes) > 0 || log.rotate !== 'never';
  return isRotated ? [] : filesOf(log.logfile).filter((path) => !path.startsWith('/dev/'));
}
