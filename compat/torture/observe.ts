/**
 * What can be seen of a daemon and its programs from outside, in one moment.
 *
 * @module
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Bed, Info } from './bed.ts';
import { PROGRAMS } from './programs.ts';

/** A living process that runs the worker. */
export interface Seen {
  readonly pid: number;
  readonly parent: number;
  /** Leads the group that the daemon has given it. */
  readonly isLeader: boolean;
  /** Name of its program; null for a process that a program has left behind. */
  readonly name: string | null;
}

export interface Observation {
  readonly info: readonly Info[];
  readonly processes: readonly Seen[];
  /** Pids of children of the daemon that have ended and were not reaped. */
  readonly zombies: readonly number[];
  /** What each descriptor of the daemon leads to. */
  readonly descriptors: readonly string[];
  /** Names in the runtime folder. */
  readonly runtimeFiles: readonly string[];
  readonly residentBytes: number;
}

export async function observe(bed: Bed): Promise<Observation> {
  const info = await bed.info();
  const processes: Seen[] = [];
  const zombies: number[] = [];
  for (const pid of readdirSync('/proc').map(Number).filter(Number.isInteger)) {
    const stat = statOf(pid);
    if (stat === null) continue;
    if (stat.state === 'Z') {
      if (stat.parent === bed.pid) zombies.push(pid);
      continue;
    }
    const name = nameOf(bed, pid);
    if (name !== undefined) processes.push({ pid, parent: stat.parent, isLeader: stat.group === pid, name });
  }
  return {
    info,
    processes,
    zombies,
    descriptors: descriptorsOf(bed.pid),
    runtimeFiles: namesIn(bed.ownRuntimeFolder),
    residentBytes: residentOf(bed.pid),
  };
}

/** Pids that run a program now, the programs by name. */
export function leadersOf(bed: Bed): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const pid of readdirSync('/proc').map(Number).filter(Number.isInteger)) {
    const name = nameOf(bed, pid);
    if (typeof name === 'string') found.set(name, pid);
  }
  return found;
}

const NAMES: ReadonlySet<string> = new Set(PROGRAMS.map(({ name }) => name));

/** Undefined for a process of another daemon. */
function nameOf(bed: Bed, pid: number): string | null | undefined {
  const words = textOf(`/proc/${pid}/cmdline`).split('\0');
  if (words[0]?.startsWith(`${bed.dir}/left-behind`)) return null;
  const at = words.indexOf(bed.path('worker.pl'));
  const name = words[at + 2];
  return at >= 0 && name !== undefined && NAMES.has(name) ? name : undefined;
}

function statOf(pid: number): { state: string; parent: number; group: number } | null {
  const text = textOf(`/proc/${pid}/stat`);
  const [state, parent, group] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return state === undefined || text === '' ? null : { state, parent: Number(parent), group: Number(group) };
}

function descriptorsOf(pid: number): string[] {
  return namesIn(`/proc/${pid}/fd`).flatMap((name) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${name}`)];
    } catch {
      return [];
    }
  });
}

function residentOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

function namesIn(folder: string | null): string[] {
  if (folder === null) return [];
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
