/**
 * The user database of the machine, with every source that nsswitch.conf names.
 *
 * @module
 */
import { addon, type GroupRecord, type UserRecord } from './addon.ts';
import { checked } from './posix-error.ts';

export type User = UserRecord;
export type Group = GroupRecord;

/** Null where there is no such user. @throws PosixError where the database cannot be read */
export function userByName(name: string): User | null {
  return found('getpwnam', addon.userByName(name));
}

/** Null where there is no such user. @throws PosixError where the database cannot be read */
export function userById(uid: number): User | null {
  return found('getpwuid', addon.userById(uid));
}

/** Null where there is no such group. @throws PosixError where the database cannot be read */
export function groupByName(name: string): Group | null {
  return found('getgrnam', addon.groupByName(name));
}

/** Null where there is no such group. @throws PosixError where the database cannot be read */
export function groupById(gid: number): Group | null {
  return found('getgrgid', addon.groupById(gid));
}

/** All groups of a user, `gid` (the primary one) first. @throws PosixError */
export function groupsOfUser(name: string, gid: number): number[] {
  const groups = addon.groupsOfUser(name, gid);
  if (typeof groups !== 'number') return groups;
  checked('getgrouplist', groups);
  return [gid];
}

function found<T>(call: string, result: T | null | number): T | null {
  if (typeof result !== 'number') return result;
  checked(call, result);
  return null;
}
