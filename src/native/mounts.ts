/**
 * Reports that a file system was mounted or unmounted in the mount namespace of this process (proc(5), mountinfo).
 *
 * @module
 */
import { addon } from './addon.ts';
import { posixError } from './posix-error.ts';

export interface MountWatch {
  /** While it is paused nothing is reported; a change in that time is reported afterwards, once. */
  pause(on: boolean): void;
  close(): void;
}

/** It does not keep the process alive. @throws PosixError ENOENT without /proc, EMFILE, ENFILE */
export function watchMounts(onChange: () => void): MountWatch {
  const handle = addon.watchMounts(onChange);
  if (typeof handle === 'number') throw posixError('open', -handle, '/proc/self/mountinfo');
  return { pause: (on) => addon.pauseMounts(handle, on), close: () => addon.closeMounts(handle) };
}
