/**
 * The keys of `[user:x]`: a user of the HTTP servers, and what the user may do.
 *
 * @module
 */
import { ConfigError } from '../config-error.ts';
import { credentialFile, refuseBothKeys } from './credential-file.ts';
import { groupIds, userIds } from './id-lists.ts';
import { extension } from './option.ts';
import { names, text, word } from './values.ts';

/** The roles, each with all rights of those before it. */
export const ROLES = ['read', 'operate', 'admin'] as const;

export type Role = (typeof ROLES)[number];

/** The pattern of a list that matches everything. */
const EVERYTHING = '*';

const change = 'live';
const since = '0.2.0';

/** `[user:x]` */
export const USER_OPTIONS = {
  password: extension({
    field: 'password',
    type: text,
    help: 'Password of the user, plain or as {SHA} with the hex digest.',
    change,
    since,
    example: '123',
  }),
  password_file: extension({
    field: 'passwordFile',
    type: credentialFile('password_file'),
    help: 'File with the password, in place of password; read with the configuration.',
    change,
    since,
    example: '/etc/supervisor/password',
    check: refuseBothKeys('password', 'password_file'),
  }),
  role: extension({
    field: 'role',
    type: word('role', ROLES),
    default: 'read',
    help: 'What the user may do: read (states and logs), operate (also start, stop, signal and clear logs), admin (everything).',
    change,
    since,
  }),
  programs: extension({
    field: 'programs',
    type: names,
    default: EVERYTHING,
    help: 'Patterns of the programs that the user sees: NAME or GROUP:NAME, with *, ? and [abc].',
    change,
    since,
    example: 'web_*,workers:*',
    check: (known, section) => {
      if (known('role') === 'admin' && !matchesEverything(known('programs') as readonly string[])) {
        throw new ConfigError(
          `[${section}] has role=admin, which is for all programs: programs= is for read and operate`,
        );
      }
    },
  }),
  servers: extension({
    field: 'servers',
    type: names,
    default: EVERYTHING,
    help: 'Patterns of the sections of the servers that know the user.',
    change,
    since,
    example: 'inet_http_server*',
  }),
  uid: extension({
    field: 'uids',
    type: userIds,
    default: '',
    help: 'Users of the machine that are this user on unix sockets, without a password.',
    change,
    since,
    example: 'deploy,1000',
  }),
  gid: extension({
    field: 'gids',
    type: groupIds,
    default: '',
    help: 'Groups of the machine whose members are this user on unix sockets, without a password.',
    change,
    since,
    example: 'staff',
  }),
} as const;

/** Whether a list of patterns leaves nothing out. */
export function matchesEverything(patterns: readonly string[]): boolean {
  return patterns.includes(EVERYTHING);
}
