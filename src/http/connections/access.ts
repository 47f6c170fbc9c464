/**
 * Which client may use a server, and with which rights.
 *
 * @module
 */
import { passwordOf } from '../../config/sections/credentials.ts';
import { matchesEverything } from '../../config/tables/user-options.ts';
import type { Credentials, HttpServerConfig, UserConfig } from '../../config/types.ts';
import { fnmatch } from '../../python/fnmatch.ts';
import { adminCaller, type Caller, limitedCaller } from '../../rpc/rights/caller.ts';
import { programPatterns } from '../../rpc/rights/program-patterns.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import type { HttpRequest } from '../messages/exchange.ts';
import { authorize, demandedCredentials } from './basic-auth.ts';

export interface Access {
  /** The server demands no credentials. */
  readonly isOpen: boolean;
  /** The caller of a path that needs no credentials. */
  readonly unnamed: Caller;
  /** The caller of a request; `malformed` for credentials that cannot be read. */
  identify(request: HttpRequest): Caller | 'denied' | 'malformed';
}

interface Account extends Credentials {
  readonly caller: Caller;
}

/**
 * The server's own user has all rights; other users have those of their sections. Users, and names and passwords in
 * files, are as the configuration has them that was read last; `username` and `password` as they were when the server
 * was opened.
 */
export function serverAccess(supervisor: SupervisorView, server: HttpServerConfig): Access {
  const unnamed = adminCaller(supervisor, null);
  let { users, servers } = supervisor.config;
  let accounts = accountsOf(supervisor, server);
  return {
    unnamed,
    get isOpen() {
      return accounts.length === 0;
    },
    identify(request) {
      const { config } = supervisor;
      if (users !== config.users || servers !== config.servers) {
        ({ users, servers } = config);
        accounts = accountsOf(supervisor, withFiles(server, servers));
      }
      if (accounts.length === 0) return unnamed;
      const account = authorize(request.headers.get('authorization'), accounts);
      return typeof account === 'string' ? account : account.caller;
    },
  };
}

/** A server with the files that its section names now; one whose section is gone goes on as it is. */
function withFiles(server: HttpServerConfig, servers: readonly HttpServerConfig[]): HttpServerConfig {
  const now = servers.find(({ section }) => section === server.section) ?? server;
  return { ...server, usernameFile: now.usernameFile, passwordFile: now.passwordFile };
}

function accountsOf(supervisor: SupervisorView, server: HttpServerConfig): readonly Account[] {
  const credentials = demandedCredentials(server);
  const own = credentials && { ...credentials, caller: adminCaller(supervisor, credentials.username) };
  const accounts = supervisor.config.users
    .filter(({ servers }) => servers.some((pattern) => fnmatch(pattern)(server.section)))
    .flatMap((user) => accountOf(supervisor, user));
  return own === null ? accounts : [own, ...accounts];
}

function accountOf(supervisor: SupervisorView, user: UserConfig): Account[] {
  const { name, role, programs } = user;
  const password = passwordOf(user);
  if (password === null) return [];
  const patterns = matchesEverything(programs) ? null : programPatterns(programs);
  return [{ username: name, password, caller: limitedCaller(supervisor, name, role, patterns) }];
}
