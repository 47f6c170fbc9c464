/**
 * The files of one cgroup (v2): which processes are in it, how it is ended, and how it is removed.
 *
 * @module
 */
import { readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Processes in the cgroup and in those below it. Empty where it does not exist. */
export function processesIn(folder: string): number[] {
  return [folder, ...foldersBelow(folder)].flatMap(pidsOf);
}

/** Whether there are processes in the cgroup or in one below it. */
export function isPopulated(folder: string): boolean {
  return numberAt(textOf(join(folder, 'cgroup.events')), 'populated') === 1;
}

/**
 * Sends SIGKILL to all processes in the cgroup and in those below it, also to those that are being forked. Before Linux 5.14
 * each is signalled on its own, so that this is to be repeated.
 */
export function killAll(folder: string): void {
  try {
    // Without O_CREAT: the file exists only if the kernel has it.
    writeFileSync(join(folder, 'cgroup.kill'), '1', { flag: 'r+' });
  } catch {
    for (const pid of processesIn(folder)) {
      kill(pid);
    }
  }
}

/** Removes the cgroup and those below it; false where processes are in it. One that does not exist is removed. */
export function removeCgroup(folder: string): boolean {
  for (const one of [...foldersBelow(folder).reverse(), folder]) {
    try {
      rmdirSync(one);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return false;
    }
  }
  return true;
}

/** The number behind a name in a file of lines `NAME NUMBER`; null where it is not there. */
export function numberAt(text: string, name: string): number | null {
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? null : Number(line.slice(name.length + 1));
}

/** Empty where it cannot be read. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function pidsOf(folder: string): number[] {
  return textOf(join(folder, 'cgroup.procs')).split('\n').filter(Boolean).map(Number);
}

/** Each before those below it. */
function foldersBelow(folder: string): string[] {
  let entries: string[];
  try {
    entries = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? entry.name : [],
    );
  } catch {
    return [];
  }
  return entries.flatMap((name) => [join(folder, name), ...foldersBelow(join(folder, name))]);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
