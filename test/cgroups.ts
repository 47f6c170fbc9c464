/** Daemons with a cgroup v2 of their own that they may write, and daemons without any, whatever the machine has. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRoot, type Need, need } from './needs.ts';

const UNSHARE = ['unshare', '-m', '--propagation', 'private', 'sh', '-c'];

const canUnshare = isRoot && spawnSync('unshare', ['-m', 'true']).status === 0;

/** A command that executes the rest of its command line where no cgroup v2 can be written. */
export const WITHOUT_CGROUPS: readonly string[] = canUnshare
  ? [...UNSHARE, 'umount -l -a -t cgroup2; exec "$0" "$@"']
  : [];

/** $0: where the hierarchy is mounted, $1: name of the cgroup. */
const ENTER = `mount -t cgroup2 none "$0" && mkdir -p "$0/$1" && echo $$ > "$0/$1/cgroup.procs" && umount "$0" || exit 1
name=$1; shift
exec unshare -C sh -c 'mount -t cgroup2 none "$0" && exec "$@"' "$0" "$@"`;

/** $0: where the hierarchy is mounted, $1: name of the cgroup. Ends what is left in it. */
const REMOVE = `mount -t cgroup2 none "$0" || exit 1
test -d "$0/$1" || exit 0
echo 1 > "$0/$1/cgroup.kill"
for try in $(seq 3000); do find "$0/$1" -depth -type d -exec rmdir {} + 2>/dev/null && exit; sleep 0.01; done
exit 1`;

const made: string[][] = [];

/** A command that executes the rest of its command line in a cgroup of its own, which looks like the whole hierarchy there. */
export function ownCgroup(): readonly string[] {
  const mount = mkdtempSync(join(tmpdir(), 'visord-cgroup-'));
  const name = `visord-test-${process.pid}-${made.length}`;
  made.push([mount, name]);
  return [...UNSHARE, ENTER, mount, name];
}

/** Removes the cgroups with all that runs in them. Returns whether that was possible. */
export function removeOwnCgroups(): boolean {
  return made.splice(0).every(([mount = '', name = '']) => {
    const [command = '', ...args] = [...UNSHARE, REMOVE, mount, name];
    const isGone = spawnSync(command, args).status === 0;
    rmSync(mount, { recursive: true });
    return isGone;
  });
}

/** A cgroup v2 that a test may make. */
export const OWN_CGROUPS: Need = need(canUnshare && isMade(), 'run as root, where cgroups can be made');

function isMade(): boolean {
  const [command = '', ...args] = [...ownCgroup(), 'true'];
  const { status } = spawnSync(command, args);
  return removeOwnCgroups() && status === 0;
}
