/**
 * The user and groups that a child runs as.
 *
 * Observed on the reference.
 *
 * @module
 */
import { groupsOfUser, userById } from '../../native/posix.ts';

/** What setgroups, setgid and setuid are given, in this order. */
export interface ChildCredentials {
  readonly uid: number;
  readonly gid: number;
  /** The primary group first, then every group that lists the user. */
  readonly groups: readonly number[];
}

/** Null credentials leave the child as the daemon is; a message is for the log of the child. */
export type CredentialsResult =
  | { readonly ok: true; readonly credentials: ChildCredentials | null }
  | { readonly ok: false; readonly message: string };

/** Where users are looked up; tests bring their own. */
export interface UserDatabase {
  readonly currentUid: () => number;
  readonly userById: (uid: number) => { readonly name: string; readonly gid: number } | null;
  readonly groupsOfUser: (name: string, gid: number) => readonly number[];
}

const SYSTEM_DATABASE: UserDatabase = {
  currentUid: () => process.getuid?.() ?? 0,
  userById,
  groupsOfUser,
};

/**
 * Looks up what a child needs to become a user. It is looked up at every start, so that a changed group counts.
 * A user that is not in the database is an error even where the daemon runs as that very uid.
 */
export function credentialsFor(uid: number, database: UserDatabase = SYSTEM_DATABASE): CredentialsResult {
  const user = database.userById(uid);
  if (user === null) {
    return { ok: false, message: `Can't find uid ${uid}` };
  }
  const currentUid = database.currentUid();
  if (currentUid === uid) {
    return { ok: true, credentials: null };
  }
  if (currentUid !== 0) {
    return { ok: false, message: "Can't drop privilege as nonroot user" };
  }
  const others = database.groupsOfUser(user.name, user.gid).filter((group) => group !== user.gid);
  return { ok: true, credentials: { uid, gid: user.gid, groups: [user.gid, ...others] } };
}
