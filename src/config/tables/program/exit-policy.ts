/**
 * The key of a program that decides whether its end is the end of the daemon.
 *
 * @module
 */
import { extension } from '../option.ts';
import { exitRule } from '../values.ts';

export const EXIT_POLICY_OPTIONS = {
  exit_on: extension({
    field: 'exitOn',
    type: exitRule,
    defaultFrom: 'supervisord.exit_on',
    help: 'End of the program that shuts the daemon down: fatal, failure (also an unexpected exit), end (any), never.',
    since: '0.2.0',
    scope: 'section',
    example: 'failure',
    change: 'live',
  }),
} as const;
