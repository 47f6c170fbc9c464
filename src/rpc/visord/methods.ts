/**
 * The table of `visord.*`: what the reference does not have.
 *
 * @module
 */
import process from 'node:process';
import { VISORD_VERSION } from '../../config/tables/visord-version.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import { flag, integer, list, naming, optional, required, text, unchecked } from '../arguments.ts';
import { extensionMethod, type Method } from '../method.ts';
import { DONE, PROCESS, PROCESSES, STATUSES } from '../supervisor/parameters.ts';
import { startNamed } from '../supervisor/start-stop-processes.ts';
import { SUPERVISOR_VERSION } from '../versions.ts';
import { applyConfig } from './apply-config.ts';
import { checkResults } from './check-results.ts';
import { fleetReport, lockRolling, moveProcess, setDrained, unlockRolling } from './fleet.ts';
import { renderGraph } from './graph.ts';
import { history } from './history.ts';
import { eventListeners } from './listeners.ts';
import { processConfig } from './process-config.ts';
import { reloadAll, reloadNamed } from './reload.ts';
import { resourceHistory } from './resource-history.ts';
import { resources } from './resources.ts';
import { restartGroup, restartModes } from './restart-group.ts';
import { runHook } from './run-hook.ts';
import { scaleProgram, scales } from './scale.ts';
import { renderStatus } from './status.ts';
import { setEnabled } from './switches.ts';
import { upgrade } from './upgrade.ts';

/** The name of the namespace. */
export const VISORD_NAMESPACE = 'visord';

export interface VisordContext {
  readonly supervisor: SupervisorView;
}

/** Methods that are new in a release; `since` is the release. */
const since = extensionMethod<VisordContext>;

