/**
 * The values of `uid=` and `gid=`: users and groups, by name or number, with commas between.
 *
 * @module
 */
import { decimalInteger, strip } from '../../python/text.ts';
import { findGroup, findUser, type UserDatabase } from '../host.ts';
import type { ValueType } from './option.ts';

export const userIds = idList('users', (text, users) => findUser(text, users).uid);
export const groupIds = idList('groups', (text, users) => findGroup(text, users).gid);

/** A number needs no entry in the database: containers connect with ids that the host does not know. */
function idList(
  name: string,
  lookUp: (text: string, users: UserDatabase) => number,
): ValueType<readonly number[]> {
  const idOf = (text: string, users: UserDatabase): number => {
    const number = decimalInteger(text);
    return number !== null && number >= 0 ? number : lookUp(text, users);
  };
  return {
    name,
    about: 'Names or numeric ids, separated by commas.',
    parse: (value, { users }) =>
      strip(value) === '' ? [] : value.split(',').map((text) => idOf(strip(text), users)),
    format: (value) => value.join(','),
    schema: { type: ['integer', 'string'] },
  };
}
