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
import type { HttpRequest, Peer } from '../messages/exchange.ts';
import { authorize, demandedCredentials } from './basic-auth.ts';

/** A client that may not use the server; `sentence` is the answer that it gets. */
export interface Excluded {
  readonly sentence: string;
}

export interface Access {
  /** The server demands no credentials. */
  readonly isOpen: boolean;
  /**
   * The caller of a request; `malformed` for credentials that cannot be read.
   *
   * @param isPublic true for a path that needs no credentials
   */
  identify(request: HttpRequest, peer: Peer, isPublic: boolean): Caller | Excluded | 'denied' | 'malformed';
}

interface Account extends Credentials {
  readonly caller: Caller;
}

/** A user of the machine that is known by the ids of its process. */
interface LocalAccount {
  readonly uids: readonly number[];
  readonly gids: readonly number[];
  readonly caller: Caller;
}

/** The access that the current configuration allows. */
interface Rules {
  readonly accounts: readonly Account[];
  readonly locals: readonly LocalAccount[];
  /** No client needs credentials. */
  readonly isOpen: boolean;
  /** Root and the user of the daemon are admins without credentials. */
  readonly trustsOwner: boolean;
  /** The peers that may use the server; null for all. */
  readonly peers: Pick<LocalAccount, 'uids' | 'gids'> | null;
}

const ROOT = 0;

/**
 * The server's own user has all rights; other users have those of their sections. Users, files with credentials and
 * lists of peers come from the configuration that was read last; `username` and `password` from the one with which the
 * server was opened.
 */
export function serverAccess(supervisor: SupervisorView, server: HttpServerConfig): Access {
  const unnamed = adminCaller(supervisor, null);
  const excluded: Excluded = {
    sentence: `This server is only for the users and groups that uid= and gid= in [${server.section}] name.`,
  };
  let { users, servers } = supervisor.config;
  let rules = rulesOf(supervisor, server);
  return {
    get isOpen() {
      return rules.isOpen;
    },
    identify(request, peer, isPublic) {
      const { config } = supervisor;
      if (users !== config.users || servers !== config.servers) {
        ({ users, servers } = config);
        rules = rulesOf(supervisor, asReadLast(server, servers));
      }
      if (rules.peers !== null && !isAmong(rules.peers, peer)) return excluded;
      if (rules.isOpen || isPublic) return unnamed;
      const header = request.headers.get('authorization');
      if (header === undefined) return localCaller(rules, peer, unnamed) ?? 'denied';
      const account = authorize(header, rules.accounts);
      return typeof account === 'string' ? account : account.caller;
    },
  };
}

/** The server with the keys that apply without a restart. A server whose section was removed keeps its keys. */
function asReadLast(server: HttpServerConfig, servers: readonly HttpServerConfig[]): HttpServerConfig {
  const now = servers.find(({ section }) => section === server.section) ?? server;
  const files = { usernameFile: now.usernameFile, passwordFile: now.passwordFile };
  return server.kind === 'unix' && now.kind === 'unix'
    ? { ...server, ...files, peerUids: now.peerUids, peerGids: now.peerGids }
    : { ...server, ...files };
}

function rulesOf(supervisor: SupervisorView, server: HttpServerConfig): Rules {
  const credentials = demandedCredentials(server);
  const own = credentials && { ...credentials, caller: adminCaller(supervisor, credentials.username) };
  const users = supervisor.config.users
    .filter(({ servers }) => servers.some((pattern) => fnmatch(pattern)(server.section)))
    .map((user) => ({ user, caller: callerOf(supervisor, user) }));
  const accounts = users.flatMap(({ user, caller }) => {
    const password = passwordOf(user);
    return password === null ? [] : [{ username: user.name, password, caller }];
  });
  const isUnix = server.kind === 'unix';
  const hasPeers = isUnix && (server.peerUids.length > 0 || server.peerGids.length > 0);
  return {
    accounts: own === null ? accounts : [own, ...accounts],
    locals: isUnix ? users.map(({ user, caller }) => ({ uids: user.uids, gids: user.gids, caller })) : [],
    isOpen: own === null && users.length === 0,
    trustsOwner: isUnix && own === null,
    peers: hasPeers ? { uids: server.peerUids, gids: server.peerGids } : null,
  };
}

function callerOf(supervisor: SupervisorView, { name, role, programs }: UserConfig): Caller {
  return limitedCaller(
    supervisor,
    name,
    role,
    matchesEverything(programs) ? null : programPatterns(programs),
  );
}

/** The caller for the ids of a local process; a matching uid wins over a gid. */
function localCaller({ locals, trustsOwner }: Rules, peer: Peer, owner: Caller): Caller | null {
  if (locals.length === 0 && !trustsOwner) return null;
  const { credentials } = peer;
  if (credentials === null) return null;
  const { uid } = credentials;
  const named =
    locals.find(({ uids }) => uids.includes(uid)) ??
    locals.find(({ gids }) => gids.some((gid) => peer.groups.includes(gid)));
  if (named !== undefined) return named.caller;
  return trustsOwner && (uid === ROOT || uid === process.geteuid?.()) ? owner : null;
}

function isAmong({ uids, gids }: Pick<LocalAccount, 'uids' | 'gids'>, peer: Peer): boolean {
  const { credentials } = peer;
  if (credentials === null) return false;
  return uids.includes(credentials.uid) || gids.some((gid) => peer.groups.includes(gid));
}
