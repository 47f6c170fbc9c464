/**
 * The keys of a program for checks whether its processes are ready, and whether they are healthy.
 *
 * @module
 */
import { failureAction, probeTarget, readinessTarget } from '../check-values.ts';
import { commandText } from '../command-value.ts';
import { extension } from '../option.ts';
import { atLeastOne, positiveSeconds, seconds } from '../values.ts';

const SINCE = { since: '0.2.0' } as const;
const ONE_FOR_ALL = { ...SINCE, scope: 'section' } as const;

export const CHECK_OPTIONS = {
  readiness_check_script: extension({
    ...SINCE,
    field: 'readiness.target',
    type: readinessTarget,
    help: 'What must pass before a process is RUNNING: http://, http+unix://, tcp://, notify, fd:N, log:REGEX, or a command.',
    example: 'tcp://127.0.0.1:8080',
    change: 'live',
  }),
  readiness_check_period: extension({
    ...ONE_FOR_ALL,
    field: 'readiness.periodSeconds',
    type: positiveSeconds,
    default: '1',
    help: 'Longest pause between two readiness checks, in seconds; the first ones follow each other faster.',
    change: 'live',
  }),
  readiness_check_timeout: extension({
    ...ONE_FOR_ALL,
    field: 'readiness.probeSeconds',
    type: positiveSeconds,
    default: '5',
    help: 'Seconds after which one readiness check has failed.',
    change: 'live',
  }),
  readiness_timeout: extension({
    ...ONE_FOR_ALL,
    field: 'readiness.timeoutSeconds',
    type: seconds,
    default: '0',
    help: 'Seconds after which a process that is not ready is stopped, and the start has failed. 0: no limit.',
    change: 'live',
  }),
  watchdog_sec: extension({
    ...ONE_FOR_ALL,
    field: 'watchdogSeconds',
    type: seconds,
    default: '0',
    help: 'Seconds within which a process has to send the next WATCHDOG=1 to NOTIFY_SOCKET, or it is restarted. 0: off.',
  }),
  liveness_check_script: extension({
    ...SINCE,
    field: 'liveness.target',
    type: probeTarget,
    help: 'Check of a RUNNING process: http://, http+unix://, tcp://, or a command.',
    example: 'http://127.0.0.1:8080/health',
    change: 'live',
  }),
  liveness_check_initial_delay: extension({
    ...ONE_FOR_ALL,
    field: 'liveness.delaySeconds',
    type: seconds,
    default: '60',
    help: 'Seconds between the start of a process and its first liveness checks.',
    change: 'live',
  }),
  liveness_check_period: extension({
    ...ONE_FOR_ALL,
    field: 'liveness.periodSeconds',
    type: positiveSeconds,
    default: '60',
    help: 'Seconds between two liveness checks.',
    change: 'live',
  }),
  liveness_check_timeout: extension({
    ...ONE_FOR_ALL,
    field: 'liveness.probeSeconds',
    type: positiveSeconds,
    default: '30',
    help: 'Seconds after which one liveness check has failed.',
    change: 'live',
  }),
  liveness_check_success_threshold: extension({
    ...ONE_FOR_ALL,
    field: 'liveness.successes',
    type: atLeastOne,
    default: '1',
    help: 'Checks in a row that must pass before a process is healthy.',
    change: 'live',
  }),
  liveness_check_failure_threshold: extension({
    ...ONE_FOR_ALL,
    field: 'liveness.failures',
    type: atLeastOne,
    default: '3',
    help: 'Checks in a row that must fail before a process is unhealthy.',
    change: 'live',
  }),
  liveness_check_failure_action: extension({
    ...SINCE,
    field: 'liveness.onFailure',
    type: failureAction,
    default: 'restart',
    help: 'What to do when a process becomes unhealthy: restart, stop, none, or a command to run.',
    change: 'live',
  }),
  liveness_check_success_action: extension({
    ...SINCE,
    field: 'liveness.onSuccess',
    type: commandText,
    help: 'Command to run when an unhealthy process has become healthy again.',
    example: '/usr/local/bin/notify-recovered',
    change: 'live',
  }),
} as const;
