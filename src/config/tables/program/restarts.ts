/**
 * The keys of a program that decide how fast, and how often, its processes are restarted.
 *
 * @module
 */
import { extension } from '../option.ts';
import { count, factor, fraction, seconds, word } from '../values.ts';

export const RESTART_OPTIONS = {
  type: extension({
    field: 'type',
    type: word('type of program', ['simple', 'oneshot']),
    default: 'simple',
    help: 'oneshot: the program does its work and exits; an expected exit is a success, also before startsecs.',
    since: '0.2.0',
    scope: 'section',
    change: 'live',
  }),
  restartpause: extension({
    field: 'pace.pauseSeconds',
    type: seconds,
    default: '0',
    help: 'Seconds between the end of a process and its next start.',
    since: '0.2.0',
    scope: 'section',
    change: 'live',
  }),
  backoff_factor: extension({
    field: 'pace.factor',
    type: factor,
    default: '1',
    help: 'Above 1, each pause is longer than the one before it by this factor.',
    since: '0.2.0',
    scope: 'section',
    change: 'live',
  }),
  maxbackoff: extension({
    field: null,
    type: seconds,
    default: '0',
    help: 'The same as backoff_limit.',
    since: '0.2.0',
    scope: 'section',
  }),
  backoff_limit: extension({
    field: 'pace.limitSeconds',
    type: seconds,
    defaultFrom: 'maxbackoff',
    help: 'Longest pause in seconds. After this time in RUNNING, earlier failures are forgotten. 0: no limit.',
    since: '0.2.0',
    scope: 'section',
    example: '0',
    change: 'live',
  }),
  backoff_jitter: extension({
    field: 'pace.jitter',
    type: fraction,
    default: '0',
    help: 'From 0 to 1: each pause is shortened at random, by at most this part of it.',
    since: '0.2.0',
    scope: 'section',
    change: 'live',
  }),
  restart_limit_count: extension({
    field: 'pace.restartLimit',
    type: count,
    default: '0',
    help: 'A process becomes FATAL after more automatic restarts than this within restart_limit_interval. 0: no limit.',
    since: '0.2.0',
    scope: 'section',
    change: 'live',
  }),
  restart_limit_interval: extension({
    field: 'pace.restartLimitSeconds',
    type: seconds,
    default: '10',
    help: 'Seconds in which restarts are counted for restart_limit_count.',
    since: '0.2.0',
    scope: 'section',
    change: 'live',
  }),
} as const;
