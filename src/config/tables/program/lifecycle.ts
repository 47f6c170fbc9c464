/**
 * The keys of a program that decide when its processes start and how they stop.
 *
 * @module
 */
import { stock } from '../option.ts';
import { autoRestart, boolean, exitCodes, integer, stopSignals } from '../values.ts';

export const LIFECYCLE_OPTIONS = {
  priority: stock({
    field: 'priority',
    type: integer,
    default: '999',
    help: 'Lower starts first and stops last.',
    change: 'live',
  }),
  autostart: stock({
    field: 'autostart',
    type: boolean,
    default: 'true',
    help: 'Start with the daemon.',
    change: 'live',
  }),
  autorestart: stock({
    field: 'autorestart',
    type: autoRestart,
    default: 'unexpected',
    help: 'Start again after an exit: always, never, or after unexpected exit codes.',
    change: 'live',
  }),
  startsecs: stock({
    field: 'startSeconds',
    type: integer,
    default: '1',
    help: 'Seconds that a process must stay up to count as started.',
    change: 'live',
  }),
  startretries: stock({
    field: 'startRetries',
    type: integer,
    default: '3',
    help: 'Failed starts in a row before the process is given up.',
    change: 'live',
  }),
  stopsignal: stock({
    field: '*',
    type: stopSignals,
    default: 'TERM',
    help: 'Signal that asks the process to stop; several with commas between are sent stopwaitsecs apart.',
    example: 'QUIT',
    change: 'live',
  }),
  stopwaitsecs: stock({
    field: 'stopWaitSeconds',
    type: integer,
    default: '10',
    help: 'Seconds to wait for the stop before SIGKILL.',
    change: 'live',
  }),
  stopasgroup: stock({
    field: 'stopAsGroup',
    type: boolean,
    default: 'false',
    help: 'Send the stop signal to the whole process group.',
    change: 'live',
  }),
  killasgroup: stock({
    field: 'killAsGroup',
    type: boolean,
    defaultFrom: 'stopasgroup',
    help: 'Send SIGKILL to the whole process group; as stopasgroup if not set.',
    example: 'false',
    change: 'live',
  }),
  exitcodes: stock({
    field: 'exitCodes',
    type: exitCodes,
    default: '0',
    help: 'Exit codes that are expected.',
    change: 'live',
  }),
} as const;
