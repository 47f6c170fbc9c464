/**
 * What reading a configuration needs to know of the machine, beside its files.
 *
 * @module
 */
import { decimalInteger } from '../python/text.ts';
import { ConfigError } from './config-error.ts';

export interface UserEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

export interface GroupEntry {
  readonly name: string;
  readonly gid: number;
}

/** The user database; each look-up answers null for what does not exist. */
export interface UserDatabase {
  userByName(name: string): UserEntry | null;
  userById(uid: number): UserEntry | null;
  groupByName(name: string): GroupEntry | null;
  groupById(gid: number): GroupEntry | null;
}

export interface Host {
  readonly users: UserDatabase;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether a folder exists; asks this machine if left out. */
  readonly isFolder?: (path: string) => boolean;
}

/** A user by name or number. @throws ConfigError */
export function findUser(text: string, users: UserDatabase): UserEntry {
  const uid = decimalInteger(text);
  const user = uid === null ? users.userByName(text) : users.userById(uid);
  if (user === null) throw new ConfigError(`Invalid user ${uid === null ? 'name' : 'id'} ${text}`);
  return user;
}

/** A group by name or number. @throws ConfigError */
export function findGroup(text: string, users: UserDatabase): GroupEntry {
  const gid = decimalInteger(text);
  const group = gid === null ? users.groupByName(text) : users.groupById(gid);
  if (group === null) throw new ConfigError(`Invalid group ${gid === null ? 'name' : 'id'} ${text}`);
  return group;
}

/** Owner from `user` or `user:group`; a gid of -1 leaves the group as it is. @throws ConfigError */
export function findOwner(text: string, users: UserDatabase): { uid: number; gid: number } {
  const colon = text.indexOf(':');
  if (colon < 0) return { uid: findUser(text, users).uid, gid: -1 };
  const { uid } = findUser(text.slice(0, colon), users);
  return { uid, gid: findGroup(text.slice(colon + 1), users).gid };
}
