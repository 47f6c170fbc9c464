/**
 * The keys of a program for what it may use as a whole, with all of its processes, and for what a stop ends of them.
 *
 * @module
 */

import type { ValueType } from '../option.ts';
import { extension } from '../option.ts';
import { cpuQuota, memorySize } from '../resource-values.ts';
import { atLeastOne, killMode } from '../values.ts';

const SINCE = { since: '0.2.0', change: 'live' } as const;

/** A process that was started without a limit is in no cgroup, and is not moved to one with all that it has started. */
function ofCgroup<V>(type: ValueType<V>): ValueType<V> {
  return { ...type, needsRestart: (active) => active === null };
}

/** Limits of the cgroup of a process. */
export const RESOURCE_LIMIT_OPTIONS = {
  memory_max: extension({
    ...SINCE,
    field: 'resources.memoryMax',
    type: ofCgroup(memorySize),
    help: 'Memory that all processes of the program may use; beyond that the kernel kills one of them (cgroup v2).',
    example: '512MB',
  }),
  memory_high: extension({
    ...SINCE,
    field: 'resources.memoryHigh',
    type: ofCgroup(memorySize),
    help: 'Memory beyond which the kernel slows the processes of the program down and reclaims memory from them (cgroup v2).',
    example: '400MB',
  }),
  cpu_quota: extension({
    ...SINCE,
    field: 'resources.cpuQuota',
    type: ofCgroup(cpuQuota),
    expansion: [],
    help: 'CPU time of all processes of the program, as a percentage of one CPU (cgroup v2).',
    example: '150%',
  }),
  pids_max: extension({
    ...SINCE,
    field: 'resources.pidsMax',
    type: ofCgroup(atLeastOne),
    help: 'Number of processes and threads that the program may have (cgroup v2).',
    example: '100',
  }),
} as const;

export const RESOURCE_OPTIONS = {
  kill_mode: extension({
    ...SINCE,
    field: 'killMode',
    type: killMode,
    help: 'What a stop ends: the process, its process group, or all processes that it has started (cgroup). If not set, stopasgroup and killasgroup decide.',
    example: 'cgroup',
  }),
  ...RESOURCE_LIMIT_OPTIONS,
  memory_restart: extension({
    ...SINCE,
    field: 'resources.memoryRestart',
    type: memorySize,
    help: 'Memory of the process and all that it has started beyond which it is stopped and started again.',
    example: '400MB',
  }),
} as const;
