/**
 * The keys of a program that decide how its processes are restarted together.
 *
 * @module
 */
import { ConfigError } from '../../config-error.ts';
import { extension } from '../option.ts';
import { atLeastOne, seconds, word } from '../values.ts';

const ROW = { since: '0.2.0', scope: 'section', change: 'live' } as const;

export const RESTART_MODE_OPTIONS = {
  restart_mode: extension({
    ...ROW,
    field: 'restart.mode',
    type: word('restart mode', ['stop_start', 'rolling', 'start_first']),
    default: 'stop_start',
    help:
      'How `supervisorctl restart` and `update` restart the processes. stop_start: all at once. rolling: each RUNNING before the next ' +
      'one stops. start_first: the next process is started beside the one that runs, which is stopped when the next one is RUNNING. ' +
      'start_first is for programs and FastCGI programs, not for event listeners, type=oneshot and cron.',
    check: (known, section) => checkStartFirst(known, section),
    example: 'rolling',
  }),
  rolling_batch: extension({
    ...ROW,
    field: 'restart.batch',
    type: atLeastOne,
    default: '1',
    help: 'With restart_mode=rolling and start_first: how many processes are restarted at a time.',
  }),
  rolling_pause: extension({
    ...ROW,
    field: 'restart.pauseSeconds',
    type: seconds,
    default: '0',
    help: 'With restart_mode=rolling and start_first: seconds between one batch and the next.',
  }),
} as const;

/** @throws ConfigError where two processes of a program must not run at a time */
function checkStartFirst(known: (key: string) => unknown, section: string): void {
  if (known('restart_mode') !== 'start_first') return;
  const reason = section.startsWith('eventlistener:')
    ? 'for event listeners'
    : known('cron') !== null
      ? 'with cron'
      : known('type') === 'oneshot'
        ? 'with type=oneshot'
        : null;
  if (reason !== null) {
    throw new ConfigError(`restart_mode=start_first cannot be used ${reason}`);
  }
}
