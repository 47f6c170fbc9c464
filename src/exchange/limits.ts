/**
 * Limits of memory, CPU time and processes, as other supervisors write them.
 *
 * @module
 */
import { totalmem } from 'node:os';
import type { ProgramDraft } from './program.ts';

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};

/** Units of 1024, with or without `B` or `iB`; null for any other text. */
export function bytesOf(text: string): number | null {
  const [, number, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b?)\s*$/i.exec(text) ?? [];
  if (number === undefined) return null;
  return Math.floor(Number(number) * (UNITS[unit.toLowerCase()] ?? 1));
}

/** In the largest unit that leaves no rest. */
export function sizeText(bytes: number): string {
  for (const [unit, factor] of [
    ['GB', 1024 ** 3],
    ['MB', 1024 ** 2],
    ['KB', 1024],
  ] as const) {
    if (bytes % factor === 0) return `${bytes / factor}${unit}`;
  }
  return String(bytes);
}

/**
 * Sets a key to an amount of memory. A percentage is one of the memory of this machine.
 *
 * @param source the key of the other supervisor, for the note about a value that cannot be read
 */
export function setMemory(draft: ProgramDraft, key: string, source: string, value: string): void {
  if (isUnlimited(value)) return;
  const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(value.trim()) ?? [];
  const bytes = percent === undefined ? bytesOf(value) : Math.floor((totalmem() * Number(percent)) / 100);
  if (bytes === null || bytes < 1) {
    draft.note(`${source}=${value} is not an amount of memory`);
    return;
  }
  draft.set(key, sizeText(bytes));
  if (percent !== undefined) draft.note(`${source}=${value}: ${key} is the amount for this machine`);
}

/** Sets `cpu_quota`. @param percent of one CPU */
export function setCpuQuota(draft: ProgramDraft, source: string, value: string, percent: number): void {
  const rounded = Math.round(percent * 100) / 100;
  if (rounded >= 1) draft.set('cpu_quota', `${rounded}%`);
  else draft.note(`${source}=${value} is not carried over: cpu_quota is at least 1%`);
}

/** Sets `pids_max`. */
export function setTasks(draft: ProgramDraft, source: string, value: string): void {
  if (isUnlimited(value)) return;
  if (/^[1-9]\d*$/.test(value.trim())) draft.set('pids_max', value.trim());
  else draft.note(`${source}=${value} is not a number of processes`);
}

function isUnlimited(value: string): boolean {
  return ['infinity', 'max', '-1', '0', ''].includes(value.trim().toLowerCase());
}
