/**
 * Finds the folder of this process's cgroup (v2), from the files of proc(5).
 *
 * @module
 */

/** The folder, or the reason why there is none, as part of a sentence. */
export type CgroupLocation = { readonly folder: string } | { readonly reason: string };

/** The cgroup of daemons that have programs with limits: the kernel allows processes only in leaves then. */
export const DAEMON_LEAF = 'visord-daemon';

/**
 * @param mountinfo text of /proc/PID/mountinfo
 * @param cgroup text of /proc/PID/cgroup
 */
export function cgroupLocation(mountinfo: string, cgroup: string): CgroupLocation {
  const mounts = mountinfo.split('\n').flatMap((line) => mountOf(line) ?? []);
  if (mounts.length === 0) {
    return { reason: 'cgroup v2 is not mounted' };
  }
  const path = unifiedPath(cgroup);
  if (path === null) {
    return { reason: 'the kernel does not show a cgroup v2 of this process' };
  }
  const shown = mounts.filter(({ root }) => isBelow(path, root));
  const mount = shown.find(({ isReadOnly }) => !isReadOnly) ?? shown[0];
  if (mount === undefined) {
    return { reason: `its cgroup ${path} is not below a mount of cgroup v2` };
  }
  if (mount.isReadOnly) {
    return { reason: `${mount.point} is mounted read-only` };
  }
  const below = mount.root === '/' ? path : path.slice(mount.root.length);
  return { folder: below === '/' || below === '' ? mount.point : `${mount.point}${below}` };
}

/** Path of the cgroup v2 in a text of /proc/PID/cgroup; null where it has none. */
export function unifiedPath(cgroup: string): string | null {
  const line = cgroup.split('\n').find((one) => one.startsWith(UNIFIED));
  return line === undefined ? null : line.slice(UNIFIED.length);
}

const UNIFIED = '0::';

/** The folder below which programs get their cgroups: a daemon that has moved into its leaf has them beside it. */
export function delegatedFolder(folder: string): string {
  const leaf = `/${DAEMON_LEAF}`;
  return folder.endsWith(leaf) ? folder.slice(0, -leaf.length) : folder;
}

interface Mount {
  /** Path in the hierarchy that is mounted. */
  readonly root: string;
  readonly point: string;
  readonly isReadOnly: boolean;
}

/** Null for another file system. */
function mountOf(line: string): Mount | null {
  const [before = '', after = ''] = line.split(' - ');
  const [type, , superOptions = ''] = after.split(' ');
  if (type !== 'cgroup2') {
    return null;
  }
  const [, , , root = '', point = '', options = ''] = before.split(' ');
  const isReadOnly = [options, superOptions].some((list) => list.split(',').includes('ro'));
  return { root: unescaped(root), point: unescaped(point), isReadOnly };
}

/** Blanks and similar characters are escaped as octal numbers there. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

function isBelow(path: string, root: string): boolean {
  return root === '/' || path === root || path.startsWith(`${root}/`);
}
