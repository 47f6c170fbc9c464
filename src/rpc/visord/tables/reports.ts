/**
 * `visord.*`: what is known of processes.
 *
 * @module
 */
import { integer, naming, optional, text } from '../../arguments.ts';
import { PROCESS } from '../../supervisor/parameters.ts';
import { checkResults } from '../check-results.ts';
import { renderGraph } from '../graph.ts';
import { history } from '../history.ts';
import { processConfig } from '../process-config.ts';
import { resourceHistory } from '../resource-history.ts';
import { resources } from '../resources.ts';
import { since } from './context.ts';

export const REPORT_METHODS = [
  since('0.2.0')({
    name: 'getGraph',
    right: 'read',
    help: 'Return the dependencies between processes, with their states, and the critical chain of the start',
    parameters: {
      name: naming(
        'process',
        optional(
          text,
          '',
          'Process whose critical chain is returned; empty: the process that was ready last',
          'web',
        ),
      ),
    },
    returns: {
      type: 'struct',
      name: 'graph',
      help:
        'array processes (name, statename, level, waiting: seconds or -1, array dependencies (name, condition, met)), ' +
        'array critical_chain (name, started_after_ms, took_ms: -1 if it is not ready)',
    },
    faults: ['BAD_NAME'],
    handle: ({ name }, { supervisor }) => renderGraph(supervisor, name),
  }),
  since('0.2.0')({
    name: 'getResources',
    right: 'read',
    help: `Return the memory and the processor time of processes, with all processes that they have started, and how often the daemon
has restarted them automatically.

The figures are those of the cgroup of the program, or of /proc if it has none. They are read at the call. If several clients
call for all processes at about the same time, they get the same figures, at most a second old`,
    parameters: {
      name: naming(
        'process',
        optional(text, '', "Name of the process, 'group:name', or 'group:*'; empty: all", 'web'),
      ),
    },
    returns: {
      type: 'array',
      name: 'result',
      help:
        'A struct for each process: string group, string name, int pid, int processes, double cpu_seconds, ' +
        'double resident_bytes, int restarts',
    },
    faults: ['BAD_NAME'],
    handle: ({ name }, { supervisor }) => resources(supervisor, name),
  }),
  since('0.2.0')({
    name: 'getHistory',
    right: 'read',
    help: `Return the last state changes of a process, the oldest first.

The daemon keeps 100 changes of each process, and 100,000 in all. They survive a kill, an upgrade and a reload of the daemon,
and are lost when it shuts down`,
    parameters: {
      name: PROCESS,
      limit: optional(integer, 100, 'Maximum number of changes'),
    },
    returns: {
      type: 'array',
      name: 'result',
      help:
        'A struct for each change: double time (wall time), double monotonic (seconds since the start of the machine), ' +
        'string from, string to (states), int pid, boolean exited, int exitstatus (-1 if it has not exited, or was ended by a ' +
        'signal), int signal (0 for none), boolean expected, string spawnerr',
    },
    faults: ['BAD_NAME'],
    handle: ({ name, limit }, { supervisor }) => history(supervisor, name, limit),
  }),
  since('0.2.0')({
    name: 'getResourceHistory',
    right: 'read',
    help: `Return the processor time and the memory of a process over the last hour, every 15 seconds.

The first call starts the recording for all processes. The recording ends an hour after the last call`,
    parameters: { name: PROCESS },
    returns: {
      type: 'struct',
      name: 'history',
      help:
        'Arrays of double: times in seconds since the epoch, cpu in percent of one processor, memory in bytes. ' +
        '-1 stands for a missing figure',
    },
    faults: ['BAD_NAME'],
    handle: ({ name }, { supervisor }) => resourceHistory(supervisor, name),
  }),
  since('0.2.0')({
    name: 'getProcessConfig',
    right: 'read',
    help: 'Return the effective configuration of a process. Values of environment variables and passwords in URLs are hidden',
    parameters: { name: PROCESS },
    returns: {
      type: 'array',
      name: 'keys',
      help: 'A struct for each key that has a value: string key, string value, boolean default',
    },
    faults: ['BAD_NAME'],
    handle: ({ name }, { supervisor }) => processConfig(supervisor, name),
  }),
  since('0.2.0')({
    name: 'getCheckResults',
    right: 'read',
    help: 'Return the last 20 results of the checks of a process, the oldest first',
    parameters: { name: PROCESS },
    returns: {
      type: 'array',
      name: 'results',
      help:
        'A struct for each result: string check (readiness or liveness), double time (wall time), double seconds (how long the ' +
        'check took, or -1), boolean passed, string text (why it failed)',
    },
    faults: ['BAD_NAME'],
    handle: ({ name }, { supervisor }) => checkResults(supervisor, name),
  }),
];
