/**
 * `visord.*`: what is done to processes.
 *
 * @module
 */
import { flag, naming, optional, required, text, unchecked } from '../../arguments.ts';
import {
  DONE,
  DONE_OR_STATUSES,
  PROCESS,
  PROCESSES,
  START_FAULTS,
  STATUSES,
  WAIT_FOR_START,
} from '../../supervisor/parameters.ts';
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
    help: "Start a process, or with 'group:*' all processes of a group, with or without its dependencies",
    parameters: {
      name: PROCESSES,
      wait: WAIT_FOR_START,
      ignore_dependencies: optional(flag, false, 'Whether to start it even if its dependencies are not met'),
    },
    returns: DONE_OR_STATUSES,
    faults: START_FAULTS,
    handle: ({ name, wait, ignore_dependencies: ignores }, { supervisor }, scope) =>
      startNamed(supervisor, scope, name, wait, ignores),
  }),
  since('0.2.0')({
    name: 'setEnabled',
    right: 'operate',
    help: 'Disable a process, or enable it again. A disabled process is stopped, and does not start automatically',
    parameters: {
      name: PROCESSES,
      enabled: required(flag, 'Whether to enable it; false disables it', false),
    },
    returns: DONE,
    faults: ['BAD_NAME', 'FAILED'],
    handle: ({ name, enabled }, { supervisor }) => setEnabled(supervisor, name, enabled),
  }),
  since('0.2.0')({
    name: 'restartGroup',
    right: 'operate',
    help:
      'Restart the processes of a group, or one process, in the way that restart_mode names. With rolling and start_first, each ' +
      'process is RUNNING before the next one stops. If one fails, the rest are not restarted',
    parameters: {
      name: naming('process', required(text, "Name of the group, 'group:*', or 'group:name'", 'web')),
      wait: optional(
        flag,
        true,
        'Whether the answer waits for the restart; if false, the answer is true at once',
      ),
    },
    returns: { ...STATUSES, otherType: 'boolean' },
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
    help: "Send a process its reload_signal. With 'group:*', each running process of the group that has a reload_signal gets it",
    parameters: { name: PROCESSES },
    returns: DONE_OR_STATUSES,
    faults: ['BAD_NAME', 'NOT_RUNNING', 'FAILED'],
    handle: ({ name }, { supervisor }) => reloadNamed(supervisor, name),
  }),
  since('0.2.0')({
    name: 'reloadAllProcesses',
    right: 'operate',
    help: 'Send each running process that has a reload_signal this signal',
    parameters: {},
    returns: STATUSES,
    faults: ['FAILED'],
    handle: (_args, { supervisor }) => reloadAll(supervisor),
  }),
  since('0.2.0')({
    name: 'runHook',
    right: 'operate',
    help: `Run a hook of a process now, without a start or a stop. Its environment and its time limit are those of a start or a stop.

The answer comes when the command of the hook has ended. If a start or a stop of the process runs a hook meanwhile, the
command is killed`,
    parameters: {
      name: PROCESS,
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
    help: `Change how many processes a program has. The number outlasts restarts of the daemon and changes of numprocs, until a call with
'file'.

Surplus processes stop, the highest number first, each with its stopsignal and stopwaitsecs`,
    parameters: {
      name: naming('process', required(text, "Name of the program, or 'group:program'", 'web')),
      numprocs: required(
        unchecked('string'),
        "Number of processes; or a change of it, as '+2' or '-1'; or 'file' for numprocs of the configuration",
        '8',
      ),
      wait: optional(
        flag,
        true,
        'Whether the answer waits until surplus processes have stopped; if false, changes is empty',
      ),
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
    help: 'Return the programs that can be scaled: those with %(process_num)d in process_name',
    parameters: {},
    returns: {
      type: 'array',
      name: 'result',
      help: 'A struct for each program: group, name, numprocs, configured, set, min, max',
    },
    handle: (_args, { supervisor }) => scales(supervisor),
  }),
];
