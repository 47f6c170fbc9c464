/**
 * The table of the service managers.
 *
 * @module
 */
import { posix } from 'node:path';
import { existsSync } from '../io/files.ts';
import { openrcScript } from './openrc.ts';
import type { ServiceFile, ServiceSettings } from './settings.ts';
import { systemdUnit } from './systemd.ts';
import { sysvScript } from './sysv.ts';

export interface ManagerRow {
  readonly name: 'systemd' | 'openrc' | 'sysv';
  readonly title: string;
  /** Paths, one of which exists where the service manager is installed. */
  readonly marks: readonly string[];
  /** The daemon goes to the background itself. */
  readonly isInBackground: boolean;
  readonly file: (settings: ServiceSettings) => ServiceFile;
  /** What is to be run next, in the order. */
  readonly next: (name: string) => readonly string[];
}

/** The first that is found is taken: OpenRC and systemd can live on a machine with scripts for System V init. */
export const SERVICE_MANAGERS: readonly ManagerRow[] = [
  {
    name: 'systemd',
    title: 'systemd',
    marks: ['/run/systemd/system', '/usr/lib/systemd/systemd', '/lib/systemd/systemd'],
    isInBackground: false,
    file: systemdUnit,
    next: (name) => ['systemctl daemon-reload', `systemctl enable --now ${name}`],
  },
  {
    name: 'openrc',
    title: 'OpenRC',
    marks: ['/sbin/openrc-run', '/usr/sbin/openrc-run', '/usr/bin/openrc-run'],
    isInBackground: true,
    file: openrcScript,
    next: (name) => [`rc-update add ${name} default`, `rc-service ${name} start`],
  },
  {
    name: 'sysv',
    title: 'System V init',
    marks: ['/etc/init.d'],
    isInBackground: true,
    file: sysvScript,
    next: (name) => [`update-rc.d ${name} defaults`, `service ${name} start`],
  },
];

/** The service manager of the system below the root; null where none is found. */
export function managerOf(root: string): ManagerRow | null {
  const isThere = (path: string): boolean => existsSync(posix.join(root, path));
  return SERVICE_MANAGERS.find(({ marks }) => marks.some(isThere)) ?? null;
}
