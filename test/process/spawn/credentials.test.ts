import { expect, test } from 'vitest';
import { credentialsFor, type UserDatabase } from '../../../src/process/spawn/credentials.ts';

function database(currentUid: number, groups: readonly number[] = []): UserDatabase {
  return {
    currentUid: () => currentUid,
    userById: (uid) => (uid === 33 ? { name: 'www-data', gid: 1033 } : null),
    groupsOfUser: (name, gid) => (name === 'www-data' && gid === 1033 ? groups : []),
  };
}

test('root starts a program as another user with all groups of that user, the primary one first', () => {
  expect(credentialsFor(33, database(0, [4, 1033, 27]))).toEqual({
    ok: true,
    credentials: { uid: 33, gid: 1033, groups: [1033, 4, 27] },
  });
});

test('a user that is in no further group keeps the primary one only', () => {
  expect(credentialsFor(33, database(0))).toEqual({
    ok: true,
    credentials: { uid: 33, gid: 1033, groups: [1033] },
  });
});

test('a daemon that already is the user changes nothing', () => {
  expect(credentialsFor(33, database(33))).toEqual({ ok: true, credentials: null });
});

test('a daemon that is not root cannot become another user', () => {
  expect(credentialsFor(33, database(1000))).toEqual({
    ok: false,
    message: "Can't drop privilege as nonroot user",
  });
});

test.each([0, 1000, 4711])('a user that is not in the database is an error for uid %i', (currentUid) => {
  expect(credentialsFor(4711, database(currentUid))).toEqual({ ok: false, message: "Can't find uid 4711" });
});

test('the user database of the system is asked where none is brought', () => {
  const isRoot = process.getuid?.() === 0;
  expect(credentialsFor(0)).toEqual(
    isRoot ? { ok: true, credentials: null } : { ok: false, message: "Can't drop privilege as nonroot user" },
  );
});
