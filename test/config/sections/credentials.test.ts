import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dumpConfig } from '../../../src/config/dump/dump.ts';
import { passwordOf, usernameOf } from '../../../src/config/sections/credentials.ts';
import type { Config } from '../../../src/config/types.ts';
import { folderWith, loadFile } from '../support.ts';

const SERVER = '[supervisord]\n[inet_http_server]\nport=127.0.0.1:9001\n';

function load(text: string, files: Readonly<Record<string, string>> = {}, mode = 0o600): Config {
  const folder = folderWith({ 'main.conf': text, ...files });
  for (const name of Object.keys(files)) chmodSync(join(folder, name), mode);
  return loadFile(join(folder, 'main.conf'));
}

describe('username_file and password_file', () => {
  const FILES = 'username_file=%(here)s/name\npassword_file=%(here)s/word\n';

  test('hold the credentials of a server, without the line end', () => {
    const { servers, messages } = load(`${SERVER}${FILES}`, { name: 'ops\n', word: 'a b;%\r\n' });
    expect(servers.map((server) => [usernameOf(server), passwordOf(server)])).toEqual([['ops', 'a b;%']]);
    expect(messages.warn).toEqual([]);
  });

  test('can stand beside a name in the configuration', () => {
    const { servers } = load(`${SERVER}username=me\npassword_file=%(here)s/word\n`, { word: 'x' });
    expect(servers.map((server) => [usernameOf(server), passwordOf(server)])).toEqual([['me', 'x']]);
  });

  test('appear in a dump with their paths, and not with what they hold', () => {
    const dump = dumpConfig(load(`${SERVER}${FILES}`, { name: 'ops', word: 'secret' }));
    expect(dump).toMatch(/^password_file=\/.*\/word$/m);
    expect(dump).not.toContain('secret');
  });

  test('that all users of the machine may read are warned about', () => {
    const { messages } = load(`${SERVER}${FILES}`, { name: 'ops', word: 'x' }, 0o644);
    expect(messages.warn).toEqual([
      expect.stringMatching(
        /^password_file \/.*\/word of \[inet_http_server\] can be read by all users of this machine$/,
      ),
    ]);
  });

  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      'a file that is missing',
      {},
      /^password_file .*\/word cannot be used: No such file or directory in section/,
    ],
    ['an empty file', { word: '\n' }, /^password_file .*\/word cannot be used: it is empty/],
    ['two lines', { word: 'a\nb\n' }, /cannot be used: more than one line/],
    ['a large file', { word: 'x'.repeat(5000) }, /cannot be used: more than 4096 bytes/],
  ])('%s is an error with its name', (_, files, message) => {
    expect(() => load(`${SERVER}username=me\npassword_file=%(here)s/word\n`, files)).toThrow(message);
  });

  test('a folder is an error', () => {
    expect(() => load(`${SERVER}username=me\npassword_file=/tmp\n`)).toThrow(
      /^password_file \/tmp cannot be used: not a regular file/,
    );
  });

  test.each([
    ['username=me\npassword=x\npassword_file=%(here)s/word\n', /has both password and password_file/],
    ['username=me\nusername_file=%(here)s/word\npassword=x\n', /has both username and username_file/],
    ['password_file=%(here)s/word\n', /contains incomplete authentication/],
    ['username_file=%(here)s/word\n', /contains incomplete authentication/],
  ])('%j is an error', (lines, message) => {
    expect(() => load(`${SERVER}${lines}`, { word: 'x' })).toThrow(message);
  });

  test('give a user its password', () => {
    const { users } = load('[supervisord]\n[user:x]\npassword_file=%(here)s/word\n', { word: 'y\n' });
    expect(users.map(passwordOf)).toEqual(['y']);
  });

  test('are not read where extensions are off', () => {
    const text = SERVER.replace('[supervisord]', '[supervisord]\nextensions=off');
    expect(load(`${text}password_file=/no/such/file\n`).servers).toMatchObject([{ passwordFile: null }]);
  });
});
