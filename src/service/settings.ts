/**
 * What a service file is made from.
 *
 * @module
 */

export interface ServiceSettings {
  /** Of the service: the unit, the script, the logrotate file. */
  readonly name: string;
  /** Folder of the commands `supervisord` and `supervisorctl`. */
  readonly commands: string;
  /** Path of the configuration. */
  readonly config: string;
  /** Path of the pidfile, as in the configuration. */
  readonly pidfile: string;
  /** Logs that the daemon does not rotate. */
  readonly unrotatedLogs: readonly string[];
}

/** A file of a service. */
export interface ServiceFile {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/** Names that a unit, a script and a logrotate file can have. */
export function isServiceName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name);
}

/** As the path is for the system below the root. */
export function below(root: string, path: string): string {
  const prefix = root.endsWith('/') ? root : `${root}/`;
  return path.startsWith(prefix) ? `/${path.slice(prefix.length)}` : path;
}
