/**
 * The metrics of the daemon itself. Those that begin with `process_` and `nodejs_` have the names of Prometheus' client
 * libraries.
 *
 * @module
 */
import { readdirSync } from 'node:fs';
import { VISORD_VERSION } from '../../config/tables/visord-version.ts';
import { counters, SPAWN_BOUNDS_MS } from '../../io/counters.ts';
import { procStatIfKnown, TICKS_PER_SECOND, uptimeSeconds } from '../../io/proc-stat.ts';
import { getrlimit } from '../../native/posix.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import type { Metric, Sample } from './metric.ts';

const MS_PER_SECOND = 1000;

/** The daemon, as the caller sees it. */
export const DAEMON_METRICS: readonly Metric<SupervisorView>[] = [
  {
    name: 'visord_info',
    type: 'gauge',
    help: 'Always 1; the versions of the daemon and of Node.js, and the identifier, are in its labels',
    labels: ['version', 'node', 'identifier'],
    read: ({ config }) => [
      {
        value: 1,
        labels: {
          version: VISORD_VERSION,
          node: process.versions.node,
          identifier: config.daemon.identifier,
        },
      },
    ],
  },
  {
    name: 'visord_state',
    type: 'gauge',
    help: 'State of the daemon: 1 RUNNING, 0 RESTARTING, -1 SHUTDOWN, 2 FATAL',
    read: ({ state }) => ({ FATAL: 2, RUNNING: 1, RESTARTING: 0, SHUTDOWN: -1 })[state],
  },
  {
    name: 'visord_program_start_time_seconds',
    type: 'gauge',
    help: 'Start of this version of the daemon in seconds since the epoch; an upgrade in place changes it and keeps the pid',
    read: () => performance.timeOrigin / MS_PER_SECOND,
  },
  {
    name: 'visord_http_requests_total',
    type: 'counter',
    help: 'Requests that the HTTP servers have received',
    read: () => counters.requests,
  },
  {
    name: 'visord_events_total',
    type: 'counter',
    help: 'Events that were published to event listeners and other subscribers',
    read: () => counters.events,
  },
  {
    name: 'visord_syslog_dropped_messages_total',
    type: 'counter',
    help: 'Messages to syslog that were dropped because syslogd did not run or was slow',
    read: () => counters.droppedSyslogMessages,
  },
  {
    name: 'visord_spawn_duration_seconds',
    type: 'histogram',
    help: 'Time that the daemon takes to start a process, from the decision to the exec',
    labels: ['le'],
    read: spawns,
  },
  {
    name: 'visord_event_loop_active_seconds_total',
    type: 'counter',
    help: 'Time in which the event loop of the daemon did not wait',
    read: () => performance.eventLoopUtilization().active / MS_PER_SECOND,
  },
  {
    name: 'process_start_time_seconds',
    type: 'gauge',
    help: 'When the process of the daemon was started, in seconds since the epoch',
    read: startTime,
  },
  {
    name: 'process_cpu_seconds_total',
    type: 'counter',
    help: 'Processor time of the daemon',
    read: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
  },
  {
    name: 'process_resident_memory_bytes',
    type: 'gauge',
    help: 'Memory of the daemon in RAM',
    read: () => process.memoryUsage.rss(),
  },
  {
    name: 'process_open_fds',
    type: 'gauge',
    help: 'Open descriptors of the daemon',
    read: openDescriptors,
  },
  {
    name: 'process_max_fds',
    type: 'gauge',
    help: 'Maximum number of open descriptors of the daemon',
    read: () => getrlimit('nofile').soft,
  },
  {
    name: 'nodejs_heap_size_used_bytes',
    type: 'gauge',
    help: 'Memory that the heap of V8 uses',
    read: () => process.memoryUsage().heapUsed,
  },
];

function spawns(): Sample[] {
  const bounds = [...SPAWN_BOUNDS_MS.map((ms) => String(ms / MS_PER_SECOND)), '+Inf'];
  let count = 0;
  const buckets = bounds.map((le, index): Sample => {
    count += counters.spawns[index] ?? 0;
    return { value: count, labels: { le }, suffix: '_bucket' };
  });
  return [
    ...buckets,
    { value: counters.spawnMs / MS_PER_SECOND, suffix: '_sum' },
    { value: count, suffix: '_count' },
  ];
}

function startTime(): number | null {
  const stat = procStatIfKnown(process.pid);
  if (stat === null) return null;
  const ageSeconds = uptimeSeconds() - stat.startTicks / TICKS_PER_SECOND;
  return Math.round(Date.now() / MS_PER_SECOND - ageSeconds);
}

function openDescriptors(): number | null {
  try {
    // The folder itself takes one.
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return null;
  }
}
