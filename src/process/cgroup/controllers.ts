/**
 * Makes controllers available below a cgroup (v2). The kernel allows that only where no process is in the cgroup itself, so
 * that the daemon moves into a leaf of its own.
 *
 * @module
 */
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { textOf } from './cgroup-files.ts';
import { DAEMON_LEAF } from './location.ts';

export interface ControllersOptions {
  /** The cgroup that is delegated to the daemon. */
  readonly delegated: string;
  /** The folder with the cgroups of its programs, below it. */
  readonly folder: string;
  readonly pid: number;
}

/** Returns null, or why the controllers cannot be enabled, as a sentence. All is as before then. */
export function enableControllers(
  wanted: readonly string[],
  { delegated, folder, pid }: ControllersOptions,
): string | null {
  const missing = missingIn(join(delegated, 'cgroup.controllers'), wanted);
  if (missing.length > 0) {
    const names = missing.join(', ');
    return `the ${missing.length === 1 ? 'controller' : 'controllers'} ${names} cannot be used in ${delegated}`;
  }
  try {
    if (!enable(wanted, delegated)) {
      const isAlone = moveToLeaf(pid, delegated) && enable(wanted, delegated);
      if (!isAlone) {
        leaveLeaf(pid, delegated);
        return `other processes are in ${delegated}, the cgroup of the daemon`;
      }
    }
    return enable(wanted, folder) ? null : `processes are in ${folder}`;
  } catch (error) {
    return `the controllers cannot be enabled: ${(error as Error).message}`;
  }
}

/** At the end of the daemon: disables the controllers again, unless another daemon needs them. */
export function releaseControllers(delegated: string, pid: number): void {
  const enabled = namesIn(join(delegated, 'cgroup.subtree_control'));
  try {
    if (enabled.length > 0) {
      write(join(delegated, 'cgroup.subtree_control'), enabled.map((name) => `-${name}`).join(' '));
    }
    leaveLeaf(pid, delegated);
  } catch {
    // Another daemon uses them.
  }
}

/** False where processes are in the cgroup itself. @throws ErrnoException */
function enable(wanted: readonly string[], cgroup: string): boolean {
  const control = join(cgroup, 'cgroup.subtree_control');
  const missing = missingIn(control, wanted);
  if (missing.length === 0) {
    return true;
  }
  try {
    write(control, missing.map((name) => `+${name}`).join(' '));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EBUSY') return false;
    throw error;
  }
}

function moveToLeaf(pid: number, delegated: string): boolean {
  const leaf = join(delegated, DAEMON_LEAF);
  mkdirSync(leaf, { recursive: true });
  write(join(leaf, 'cgroup.procs'), String(pid));
  return true;
}

function leaveLeaf(pid: number, delegated: string): void {
  try {
    write(join(delegated, 'cgroup.procs'), String(pid));
    rmdirSync(join(delegated, DAEMON_LEAF));
  } catch {
    // It stays where it is: in a leaf, which other daemons may share.
  }
}

function missingIn(path: string, wanted: readonly string[]): string[] {
  const present = namesIn(path);
  return wanted.filter((name) => !present.includes(name));
}

function namesIn(path: string): string[] {
  return textOf(path)
    .split(/\s+/)
    .filter((name) => name !== '');
}

/** Without O_CREAT: the file exists only if the kernel has it. */
function write(path: string, text: string): void {
  writeFileSync(path, text, { flag: 'r+' });
}
