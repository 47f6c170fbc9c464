/**
 * `visord.*`: what is known of processes.
 *
 * @module
 */
import { integer, naming, optional, required, text } from '../../arguments.ts';
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
          'Process that the critical chain ends with; empty: the one that was ready last',
          'web',
        ),
      ),
    },
    returns: {
      type: 'struct',
      name: 'graph',
      help: 'array processes (name, statename, level, waiting seconds or -1, dependencies), array critical_chain',
    },
    faults: ['BAD_NAME'],
    handle: ({ name }, { supervisor }) => renderGraph(supervisor, name),
  }),
  since('0.2.0')({
    name: 'getResources',
    right: 'read',
    help: `Return the memory and the processor time that processes use with all that they have started, and how often the
daemon has restarted them by itself.

The figures are those of the kernel: of the cgroup of a program that has one, else of /proc. They are read at the call; those
of all processes may be up to a second old where several clients ask`,
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

They are kept when the daemon is killed, upgraded or reloaded, until it shuts down: 100 of each process, and 100,000 in
all`,
    parameters: {
      name: naming('process', required(text, "Name of the process, or 'group:name'", 'web')),
      limit: optional(integer, 100, 'How many changes at most'),
    },
    returns: {
      type: 'array',
      name: 'result',
      help:
        'A struct for each change: double time (wall time), double monotonic (seconds since the start of the machine), ' +
        'string from and to (states), int pid, boolean exited, int exitstatus (-1 for a signal, and where it has not ' +
        'exited), int signal (0 for none), boolean expected, string spawnerr',
    },
    faults: ['BAD_NAME'],
    handle: ({ name, limit }, { supervisor }) => history(supervisor, name, limit),
  }),
  since('0.2.0')({
    name: 'getResourceHistory',
    right: 'read',
    help: `Return the processor time and the memory of a process over the last hour, every 15 seconds.

The first call begins the recording, of all processes; it ends an hour after the last call.`,
    parameters: { name: PROCESS },
    returns: {
      type: 'struct',
      name: 'history',
      help:
        'Arrays of double: times in seconds since the epoch, cpu in percent of one processor, memory in bytes; ' +
        '-1 where there is no figure',
    },
    faults: ['BAD_NAME'],
    handle: ({ name }, { supervisor }) => resourceHistory(supervisor, name),
  }),
  since('0.2.0')({
    name: 'getProcessConfig',
    right: 'read',
    help: 'Return the effective configuration of a process; values of environment variables and passwords in URLs are hidden',
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
