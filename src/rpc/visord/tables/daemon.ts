/**
 * `visord.*`: the daemon itself, and its configuration.
 *
 * @module
 */
import { VISORD_VERSION } from '../../../config/tables/visord-version.ts';
import { flag, list, optional } from '../../arguments.ts';
import { SUPERVISOR_VERSION } from '../../versions.ts';
import { applyConfig } from '../apply-config.ts';
import { eventListeners } from '../listeners.ts';
import { renderStatus } from '../status.ts';
import { upgrade } from '../upgrade.ts';
import { since } from './context.ts';

export const DAEMON_METHODS = [
  since('0.2.0')({
    name: 'getVersion',
    right: 'read',
    help: 'Return the versions of this daemon, of the supervisor release that it is compatible with, and of Node.js',
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
    help: 'Return the time at which this version of the daemon started. An upgrade in place changes it, and keeps the pid',
    parameters: {},
    returns: { type: 'double', name: 'time', help: 'Wall time in seconds since the epoch' },
    handle: () => performance.timeOrigin / 1000,
  }),
  since('0.2.0')({
    name: 'upgrade',
    right: 'admin',
    help: `Re-execute the installed version under the same pid, as SIGUSR1 does; no program is restarted.

The installed version is tested first, and the answer comes after that test. The daemon re-executes when no request is
being answered; from then on getStartTime has another result`,
    parameters: {},
    returns: {
      type: 'string',
      name: 'version',
      help: 'The installed version, or an empty string if it reports none',
    },
    faults: ['FAILED'],
    handle: (_args, { supervisor }) => upgrade(supervisor),
  }),
  since('0.2.0')({
    name: 'getStatus',
    right: 'read',
    help: 'Return the state of the daemon and of its processes, as the live page shows them',
    parameters: {
      names: optional(list, [], "Names of processes, 'group:name', or 'group:*'; empty: all", ['web']),
    },
    returns: {
      type: 'struct',
      name: 'status',
      help:
        'string identifier, string state, double now, array processes (group, name, statename, pid, start, stop, exitstatus, ' +
        'ended_well, description, disabled, waiting, health, healthy, reloadable, stdout and stderr: whether it has these log files)',
    },
    faults: ['BAD_NAME'],
    handle: ({ names }, { supervisor }) => renderStatus(supervisor, names),
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
        'had no room), array listeners (name, statename, state: ACKNOWLEDGED, READY, BUSY, UNKNOWN or empty, event: the type that ' +
        'it handles, or empty)',
    },
    handle: (_args, { supervisor }) => eventListeners(supervisor),
  }),
  since('0.2.0')({
    name: 'applyConfig',
    right: 'admin',
    help: `Read the configuration again, and apply it. Only processes that differ are restarted. Keys that need no restart are applied
while the process runs.

The answer comes when all processes that had to stop have stopped, and the new processes have been started`,
    parameters: {
      groups: optional(list, [], 'Names of the groups to update; empty: all', ['web']),
      dry_run: optional(flag, false, 'Whether to return what would be done, and change nothing'),
    },
    returns: {
      type: 'struct',
      name: 'result',
      help: `array changes (group, name: empty for the whole group, action, array keys (key, change, old, new, variables), status,
description), array unknown (names of groups), array scaled (group, name, numprocs, configured)`,
    },
    faults: ['CANT_REREAD'],
    handle: ({ groups, dry_run: isDryRun }, { supervisor }) => applyConfig(supervisor, groups, isDryRun),
  }),
];