export const VISORD_METHODS: readonly Method<VisordContext>[] = [
  since('0.2.0')({
    name: 'getVersion',
    right: 'read',
    help: 'Return the versions of this daemon: its own, that of the Supervisor it is compatible with, and that of Node.js',
    parameters: {},
    returns: { type: 'struct', name: 'versions', help: 'string version, string reference, string node' },
    handle: () => ({
      version: VISORD_VERSION,
      reference: SUPERVISOR_VERSION,
      node: process.versions.node,
    }),
  }),
  since('0.2.0')({
    name: 'getStartTime',
    right: 'read',
    help: 'Return when this program began: an upgrade in place begins another one under the same pid',
    parameters: {},
    returns: { type: 'double', name: 'time', help: 'Wall time in seconds since the epoch' },
    handle: () => performance.timeOrigin / 1000,
  }),
  since('0.2.0')({
    name: 'upgrade',
    right: 'admin',
    help: `Re-execute the installed version under the same pid, as SIGUSR1 does; no program is restarted.

The answer comes when the installed version has shown that it can go on. It does so when no request is under way;
getStartTime has another result then`,
    parameters: {},
    returns: {
      type: 'string',
      name: 'version',
      help: 'The installed version, or an empty string where it reports none',
    },
    faults: ['FAILED'],
    handle: (_args, { supervisor }) => upgrade(supervisor),
  }),
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
    name: 'getStatus',
    right: 'read',
    help: 'Return the state of the daemon, and of each process what the web page shows',
    parameters: {
      names: optional(list, [], "Names of processes, 'group:name', or 'group:*'; empty: all", ['web']),
    },
    returns: {
      type: 'struct',
      name: 'status',
      help:
        'string identifier, string state, double now, array processes (group, name, statename, pid, start, stop, exitstatus, ' +
        'ended_well, description, disabled, waiting, health, healthy, reloadable, and whether it has log files: stdout, stderr)',
    },
    faults: ['BAD_NAME'],
    handle: ({ names }, { supervisor }) => renderStatus(supervisor, names),
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
  since('0.2.0')({
    name: 'runHook',
    right: 'operate',
    help: `Run a hook of a process now, beside its starts and stops. It has the environment and the time limit of the hook.

The answer comes when the command has ended. A hook of a start or a stop that begins meanwhile ends it`,
    parameters: {
      name: naming('process', required(text, "Name of the process, or 'group:name'", 'web')),
      hook: required(
        text,
        'pre_start_hook, post_start_hook, pre_stop_hook or post_stop_hook',
        'pre_stop_hook',
      ),
    },
    returns: DONE,
    faults: ['BAD_NAME', 'FAILED'],
    handle: ({ name, hook }, { supervisor }) => runHook(supervisor, name, hook),
  }),
  since('0.2.0')({
    name: 'getEventListeners',
    right: 'read',
    help: 'Return the pools of event listeners: how full their buffers are, and what each listener does',
    parameters: {},
    returns: {
      type: 'array',
      name: 'pools',
      help:
        'A struct for each pool: group, array events, int buffered, int buffer_size, int discarded (events for which the buffer ' +
        'had no room), array listeners (name, statename, state: ACKNOWLEDGED, READY, BUSY, UNKNOWN or empty, event that it handles)',
    },
    handle: (_args, { supervisor }) => eventListeners(supervisor),
  }),
  since('0.2.0')({
    name: 'startProcess',
    right: 'operate',
    help: 'Start a process, with a choice of what to do about its dependencies',
    parameters: {
      name: naming('process', required(text, 'Name of the process, or group:name', 'web')),
      wait: optional(flag, true, 'Whether to answer when the process is RUNNING, not before'),
      ignore_dependencies: optional(
        flag,
        false,
        'Whether to start it also where its dependencies are not met',
      ),
    },
    returns: { type: 'boolean', name: 'result', help: 'Always true unless error' },
    faults: [
      'BAD_NAME',
      'NO_FILE',
      'NOT_EXECUTABLE',
      'ABNORMAL_TERMINATION',
      'SPAWN_ERROR',
      'ALREADY_STARTED',
      'FAILED',
    ],
    handle: ({ name, wait, ignore_dependencies: ignores }, { supervisor }, scope) =>
      startNamed(supervisor, scope, name, wait, ignores),
  }),
  since('0.2.0')({
    name: 'setEnabled',
    right: 'operate',
    help: 'Disable a process, which stops it and keeps it from being started by itself, or enable it again',
    parameters: {
      name: naming('process', required(text, 'Name of the process, group:name or group:*', 'web')),
      enabled: required(flag, 'False disables it', false),
    },
    returns: { type: 'boolean', name: 'result', help: 'Always true unless error' },
    faults: ['BAD_NAME', 'FAILED'],
    handle: ({ name, enabled }, { supervisor }) => setEnabled(supervisor, name, enabled),
  }),
  since('0.2.0')({
    name: 'restartGroup',
    right: 'operate',
    help:
      'Restart the processes of a group, or one process, as restart_mode asks for. With rolling and start_first, each is RUNNING before ' +
      'the next one stops, and when one fails, the others are left as they are',
    parameters: {
      name: naming('process', required(text, "Name of the group, 'group:*', or 'group:name'", 'web')),
      wait: optional(flag, true, 'Whether to answer when all is done, with the results; else true at once'),
    },
    returns: STATUSES,
    faults: ['BAD_NAME', 'FAILED'],
    handle: ({ name, wait }, { supervisor }) => restartGroup(supervisor, name, wait),
  }),
  since('0.2.0')({
    name: 'getRestartModes',
    right: 'read',
    help: 'Return the processes whose restart_mode is not stop_start',
    parameters: {},
    returns: { type: 'array', name: 'result', help: 'A struct for each process: group, name, mode' },
    handle: (_args, { supervisor }) => restartModes(supervisor),
  }),
  since('0.2.0')({
    name: 'scaleProgram',
    right: 'operate',
    help: `Give a program another number of processes. It holds over restarts of the daemon and changes of numprocs, until 'file' is
asked for.

Surplus processes stop, the highest number first, each with its stopsignal and stopwaitsecs. The answer comes when they have
stopped, and new processes have been started`,
    parameters: {
      name: naming('process', required(text, 'Name of the program, or group:program', 'web')),
      numprocs: required(
        unchecked('string'),
        "The number of processes; '+2' or '-1' more or fewer; 'file': numprocs of the configuration",
        '8',
      ),
      wait: optional(flag, true, 'Whether to answer when all is done, not before'),
    },
    returns: {
      type: 'struct',
      name: 'result',
      help: 'string group, string name, int before, int numprocs, array changes (group, name, action, status, description)',
    },
    faults: ['BAD_NAME', 'FAILED'],
    handle: ({ name, numprocs, wait }, { supervisor }) => scaleProgram(supervisor, name, numprocs, wait),
  }),
  since('0.2.0')({
    name: 'getScales',
    right: 'read',
    help: 'Return the programs that can be scaled: those whose process_name has a process_num',
    parameters: {},
    returns: {
      type: 'array',
      name: 'result',
      help: 'A struct for each program: group, name, numprocs, configured, set, min, max',
    },
    handle: (_args, { supervisor }) => scales(supervisor),
  }),
  since('0.2.0')({
    name: 'getFleet',
    right: 'read',
    help: 'Return the nodes of the fleet that have the same engine, and which of them have the slots of programs with run_on',
    parameters: {},
    returns: {
      type: 'struct',
      name: 'fleet',
      help:
        'string name, string node (of this daemon), boolean connected, array nodes (name, url, digest of the configuration, ' +
        'drained), array slots (process, index, node)',
    },
    faults: ['FAILED'],
    handle: (_args, { supervisor }) => fleetReport(supervisor),
  }),
  since('0.2.0')({
    name: 'moveProcess',
    right: 'operate',
    help: 'Move a process with run_on to another node of the fleet. The answer comes when that node has the slot',
    parameters: {
      name: naming('process', required(text, "Name of the process, or 'group:name'", 'web')),
      node: required(text, 'Name of the node', 'app2'),
    },
    returns: DONE,
    faults: ['BAD_NAME', 'FAILED'],
    handle: ({ name, node }, { supervisor }) => moveProcess(supervisor, name, node),
  }),
  since('0.2.0')({
    name: 'drainNode',
    right: 'admin',
    help: `Let all programs with run_on leave a node, and keep them from it until undrainNode.

The answer comes when the node has no slot any more`,
    parameters: { node: required(text, 'Name of the node', 'app1') },
    returns: DONE,
    faults: ['FAILED'],
    handle: ({ node }, { supervisor }) => setDrained(supervisor, node, true),
  }),
  since('0.2.0')({
    name: 'undrainNode',
    right: 'admin',
    help: 'Let programs with run_on run on a node again',
    parameters: { node: required(text, 'Name of the node', 'app1') },
    returns: DONE,
    faults: ['FAILED'],
    handle: ({ node }, { supervisor }) => setDrained(supervisor, node, false),
  }),
  since('0.2.0')({
    name: 'lockRolling',
    right: 'operate',
    help: 'Take the lock of a rolling restart of the fleet, or renew it. It ends by itself',
    parameters: {
      holder: required(text, 'The client, for others that ask', 'ops@app1'),
      lock: optional(text, '', 'The id of the lock that is renewed; empty for a new one'),
    },
    returns: {
      type: 'struct',
      name: 'lock',
      help: 'string id (empty for a daemon in no fleet with an engine), int seconds',
    },
    faults: ['BAD_NAME', 'FAILED'],
    handle: ({ holder, lock }, { supervisor }) => lockRolling(supervisor, holder, lock),
  }),
  since('0.2.0')({
    name: 'unlockRolling',
    right: 'operate',
    help: 'Release the lock of a rolling restart',
    parameters: { lock: required(text, 'The id of the lock', '7587862094830131462') },
    returns: DONE,
    faults: ['FAILED'],
    handle: ({ lock }, { supervisor }) => unlockRolling(supervisor, lock),
  }),
  since('0.2.0')({
    name: 'reloadProcess',
    right: 'operate',
    help: "Send a process its reload_signal, or with 'group:*' all running processes of a group that have one",
    parameters: { name: PROCESSES },
    returns: DONE,
    faults: ['BAD_NAME', 'NOT_RUNNING', 'FAILED'],
    handle: ({ name }, { supervisor }) => reloadNamed(supervisor, name),
  }),
  since('0.2.0')({
    name: 'applyConfig',
    right: 'admin',
    help: `Read the configuration again, and bring the processes to it: only those that differ are restarted, and keys that
need no restart are taken over while the process runs.

The answer comes when everything has stopped that had to, and the new processes have been started`,
    parameters: {
      groups: optional(list, [], 'Names of the groups that are changed; empty: all', ['web']),
      dry_run: optional(flag, false, 'Whether to report only what would be done'),
    },
    returns: {
      type: 'struct',
      name: 'result',
      help: `array changes (group, name or an empty string, action, keys, status, description), array unknown (groups),
array scaled (group, name, numprocs, configured)`,
    },
    faults: ['CANT_REREAD'],
    handle: ({ groups, dry_run: isDryRun }, { supervisor }) => applyConfig(supervisor, groups, isDryRun),
  }),
  since('0.2.0')({
    name: 'reloadAllProcesses',
    right: 'operate',
    help: 'Send all running processes that have a reload_signal that signal',
    parameters: {},
    returns: STATUSES,
    faults: ['FAILED'],
    handle: (_args, { supervisor }) => reloadAll(supervisor),
  }),
];
