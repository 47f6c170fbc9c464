import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { groupById, groupByName, groupsOfUser, userById, userByName } from '../../src/native/posix.ts';

test('a user is found by name and by id', () => {
  const root = { name: 'root', uid: 0, gid: 0, home: '/root' };
  expect(userByName('root')).toMatchObject(root);
  expect(userById(0)).toMatchObject(root);
});

test('a group is found by name and by id', () => {
  expect(groupByName('root')).toEqual({ name: 'root', gid: 0 });
  expect(groupById(0)).toEqual({ name: 'root', gid: 0 });
});

test('a user that does not exist is null', () => {
  expect(userByName('nobody-of-that-name')).toBeNull();
  expect(userById(3_999_999_999)).toBeNull();
  expect(groupByName('')).toBeNull();
  expect(groupById(3_999_999_999)).toBeNull();
});

test('what cannot be a name or an id is refused', () => {
  expect(() => userByName('ro\0ot')).toThrow(TypeError);
  expect(() => userById(-1)).toThrow(RangeError);
  expect(() => userById(0.5)).toThrow(TypeError);
});

test('the groups of a user are those that id(1) lists, the primary one first', () => {
  const names = execFileSync('getent', ['group'], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => line.split(':')[3]?.split(',') ?? [])
    .filter((name) => name !== '' && userByName(name) !== null);
  for (const name of new Set(['root', 'daemon', ...names])) {
    const gid = userByName(name)?.gid ?? -1;
    const listed = execFileSync('id', ['-G', name], { encoding: 'utf8' }).trim().split(' ').map(Number);
    expect(groupsOfUser(name, gid)[0]).toBe(gid);
    expect(new Set(groupsOfUser(name, gid))).toEqual(new Set(listed));
  }
  expect(groupsOfUser('root', 4242)[0]).toBe(4242);
});
