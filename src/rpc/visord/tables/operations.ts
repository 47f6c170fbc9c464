/**
 * `visord.*`: what is done to processes.
 *
 * @module
 */
import { flag, naming, optional, required, text, unchecked } from '../../arguments.ts';
import { DONE, PROCESSES, STATUSES } from '../../supervisor/parameters.ts';
import { startNamed } from '../../supervisor/start-stop-processes.ts';
import { reloadAll, reloadNamed } from '../reload.ts';
import { restartGroup, restartModes } from '../restart-group.ts';
import { runHook } from '../run-hook.ts';
import { scaleProgram, scales } from '../scale.ts';
import { setEnabled } from '../switches.ts';
import { since } from './context.ts';

export const OPERATION_METHODS = [
  since('0.2.0')({
    name: 'startProcess',
    right: 'operate',
    help: 'Start a process, with a choice of what to do about its dependencies',
    parameters: {
      name: naming('process', required(text, 'Name of the process, or group:name', 'web')),
      wait: optional(flag, true, 'Whether to wait with the answer until the process is RUNNING'),
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
    name: 'reloadProcess',
    right: 'operate',
    help: "Send a process its reload_signal, or with 'group:*' all running processes of a group that have one",
    parameters: { name: PROCESSES },
    returns: DONE,
    faults: ['BAD_NAME', 'NOT_RUNNING', 'FAILED'],
    handle: ({ name }, { supervisor }) => reloadNamed(supervisor, name),
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
  since('0.2.0')({
    name: 'runHook',
    right: 'operate',
    help: `Run a hook of a process now, without a start or a stop. It has the same environment and time limit as otherwise.

The answer comes when the command has ended. If a start or a stop of the process runs a hook meanwhile, the
command is ended`,
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
      wait: optional(flag, true, 'Whether to wait with the answer until all is done'),
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
];
