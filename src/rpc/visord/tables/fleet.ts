/**
 * `visord.*`: fleets, and programs that run on some of their nodes.
 *
 * @module
 */
import { naming, optional, required, text } from '../../arguments.ts';
import { DONE } from '../../supervisor/parameters.ts';
import { fleetReport, lockRolling, moveProcess, setDrained, unlockRolling } from '../fleet.ts';
import { since } from './context.ts';

export const FLEET_METHODS = [
  since('0.2.0')({
    name: 'getFleet',
    right: 'read',
    help: 'Return the nodes of the fleet with the same engine, and the slots of programs with run_on, each with the node that has it',
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
    help: `Move all programs with run_on away from a node, and start none there until undrainNode is called.

The answer comes when the node has no slot`,
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
    help: 'Take the lock of a rolling restart of the fleet, or renew it. A lock that is not renewed in time expires',
    parameters: {
      holder: required(text, 'Name of the client, for the error that other clients get', 'ops@app1'),
      lock: optional(text, '', 'Id of the lock to renew; empty for a new lock'),
    },
    returns: {
      type: 'struct',
      name: 'lock',
      help: 'string id (empty if the daemon is in no fleet with an engine), int seconds until it expires',
    },
    faults: ['BAD_NAME', 'FAILED'],
    handle: ({ holder, lock }, { supervisor }) => lockRolling(supervisor, holder, lock),
  }),
  since('0.2.0')({
    name: 'unlockRolling',
    right: 'operate',
    help: 'Release the lock of a rolling restart',
    parameters: { lock: required(text, 'Id of the lock', '7587862094830131462') },
    returns: DONE,
    faults: ['FAILED'],
    handle: ({ lock }, { supervisor }) => unlockRolling(supervisor, lock),
  }),
];
