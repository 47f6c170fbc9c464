import { describe, expect, test } from 'vitest';
import { dumpConfig } from '../../../src/config/dump/dump.ts';
import { loadText } from '../support.ts';

function load(lines: string, before = '[supervisord]\n') {
  return loadText(`${before}${lines}\n`);
}

describe('[user:x]', () => {
  test('is a user that reads, of all programs and all servers', () => {
    expect(load('[user:dash]\npassword=secret').users).toEqual([
      {
        name: 'dash',
        password: 'secret',
        passwordFile: null,
        role: 'read',
        programs: ['*'],
        servers: ['*'],
        uids: [],
        gids: [],
      },
    ]);
  });

  test('reads the same again after a dump', () => {
    const { users, ...config } = load(
      '[user:ops]\npassword=a;b %%\nrole=Operate\nprograms=web_*, workers:*\nservers=inet_*',
    );
    expect(users).toMatchObject([{ password: 'a;b %', role: 'operate', programs: ['web_*', 'workers:*'] }]);
    expect(loadText(dumpConfig({ ...config, users })).users).toEqual(users);
  });

  test('sees no program where programs= is empty, as with a variable that expands to nothing', () => {
    expect(load('[user:x]\npassword=y\nprograms=').users).toMatchObject([{ programs: [] }]);
  });

  test('is known by users and groups of the machine, by name or number', () => {
    expect(load('[user:x]\nuid=web, 1234\ngid=staff').users).toMatchObject([
      { uids: [33, 1234], gids: [50] },
    ]);
    expect(() => load('[user:x]\nuid=nobody-of-this-name')).toThrow('Invalid user name nobody-of-this-name');
  });

  test.each([
    ['[user:x]', '[user:x] has no password, and names no users'],
    ['[user:x]\npassword=', '[user:x] has no password, and names no users'],
    ['[user:a:b]\npassword=y', '[user:a:b] does not name a user: the name is empty or has a colon'],
    ['[user:]\npassword=y', '[user:] does not name a user: the name is empty or has a colon'],
    [
      '[user:x]\npassword=y\nrole=boss',
      "not one of read, operate, admin: 'boss' in section 'user:x' (file: '",
    ],
    [
      '[user:x]\npassword=y\nrole=admin\nprograms=web',
      '[user:x] has role=admin, which is for all programs: programs= is for read and operate',
    ],
    [
      '[inet_http_server]\nport=9001\nusername=x\npassword=y\n[user:x]\npassword=z',
      '[user:x] has the name of the user of [inet_http_server]',
    ],
  ])('%j is an error', (lines, message) => {
    expect(() => load(lines)).toThrow(message);
  });

  test('is ignored, errors and all, where extensions are off', () => {
    expect(load('[user:x]\nrole=boss', '[supervisord]\nextensions=off\n').users).toEqual([]);
  });
});
