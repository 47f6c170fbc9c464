/**
 * The keys of a program for what it may use as a whole, with all of its processes, and for what a stop ends of them.
 *
 * @module
 */
import { extension } from '../option.ts';
import { killMode } from '../values.ts';

const SINCE = { since: '0.2.0' } as const;

export const RESOURCE_OPTIONS = {
  kill_mode: extension({
    ...SINCE,
    field: 'killMode',
    type: killMode,
    help: 'What a stop ends: the process, its process group, or all processes that it has started (cgroup). If not set, stopasgroup and killasgroup decide.',
    example: 'cgroup',
  }),
} as const;
