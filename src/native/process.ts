/**
 * System calls of the process on itself.
 *
 * @module
 */
import { constants } from 'node:os';
import { addon } from './addon.ts';
import { checked, posixError } from './posix-error.ts';

/**
 * Replaces this process by another program under the same pid. `keep` lists the descriptors that stay open
 * there; ignored signals become default, blocked ones stay blocked. After a failure all is as before.
 *
 * @throws PosixError
 * @throws TypeError when a string holds a NUL byte
 */
export function execve(
  file: string,
  argv: readonly string[],
  env: readonly string[],
  keep: readonly number[],
): never {
  const result = addon.execve(file, argv, env, Int32Array.from(keep));
  throw posixError('execve', -result, file);
}

/**
 * A descriptor that becomes readable when the process ends, for processes that are not our children.
 *
 * @throws PosixError ESRCH where there is none, ENOSYS before Linux 5.3
 */
export function pidfdOpen(pid: number): number {
  return checked('pidfd_open', addon.pidfdOpen(pid));
}

/**
 * A copy of a descriptor of another process, close-on-exec.
 *
 * @throws PosixError EBADF where it has none of that number, EPERM, ENOSYS before Linux 5.6
 */
export function pidfdGetfd(pidfd: number, fd: number): number {
  return checked('pidfd_getfd', addon.pidfdGetfd(pidfd, fd));
}

/**
 * The wait status, as of waitpid(2), of a process that is not our child. The kernel reports it since Linux 6.15, once the
 * parent has reaped the process.
 */
export function pidfdExitStatus(pidfd: number): number | 'not yet' | 'unknown' {
  const status = addon.pidfdExitStatus(pidfd);
  return status >= 0 ? status : status === -constants.errno.ENODATA ? 'not yet' : 'unknown';
}

/** How many seconds local time is ahead of UTC at a moment, as the C library reads TZ and /etc/localtime. */
export function utcOffset(seconds: number): number {
  return addon.utcOffset(seconds);
}

/** CLOCK_BOOTTIME in milliseconds: the time since the machine was started, also that in which it slept. */
export function bootTime(): number {
  return addon.bootTime();
}

/** Gives memory that was freed back to the system. */
export function trimMemory(): void {
  addon.trimMemory();
}

/** Resident bytes of mapped files, mostly of Node.js itself; 0 where /proc is not mounted. */
export function mappedBytes(): number {
  return Math.max(0, addon.mappedBytes());
}

/**
 * Gives back the pages of Node.js, its libraries and the addon that hold nothing but what is in their files. The kernel
 * maps them again from its cache of files as they are used.
 *
 * @returns their bytes; 0 where the kernel does not show or not allow it
 */
export function releasePages(): number {
  return Math.max(0, addon.releasePages());
}
