/**
 * The keys of `[fleet]`: many hosts that the client, and the web page of a daemon, view and control as one. Those of the
 * engine are in `engine-options.ts`.
 *
 * @module
 */
import { CLIENT_TLS_OPTIONS, clientPath } from './client-options.ts';
import { nodeList } from './node-list.ts';
import { positiveSeconds } from './number-values.ts';
import { extension } from './option.ts';
import { text } from './text-value.ts';

const change = 'live';
const since = '0.2.0';

/** `[fleet]`, as clients read it. */
export const FLEET_OPTIONS = {
  name: extension({
    field: 'name',
    type: text,
    default: 'fleet',
    help: 'Name of the fleet: the prompt of a session with --fleet, and a member of answers in JSON.',
    change,
    since,
    example: 'prod',
  }),
  nodes: extension({
    field: 'nodes',
    type: nodeList,
    help: 'The hosts: the name of each and the address of its daemon, which may be a stock supervisord. Not needed with engine.',
    change,
    since,
    example: 'app1=https://10.0.0.1:9001,app2=https://10.0.0.2:9001',
  }),
  username: extension({
    field: 'username',
    type: text,
    help: 'User name for the servers of all nodes.',
    change,
    since,
    example: 'ops',
  }),
  username_file: extension({
    field: 'usernameFile',
    type: clientPath,
    help: 'File with the user name, where username is not set.',
    change,
    since,
    example: '/etc/supervisor/fleet-user',
  }),
  password: extension({
    field: 'password',
    type: text,
    help: 'Password for the servers of all nodes.',
    change,
    since,
    example: '123',
  }),
  password_file: extension({
    field: 'passwordFile',
    type: clientPath,
    help: 'File with the password, where password is not set.',
    change,
    since,
    example: '/etc/supervisor/fleet-password',
  }),
  ...CLIENT_TLS_OPTIONS,
  timeout: extension({
    field: 'timeoutSeconds',
    type: positiveSeconds,
    default: '5',
    help: 'Seconds after which a node that has not answered counts as unreachable.',
    change,
    since,
  }),
} as const;
