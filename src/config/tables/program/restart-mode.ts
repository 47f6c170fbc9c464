/**
 * The keys of a program that decide how its processes are restarted together.
 *
 * @module
 */
import { extension } from '../option.ts';
import { atLeastOne, seconds, word } from '../values.ts';

const ROW = { since: '0.2.0', scope: 'section', change: 'live' } as const;

export const RESTART_MODE_OPTIONS = {
  restart_mode: extension({
    ...ROW,
    field: 'restart.mode',
    type: word('restart mode', ['stop_start', 'rolling']),
    default: 'stop_start',
    help: 'How `supervisorctl restart` and `update` restart the processes: all at once, or rolling: each RUNNING before the next one stops.',
    example: 'rolling',
  }),
  rolling_batch: extension({
    ...ROW,
    field: 'restart.batch',
    type: atLeastOne,
    default: '1',
    help: 'With restart_mode=rolling: how many processes are restarted at a time.',
  }),
  rolling_pause: extension({
    ...ROW,
    field: 'restart.pauseSeconds',
    type: seconds,
    default: '0',
    help: 'With restart_mode=rolling: seconds between one batch and the next.',
  }),
} as const;
