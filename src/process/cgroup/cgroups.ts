/**
 * The cgroups (v2) of the programs of one daemon: a folder below its own cgroup, and in it one for each process that is
 * to have one. Their names are those of the processes, so that a later daemon finds them.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { MainLog } from '../../logs/main-log.ts';
import { fsencode } from '../../python/fs-encoding.ts';
import { removeCgroup, textOf } from './cgroup-files.ts';
import { enableControllers, releaseControllers } from './controllers.ts';
import { LIMIT_KEYS, type LimitFile } from './limit-files.ts';
import {
  type CgroupLocation,
  cgroupLocation,
  DAEMON_LEAF,
  delegatedFolder,
  unifiedPath,
} from './location.ts';

export interface CgroupsOptions {
  readonly log: MainLog;
  /** Identifies the daemon among those that share a cgroup; the next daemon of this configuration has the same. */
  readonly runtimeFolder: string | null;
  /** Where proc(5) is mounted. */
  readonly proc?: string;
}

export class Cgroups {
  readonly #log: MainLog;
  readonly #proc: string;
  /** Name of the folder of this daemon. */
  readonly #name: string;
  #folder: string | null | undefined;
  #hasLimits = true;

  constructor({ log, runtimeFolder, proc = '/proc' }: CgroupsOptions) {
    this.#log = log;
    this.#proc = proc;
    this.#name = `visord-${hash(runtimeFolder ?? String(process.pid))}`;
  }

  /** The folder of this daemon; null where it cannot be made, which is logged once. */
  get folder(): string | null {
    if (this.#folder === undefined) {
      this.#folder = this.#open();
    }
    return this.#folder;
  }

  /**
   * Makes the cgroup of a process, where there is none, and sets its limits; null where cgroups cannot be made.
   *
   * @throws Error where that fails for this process
   */
  make(groupName: string, name: string, limits: readonly LimitFile[] = []): string | null {
    const { folder } = this;
    if (folder === null) {
      return null;
    }
    const cgroup = join(folder, cgroupName(groupName, name));
    mkdirSync(cgroup, { recursive: true });
    if (limits.length > 0 && this.#enable(limits, folder)) {
      for (const limit of limits) {
        setLimit(cgroup, limit);
      }
    }
    return cgroup;
  }

  /** Sets limits of a process that runs in its cgroup. A limit that cannot be set is logged. */
  change(cgroup: string, name: string, limits: readonly LimitFile[]): void {
    if (!this.#hasLimits) {
      return;
    }
    for (const limit of limits) {
      try {
        setLimit(cgroup, limit);
      } catch (error) {
        this.#log.warn(`${name}: ${(error as Error).message}`);
      }
    }
  }

  /** False where the limits have no effect, which is logged once. */
  #enable(limits: readonly LimitFile[], folder: string): boolean {
    if (this.#hasLimits) {
      const wanted = [...new Set(limits.map(({ controller }) => controller))];
      const reason = enableControllers(wanted, { delegated: dirname(folder), folder, pid: process.pid });
      if (reason !== null) {
        this.#hasLimits = false;
        this.#log.warn(`${LIMIT_KEYS.join(', ')} have no effect: ${reason}`);
      }
    }
    return this.#hasLimits;
  }

  /** The cgroup that a process of an earlier daemon runs in, also below another one; null where it is not one of ours. */
  find(groupName: string, name: string, pid: number): string | null {
    const path = unifiedPath(textOf(`${this.#proc}/${pid}/cgroup`));
    const ours = this.folder === null ? null : join(this.folder, cgroupName(groupName, name));
    if (path === null) {
      // It has exited; processes that it has left behind may be in the cgroup.
      return ours !== null && existsSync(ours) ? ours : null;
    }
    if (!path.endsWith(`/${this.#name}/${cgroupName(groupName, name)}`)) {
      return null;
    }
    const location = cgroupLocation(textOf(`${this.#proc}/self/mountinfo`), `0::${path}\n`);
    return 'folder' in location ? location.folder : null;
  }

  /** Cgroups of processes, ours and those that an earlier daemon has left. */
  all(): string[] {
    const { folder } = this;
    if (folder === null) {
      return [];
    }
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() ? join(folder, entry.name) : []));
  }

  /** Removes what is empty, at the end of the daemon. */
  close(): void {
    if (this.#folder != null) {
      for (const cgroup of this.all()) {
        removeCgroup(cgroup);
      }
      remove(this.#folder);
      if (this.#ownFolder.endsWith(`/${DAEMON_LEAF}`)) {
        releaseControllers(dirname(this.#folder), process.pid);
      }
    }
  }

  /** Empty where it is not known. */
  get #ownFolder(): string {
    const location = this.#locate();
    return 'folder' in location ? location.folder : '';
  }

  #locate(): CgroupLocation {
    return cgroupLocation(textOf(`${this.#proc}/self/mountinfo`), textOf(`${this.#proc}/self/cgroup`));
  }

  #open(): string | null {
    const location = this.#locate();
    if ('reason' in location) {
      this.#report(location.reason);
      return null;
    }
    const folder = join(delegatedFolder(location.folder), this.#name);
    try {
      mkdirSync(folder, { recursive: true });
      return folder;
    } catch (error) {
      this.#report(reasonOf(error as NodeJS.ErrnoException, dirname(folder)));
      return null;
    }
  }

  #report(reason: string): void {
    this.#log.warn(
      `programs get no cgroups: ${reason}; ${LIMIT_KEYS.join(', ')} have no effect, and kill_mode=cgroup finds the processes of a program in /proc`,
    );
  }
}

/** Name of the cgroup of a process. */
export function cgroupName(groupName: string, name: string): string {
  const safe = `${groupName}:${name}`.replaceAll('/', '_');
  return PLAIN_NAME.test(safe)
    ? safe
    : `${hash(safe)}:${safe.replaceAll(/[^\w.-]/g, '_').slice(0, SHORTENED)}`;
}

/** Linux allows 255 bytes in one name. */
const PLAIN_NAME = /^[ -~]{1,255}$/;
const SHORTENED = 40;

/** Whether a cgroup, by its path, has the name of a process. */
export function isCgroupOf(folder: string, groupName: string, name: string): boolean {
  return basename(folder) === cgroupName(groupName, name);
}

function hash(text: string): string {
  return createHash('sha1').update(fsencode(text)).digest('hex').slice(0, 12);
}

/** @throws Error with the key */
function setLimit(cgroup: string, { key, file, content }: LimitFile): void {
  try {
    writeFileSync(join(cgroup, file), content, { flag: 'r+' });
  } catch (error) {
    throw new Error(`couldn't set ${key}: ${(error as NodeJS.ErrnoException).code}`);
  }
}

function remove(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Without kill_mode=cgroup, processes that a program has left behind keep its cgroup.
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException, folder: string): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `${folder} may not be written (it is not delegated to this user)`;
    case 'EROFS':
      return `${folder} is mounted read-only`;
    default:
      return `no folder can be made in ${folder}: ${message}`;
  }
}
