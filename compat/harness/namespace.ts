/**
 * Mount namespaces: a side that sees a folder of its own where the machine has /dev, so that nothing of the machine
 * is touched and two sides do not meet there.
 *
 * @module
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Starts the rest of the command line in a mount namespace; a plain user needs a user namespace for it. */
export const OWN_MOUNTS: readonly string[] = [
  'unshare',
  ...(process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount']),
  '--propagation',
  'private',
];

/** Fills the folder with the devices that programs use, and puts it in the place of /dev. */
const MOUNT_DEV = `set -e
dev=$1; shift
for name in null zero full random urandom tty; do : > "$dev/$name"; mount --bind "/dev/$name" "$dev/$name"; done
for name in pts shm; do mkdir -p "$dev/$name"; mount --rbind "/dev/$name" "$dev/$name"; done
for name in fd stdin stdout stderr ptmx; do [ -h "/dev/$name" ] && ln -sfn "$(readlink "/dev/$name")" "$dev/$name"; done
mount --rbind "$dev" /dev
exec "$@"`;

/**
 * A prefix for a command that sees the folder as /dev, with everything that is bound in it, such as a socket `log`.
 * The folder is made.
 */
export function ownDev(dev: string): readonly string[] {
  mkdirSync(dev, { recursive: true });
  return [...OWN_MOUNTS, 'sh', '-c', MOUNT_DEV, 'sh', dev];
}

/** Path of the socket that such a command finds at /dev/log. */
export function ownDevLog(dev: string): string {
  return join(dev, 'log');
}
