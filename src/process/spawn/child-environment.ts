/**
 * The environment that a child is started with.
 *
 * Observed on the reference.
 *
 * @module
 */

export interface ChildEnvironmentOptions {
  /** The daemon's own environment; a copy of `process.env` is faster to read than itself. */
  readonly inherited: Readonly<Record<string, string | undefined>>;
  /** The address of the daemon; null or empty leaves SUPERVISOR_SERVER_URL as it was inherited. */
  readonly serverUrl: string | null;
  readonly processName: string;
  readonly groupName: string;
  /** From the configuration; it wins over everything else. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Builds the environment as execve takes it, one `NAME=value` each. */
export function childEnvironment(options: ChildEnvironmentOptions): string[] {
  const variables = new Map<string, string>();
  for (const name of Object.keys(options.inherited)) {
    const value = options.inherited[name];
    if (value !== undefined) {
      variables.set(name, value);
    }
  }
  variables.set('SUPERVISOR_ENABLED', '1');
  if (options.serverUrl) {
    variables.set('SUPERVISOR_SERVER_URL', options.serverUrl);
  }
  variables.set('SUPERVISOR_PROCESS_NAME', options.processName);
  variables.set('SUPERVISOR_GROUP_NAME', options.groupName);
  for (const [name, value] of Object.entries(options.environment)) {
    variables.set(name, value);
  }
  return Array.from(variables, ([name, value]) => `${name}=${value}`);
}
