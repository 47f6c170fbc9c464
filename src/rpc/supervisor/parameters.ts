/**
 * Parameters and results that several methods of `supervisor.*` share.
 *
 * @module
 */
import { flag, integer, naming, optional, required, text, unchecked } from '../arguments.ts';
import type { FaultName } from '../faults.ts';
import type { Returned } from '../method.ts';

export const PROCESS = naming('process', required(text, "Name of the process, or 'group:name'", 'web'));
export const PROCESSES = naming(
  'process',
  required(text, "Name of the process, 'group:name', or 'group:*'", 'web'),
);
export const GROUP = naming('group', required(unchecked('string'), 'Name of the group', 'web'));
export const SIGNAL = required(unchecked('string'), "Name ('HUP') or number ('1') of the signal", 'HUP');
export const WAIT_FOR_START = optional(flag, true, 'Whether the answer waits until each process is RUNNING');
export const WAIT_FOR_STOP = optional(flag, true, 'Whether the answer waits until each process has exited');
export const OFFSET = required(integer, 'First byte; a negative number counts from the end', -1000);
export const LENGTH = required(integer, 'Number of bytes; 0 reads to the end', 0);

export const DONE: Returned = { type: 'boolean', name: 'result', help: 'Always true' };
/** Of a method that takes the name of a process, or `group:*`. */
export const DONE_OR_STATUSES: Returned = {
  type: 'boolean',
  otherType: 'array',
  name: 'result',
  help: "Always true; with 'group:*' an array with a struct for each process: name, group, status, description",
};
export const STATUSES: Returned = {
  type: 'array',
  name: 'result',
  help: 'A struct for each process: name, group, status, description',
};

export const START_FAULTS: readonly FaultName[] = [
  'BAD_NAME',
  'NO_FILE',
  'NOT_EXECUTABLE',
  'ALREADY_STARTED',
  'SPAWN_ERROR',
  'ABNORMAL_TERMINATION',
  'FAILED',
];
export const STOP_FAULTS: readonly FaultName[] = ['BAD_NAME', 'NOT_RUNNING', 'FAILED'];
export const SIGNAL_FAULTS: readonly FaultName[] = ['BAD_NAME', 'BAD_SIGNAL', 'NOT_RUNNING', 'FAILED'];
