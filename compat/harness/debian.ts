/**
 * Debian's packages that `npm run setup` unpacks below node_modules: where their commands and libraries are.
 *
 * @module
 */
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { packageRoot } from './commands.ts';

const UNPACKED = ['reference', 'peers'].map((name) =>
  join(packageRoot(), 'node_modules/.cache/debian', name),
);
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The folders in which commands are sought: unpacked ones come before those that the machine has. */
export function searchPath(): string {
  const unpacked = UNPACKED.map((folder) => join(folder, 'bin')).filter(existsSync);
  return [...unpacked, process.env.PATH ?? SYSTEM_PATH].join(delimiter);
}

/** The Python that has the unpacked modules; where nothing is unpacked, the one that the system's packages use. */
export const PYTHON =
  [...UNPACKED.map((folder) => join(folder, 'bin/python3')), '/usr/bin/python3'].find(existsSync) ??
  'python3';

/** The supervisord to compare with. */
export const REFERENCE =
  UNPACKED.map((folder) => join(folder, 'bin/supervisord')).find(existsSync) ?? '/usr/bin/supervisord';

/** The folder with PostgreSQL, and with a Python for the example of docs/containers.md; may not be there. */
export const EXAMPLE_COMMANDS = join(packageRoot(), 'node_modules/.cache/debian/example/bin');

/** The folder with etcd and etcdctl; may not be there. */
export const ETCD_COMMANDS = join(packageRoot(), 'node_modules/.cache/debian/etcd/bin');

/** The folder with prometheus and promtool; may not be there. */
export const PROMETHEUS_COMMANDS = join(packageRoot(), 'node_modules/.cache/debian/prometheus/bin');

/** The folder with gunicorn; may not be there. */
export const DEPLOY_COMMANDS = join(packageRoot(), 'node_modules/.cache/debian/deploys/bin');

/** A Linux that runs as a process; may not be there. */
export const OWN_KERNEL = join(packageRoot(), 'node_modules/.cache/debian/kernel/bin/linux.uml');

/** Where the files of the unpacked packages are. */
export const UNPACKED_ROOTS = UNPACKED.map((folder) => join(folder, 'root')).filter(existsSync);

/** The path of a library below /usr/lib/ARCHITECTURE, unpacked or the machine's; null where there is none. */
export function findLibrary(name: string): string | null {
  for (const root of [...UNPACKED_ROOTS, '/']) {
    const libraries = join(root, 'usr/lib');
    const folders = existsSync(libraries)
      ? readdirSync(libraries).filter((one) => one.includes('-linux-'))
      : [];
    const found = folders.map((folder) => join(libraries, folder, name)).find(existsSync);
    if (found !== undefined) return found;
  }
  return null;
}
