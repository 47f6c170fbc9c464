/**
 * The memory and the processor time that a cgroup (v2) uses.
 *
 * @module
 */
import { join } from 'node:path';
import { numberAt, textOf } from './cgroup-files.ts';

/** What the kernel takes back when memory is short, without any process noticing. */
const RECLAIMABLE = ['active_file', 'inactive_file', 'slab_reclaimable'];

const MICROSECONDS = 1e6;

/** In bytes, without the cache of files; null where the kernel does not count it. */
export function cgroupMemory(folder: string): number | null {
  const current = textOf(join(folder, 'memory.current'));
  if (current === '') {
    return null;
  }
  const stat = textOf(join(folder, 'memory.stat'));
  const cached = RECLAIMABLE.reduce((sum, name) => sum + (numberAt(stat, name) ?? 0), 0);
  return Math.max(0, Number(current) - cached);
}

/** Of all processes that have been in it, in seconds; null where the kernel does not count it. */
export function cgroupCpuSeconds(folder: string): number | null {
  const used = numberAt(textOf(join(folder, 'cpu.stat')), 'usage_usec');
  return used === null ? null : used / MICROSECONDS;
}
