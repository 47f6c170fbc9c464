/**
 * The keys of a program that runs at certain times.
 *
 * @module
 */
import { cronPattern, timeZone } from '../cron-values.ts';
import { extension } from '../option.ts';
import { boolean, word } from '../values.ts';

const ONE_FOR_ALL = { since: '0.2.0', scope: 'section' } as const;

/** What happens to a run whose time comes while the run before it goes on. */
export const OVERLAPS = ['skip', 'kill', 'allow'] as const;

export const SCHEDULE_OPTIONS = {
  cron: extension({
    ...ONE_FOR_ALL,
    field: 'schedule.cron',
    type: cronPattern,
    help: 'When the program runs: minute hour day month weekday, with seconds in front where there are six fields.',
    example: '0 2 * * *',
    change: 'live',
  }),
  timezone: extension({
    ...ONE_FOR_ALL,
    field: 'schedule.timeZone',
    type: timeZone,
    help: 'Time zone of cron; the one of the daemon if left out.',
    example: 'Europe/Berlin',
    change: 'live',
  }),
  cron_overlap: extension({
    ...ONE_FOR_ALL,
    field: 'schedule.overlap',
    type: word('overlap', OVERLAPS),
    default: 'skip',
    help: 'What to do when a run is due and the last one still runs: skip it, kill the last one, or allow both (at most numprocs).',
    change: 'live',
  }),
  run_on_start: extension({
    ...ONE_FOR_ALL,
    field: 'schedule.runsOnStart',
    type: boolean,
    default: 'false',
    help: 'Run also when the daemon starts.',
    change: 'live',
  }),
  catch_up: extension({
    ...ONE_FOR_ALL,
    field: 'schedule.catchesUp',
    type: boolean,
    default: 'false',
    help: 'Run once when the daemon starts, if runs were missed while it did not run; needs statedir.',
    change: 'live',
  }),
} as const;

/** Defaults of a program with `cron`: a run is not repeated, however it ends. */
export const SCHEDULED_DEFAULTS: ReadonlyMap<string, string> = new Map([
  ['type', 'oneshot'],
  ['autorestart', 'false'],
  ['startsecs', '0'],
]);
