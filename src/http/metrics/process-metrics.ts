/**
 * The metrics of each process. The first four have the names, labels, types and values of node_exporter's supervisord
 * collector, which Go supervisord has too.
 *
 * @module
 */
import { STATE_CODES } from '../../process/machine/states.ts';
import type { ManagedProcess } from '../../process/managed-process.ts';
import type { Usage } from '../../process/usage/usage.ts';
import type { Metric } from './metric.ts';

/** The labels that every metric of a process has. */
export const PROCESS_LABELS = ['name', 'group'] as const;

/** A process and what it uses. */
export interface MeasuredProcess {
  readonly process: ManagedProcess;
  readonly usage: Usage;
}

export const PROCESS_METRICS: readonly Metric<MeasuredProcess>[] = [
  {
    name: 'node_supervisord_up',
    type: 'gauge',
    help: 'Process Up',
    read: ({ process }) => (isUp(process) ? 1 : 0),
  },
  {
    name: 'node_supervisord_state',
    type: 'gauge',
    help: 'Process State',
    read: ({ process }) => STATE_CODES[process.state],
  },
  {
    name: 'node_supervisord_exit_status',
    type: 'gauge',
    help: 'Process Exit Status',
    read: ({ process }) => process.exitStatus ?? 0,
  },
  {
    name: 'node_supervisord_start_time_seconds',
    type: 'counter',
    help: 'Process start time',
    read: ({ process }) => (isUp(process) ? Math.trunc(process.startedAt) : null),
  },
  {
    name: 'visord_process_restarts_total',
    type: 'counter',
    help: 'Starts by the daemon itself, after an exit, a failed start or a failed check',
    read: ({ process }) => process.restarts,
  },
  {
    name: 'visord_process_cpu_seconds_total',
    type: 'counter',
    help: 'Processor time of the process and all that it has started; only while it runs',
    read: ({ process, usage }) => (process.pid > 0 ? usage.cpuSeconds : null),
  },
  {
    name: 'visord_process_resident_memory_bytes',
    type: 'gauge',
    help: 'Memory in RAM of the process and all that it has started; only while it runs',
    read: ({ process, usage }) => (process.pid > 0 ? usage.residentBytes : null),
  },
  {
    name: 'visord_process_processes',
    type: 'gauge',
    help: 'Number of processes: the process and all that it has started',
    read: ({ process, usage }) => (process.pid > 0 ? usage.processes : 0),
  },
  {
    name: 'visord_process_output_bytes_total',
    type: 'counter',
    help: 'Bytes that the daemon has read from stdout and stderr of the process for its logs',
    labels: ['channel'],
    read: ({ process: { outputBytes } }) => [
      { value: outputBytes.stdout, labels: { channel: 'stdout' } },
      { value: outputBytes.stderr, labels: { channel: 'stderr' } },
    ],
  },
  {
    name: 'visord_process_log_trouble',
    type: 'gauge',
    help: 'Whether a log of the process cannot be written, so that its output is dropped',
    read: ({ process }) => (process.logTrouble === null ? 0 : 1),
  },
  {
    name: 'visord_process_ready',
    type: 'gauge',
    help: 'Whether a process with a readiness check is ready',
    read: ({ process: { config, state } }) =>
      config.readiness.target === null ? null : state === 'RUNNING' ? 1 : 0,
  },
  {
    name: 'visord_process_healthy',
    type: 'gauge',
    help: 'Result of the liveness check of a process; from its first result on',
    read: ({ process: { health } }) => {
      const isHealthy = health?.isHealthy ?? null;
      return isHealthy === null ? null : Number(isHealthy);
    },
  },
  {
    name: 'visord_process_disabled',
    type: 'gauge',
    help: 'Whether the process is disabled',
    read: ({ process }) => (process.isDisabled ? 1 : 0),
  },
];

/** The collector counts STOPPING too. */
function isUp({ state }: ManagedProcess): boolean {
  return state === 'STARTING' || state === 'RUNNING' || state === 'STOPPING';
}
