/**
 * The keys of the HTTP servers, `[unix_http_server]` and `[inet_http_server]`.
 *
 * The order of the rows is the order in which the reference finds what is wrong; extensions stand behind.
 *
 * @module
 */

import { ConfigError } from '../config-error.ts';
import { credentialFile, refuseBothKeys } from './credential-file.ts';
import { groupIds, userIds } from './id-lists.ts';
import { extension, stock } from './option.ts';
import { TLS_OPTIONS } from './tls-options.ts';
import { byteSize, healthAccess, inetAddress, names, owner, socketMode, socketPath, text } from './values.ts';

const change = 'next start';

const CREDENTIAL_OPTIONS = {
  username: stock({
    field: 'username',
    type: text,
    help: 'User name that clients must give.',
    change,
    example: 'user',
  }),
  password: stock({
    field: 'password',
    type: text,
    help: 'Password that clients must give, plain or as {SHA} with the hex digest.',
    change,
    example: '123',
    check: (known, section, isWritten) => {
      const hasName = known('username') !== null || isWritten('username_file');
      const hasPassword = known('password') !== null || isWritten('password_file');
      if (hasName !== hasPassword) {
        throw new ConfigError(
          `Section [${section}] contains incomplete authentication: If a username or a password is specified, both the username and password must be specified`,
        );
      }
    },
  }),
} as const;

/** The keys of both kinds of servers that the reference lacks. */
const SERVER_EXTENSIONS = {
  username_file: extension({
    field: 'usernameFile',
    type: credentialFile('username_file'),
    help: 'File with the user name, in place of username; read at the start and with each reread.',
    change: 'live',
    since: '0.2.0',
    example: '/etc/supervisor/username',
    check: refuseBothKeys('username', 'username_file'),
  }),
  password_file: extension({
    field: 'passwordFile',
    type: credentialFile('password_file'),
    help: 'File with the password, in place of password; read at the start and with each reread.',
    change: 'live',
    since: '0.2.0',
    example: '/etc/supervisor/password',
    check: refuseBothKeys('password', 'password_file'),
  }),
  max_body_bytes: extension({
    field: 'maxBodyBytes',
    type: byteSize,
    default: '1MB',
    help: 'Largest request that is read; a larger one is refused.',
    change,
    since: '0.1.0',
  }),
  allowed_hosts: extension({
    field: 'allowedHosts',
    type: names,
    default: '',
    help: 'Host names that requests may have in their Host header, besides those of this machine; `*` allows every name.',
    change,
    since: '0.2.0',
    example: 'supervisor.example.com,*.example.org',
  }),
  healthz: extension({
    field: 'healthz',
    type: healthAccess,
    default: 'private',
    help: 'Whether GET /healthz needs the user name and password of the server (private), or not (public).',
    change,
    since: '0.2.0',
  }),
  metrics: extension({
    field: 'metrics',
    type: healthAccess,
    default: 'private',
    help: 'Whether GET /metrics needs the user name and password of the server (private), or not (public).',
    change,
    since: '0.2.0',
  }),
} as const;

/** `[unix_http_server]` */
export const UNIX_SERVER_OPTIONS = {
  file: stock({
    field: 'file',
    type: socketPath,
    missing: 'section [{section}] has no file value',
    help: 'Path of the socket.',
    change,
    example: '/tmp/supervisor.sock',
  }),
  ...CREDENTIAL_OPTIONS,
  chown: stock({
    field: 'owner',
    type: owner,
    help: 'Owner of the socket, as user or user:group.',
    change,
    example: 'nobody:nogroup',
  }),
  chmod: stock({
    field: 'mode',
    type: socketMode,
    default: '0700',
    help: 'Permission bits of the socket.',
    change,
  }),
  ...SERVER_EXTENSIONS,
  uid: extension({
    field: 'peerUids',
    type: userIds,
    default: '',
    help: 'Users whose processes may use the server, beside those of gid; all others get HTTP 403. Without both, all may.',
    change: 'live',
    since: '0.2.0',
    example: 'deploy,1000',
  }),
  gid: extension({
    field: 'peerGids',
    type: groupIds,
    default: '',
    help: 'Groups whose members may use the server, beside the users of uid.',
    change: 'live',
    since: '0.2.0',
    example: 'staff',
  }),
} as const;

/** `[inet_http_server]` */
export const INET_SERVER_OPTIONS = {
  ...CREDENTIAL_OPTIONS,
  port: stock({
    field: '*',
    type: inetAddress,
    missing: 'section [{section}] has no port value',
    help: 'Address to listen on: port, host:port, *:port or [IPv6]:port.',
    change,
    example: '127.0.0.1:9001',
  }),
  ...SERVER_EXTENSIONS,
  ...TLS_OPTIONS,
} as const;
