/**
 * The machine's user database.
 *
 * @module
 */
import { groupById, groupByName, userById, userByName } from '../../native/posix.ts';
import type { UserDatabase } from '../host.ts';

/** The highest id that an account can have; the one above means "none" to the system. */
const HIGHEST_ID = 2 ** 32 - 2;

export const systemUsers: UserDatabase = {
  userByName,
  userById: (uid) => (isId(uid) ? userById(uid) : null),
  groupByName,
  groupById: (gid) => (isId(gid) ? groupById(gid) : null),
};

/** A database that asks `users` for each user and group once: thousands of programs name the same few. */
export function rememberUsers(users: UserDatabase): UserDatabase {
  return {
    userByName: remember(users.userByName),
    userById: remember(users.userById),
    groupByName: remember(users.groupByName),
    groupById: remember(users.groupById),
  };
}

function remember<K, V>(lookUp: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const answer = known.has(key) ? (known.get(key) as V) : lookUp(key);
    known.set(key, answer);
    return answer;
  };
}

function isId(id: number): boolean {
  return id >= 0 && id <= HIGHEST_ID;
}
