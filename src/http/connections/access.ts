/**
 * Which client may use a server, and with which rights.
 *
 * @module
 */
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
  readonly anybody: Caller;
  /** The caller of a request; `malformed` for credentials that cannot be read. */
  identify(request: HttpRequest): Caller | 'denied' | 'malformed';
}

interface Account extends Credentials {
  readonly caller: Caller;
}

/**
 * The server's own user has all rights; other users have those of their sections, as the configuration has them that was
 * read last.
 */
export function serverAccess(supervisor: SupervisorView, server: HttpServerConfig): Access {
  const anybody = adminCaller(supervisor, null);
  const own = ownAccount(supervisor, server);
  let users = supervisor.config.users;
  let accounts = accountsOf(supervisor, server, users, own);
  return {
    anybody,
    get isOpen() {
      return accounts.length === 0;
    },
    identify(request) {
      if (users !== supervisor.config.users) {
        users = supervisor.config.users;
        accounts = accountsOf(supervisor, server, users, own);
      }
      if (accounts.length === 0) return anybody;
      const account = authorize(request.headers.get('authorization'), accounts);
      return typeof account === 'string' ? account : account.caller;
    },
  };
}

function ownAccount(supervisor: SupervisorView, server: HttpServerConfig): Account | null {
  const credentials = demandedCredentials(server);
  return credentials && { ...credentials, caller: adminCaller(supervisor, credentials.username) };
}

function accountsOf(
  supervisor: SupervisorView,
  { section }: HttpServerConfig,
  users: readonly UserConfig[],
  own: Account | null,
): readonly Account[] {
  const known = users.filter(({ servers }) => servers.some((pattern) => fnmatch(pattern)(section)));
  const accounts = known.flatMap((user) => accountOf(supervisor, user));
  return own === null ? accounts : [own, ...accounts];
}

function accountOf(supervisor: SupervisorView, { name, password, role, programs }: UserConfig): Account[] {
  if (password === null) return [];
  const patterns = matchesEverything(programs) ? null : programPatterns(programs);
  return [{ username: name, password, caller: limitedCaller(supervisor, name, role, patterns) }];
}
