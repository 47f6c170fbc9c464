/**
 * The processes of the machine, as /proc shows them at one moment.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { statFields } from './proc-stat.ts';

export interface TableEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** As in `ProcStat`. */
  readonly startTicks: number;
  /** It has ended, and its parent has not reaped it yet. */
  readonly isZombie: boolean;
  /** Pages of memory that it has in RAM. */
  readonly residentPages: number;
  /** Processor time that it and its children that it has waited for have used, in clock ticks. */
  readonly cpuTicks: number;
}

/**
 * Reads all processes that this one may see. Those that end meanwhile are left out.
 *
 * @param proc where proc(5) is mounted
 */
export function readProcessTable(proc = '/proc'): TableEntry[] {
  return pidsIn(proc).flatMap((pid) => entryOf(pid, proc) ?? []);
}

/** Numbers of processes, in no particular order. */
export function pidsIn(proc = '/proc'): number[] {
  return readdirSync(proc).filter(isNumber).map(Number);
}

/** Null where there is no such process. */
export function entryOf(pid: number, proc = '/proc'): TableEntry | null {
  let text: string;
  try {
    text = readFileSync(`${proc}/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  // The third field of proc(5) is the first here.
  const fields = statFields(text);
  return {
    pid,
    isZombie: fields[0] === 'Z' || fields[0] === 'X',
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTicks: Number(fields[19]),
    residentPages: Number(fields[21]),
    cpuTicks: sumOf(fields, 11, 15),
  };
}

/** @param from the first field @param to the field after the last one */
function sumOf(fields: readonly string[], from: number, to: number): number {
  return fields.slice(from, to).reduce((sum, field) => sum + Number(field), 0);
}

function isNumber(name: string): boolean {
  return /^\d+$/.test(name);
}
