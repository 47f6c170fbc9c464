/**
 * The user of the daemon (`user=` in `[supervisord]`).
 *
 * @module
 */
import type { DaemonConfig } from '../config/types.ts';
import { credentialsFor } from '../process/spawn/credentials.ts';
import { StartError } from './start-error.ts';

export interface IdentityMessages {
  readonly critical: readonly string[];
  readonly info: readonly string[];
}

const RUNNING_AS_ROOT =
  'Supervisor is running as root.  Privileges were not dropped because no user is specified in the config file.  ' +
  'If you intend to run as root, you can set user=root in the config file to avoid this message.';

/** Becomes the configured user. @throws StartError where that cannot be done */
export function becomeConfiguredUser({ user }: DaemonConfig): IdentityMessages {
  if (user === null) {
    return { critical: process.getuid?.() === 0 ? [RUNNING_AS_ROOT] : [], info: [] };
  }
  const result = credentialsFor(user.uid);
  if (!result.ok) {
    throw new StartError(result.message);
  }
  if (result.credentials !== null) {
    const { uid, gid, groups } = result.credentials;
    become(() => process.setgroups?.([...groups]), 'Could not set groups of effective user');
    become(() => process.setgid?.(gid), 'Could not set group id of effective user');
    become(() => process.setuid?.(uid), `Could not set user id ${uid}`);
  }
  return { critical: [], info: [`Set uid to user ${user.uid} succeeded`] };
}

function become(change: () => void, failure: string): void {
  try {
    change();
  } catch {
    throw new StartError(failure);
  }
}
