/**
 * The keys of the sections that only the client reads.
 *
 * The order of the rows is the order in which the reference finds what is wrong.
 *
 * @module
 */
import { entryPointText } from '../../python/entry-point.ts';
import { extension, stock, type ValueType } from './option.ts';
import { text } from './text-value.ts';

const change = 'live';

/** The address of a server; `~` in the path of a socket, and a relative path, are made absolute. */
export const serverAddress: ValueType<string> = { ...text, name: 'server URL' };

/** A path; `~` and a relative path are made absolute. */
export const clientPath: ValueType<string> = { ...text, name: 'path' };

/** The name of a Python function. */
const factory: ValueType<string> = { ...text, name: 'module:function', parse: entryPointText };

/** What a client of a server with TLS needs. */
export const CLIENT_TLS_OPTIONS = {
  cafile: extension({
    field: 'caFile',
    type: clientPath,
    help: 'Certificates of the authorities that are trusted, for https://; without it those that Node.js comes with.',
    change,
    since: '0.2.0',
    example: '/etc/supervisor/ca.crt',
  }),
  certfile: extension({
    field: 'certFile',
    type: clientPath,
    help: 'Certificate of the client, for servers that ask for one.',
    change,
    since: '0.2.0',
    example: '/etc/supervisor/client.crt',
  }),
  keyfile: extension({
    field: 'keyFile',
    type: clientPath,
    help: 'Private key of certfile.',
    change,
    since: '0.2.0',
    example: '/etc/supervisor/client.key',
  }),
} as const;

/** `[supervisorctl]`; the daemon does not read it. */
export const SUPERVISORCTL_OPTIONS = {
  serverurl: stock({
    field: 'serverUrl',
    type: serverAddress,
    default: 'http://localhost:9001',
    help: 'Address of the daemon: unix:///path, http://host:port or https://host:port.',
    change,
    example: 'unix:///tmp/supervisor.sock',
  }),
  prompt: stock({
    field: 'prompt',
    type: text,
    default: 'supervisor',
    help: 'Prompt of the interactive client.',
    change,
    example: 'mysupervisor',
  }),
  username: stock({
    field: 'username',
    type: text,
    help: 'User name for the server.',
    change,
    example: 'chris',
  }),
  password: stock({
    field: 'password',
    type: text,
    help: 'Password for the server.',
    change,
    example: '123',
  }),
  history_file: stock({
    field: 'historyFile',
    type: clientPath,
    help: 'File that keeps the lines that were typed in a session.',
    change,
    example: '~/.sc_history',
  }),
  password_file: extension({
    field: 'passwordFile',
    type: clientPath,
    help: 'File with the password for the server, where password is not set.',
    change,
    since: '0.2.0',
    example: '~/.supervisor-password',
  }),
  ...CLIENT_TLS_OPTIONS,
} as const;

/** `[ctlplugin:x]` */
export const CTL_PLUGIN_OPTIONS = {
  'supervisor.ctl_factory': stock({
    field: 'factory',
    type: factory,
    missing: 'section [{section}] does not specify a supervisor.ctl_factory',
    help: 'Name of the function that makes the plugin.',
    change,
    example: 'my.package:make_ctlplugin',
  }),
} as const;
