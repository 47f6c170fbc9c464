/**
 * The keys of a program that decide what it waits for before it starts, and what it is a part of.
 *
 * @module
 */
import { dependencies } from '../dependency-list.ts';
import { extension } from '../option.ts';
import { seconds } from '../values.ts';

export const DEPENDENCY_OPTIONS = {
  depends_on: extension({
    field: 'dependencies.on',
    type: dependencies,
    default: '',
    help: 'Programs that the program waits for, as db, cache:started, migrate:completed.',
    since: '0.2.0',
    scope: 'section',
    example: 'db:running',
    change: 'live',
  }),
  depends_timeout: extension({
    field: 'dependencies.timeoutSeconds',
    type: seconds,
    default: '0',
    help: 'Seconds to wait for depends_on; then the process is FATAL. 0: for ever.',
    since: '0.2.0',
    scope: 'section',
    change: 'live',
  }),
  part_of: extension({
    field: 'dependencies.partOf',
    type: dependencies,
    default: '',
    help: 'Programs with which the program stops and restarts.',
    since: '0.2.0',
    scope: 'section',
    example: 'db',
    change: 'live',
  }),
} as const;
