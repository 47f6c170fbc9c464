import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Host, UserDatabase } from '../../src/config/host.ts';
import { type LoadOptions, loadConfig } from '../../src/config/load.ts';
import { defaultConfig } from '../../src/config/tables/defaults.ts';
import { PROGRAM_OPTIONS } from '../../src/config/tables/program-options.ts';
import { type Config, ConfigError, type ProcessConfig } from '../../src/config/types.ts';

const USERS = [
  { name: 'root', uid: 0, gid: 0, home: '/root' },
  { name: 'web', uid: 33, gid: 34, home: '/srv/web/' },
];
const GROUPS = [
  { name: 'root', gid: 0 },
  { name: 'web', gid: 34 },
  { name: 'staff', gid: 50 },
];

export const fakeUsers: UserDatabase = {
  userByName: (name) => USERS.find((user) => user.name === name) ?? null,
  userById: (uid) => USERS.find((user) => user.uid === uid) ?? null,
  groupByName: (name) => GROUPS.find((group) => group.name === name) ?? null,
  groupById: (gid) => GROUPS.find((group) => group.gid === gid) ?? null,
};

export const fakeHost: Host = { users: fakeUsers, environment: { HOME: '/home/me' } };

/** A fresh folder with these files; it is removed after the test. */
export function folderWith(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = newFolder(files);
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function newFolder(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'visord-config-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** Loads a file of this text, in a folder of its own. */
export function loadText(text: string | Buffer, options: Partial<LoadOptions> = {}): Config {
  const folder = newFolder({ 'main.conf': text });
  try {
    return loadFile(join(folder, 'main.conf'), options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function loadFile(file: string, options: Partial<LoadOptions> = {}): Config {
  return loadConfig({ file, environment: { HOME: '/home/me' }, users: fakeUsers, ...options });
}

/** The first process of `[program:x]` with these lines. */
export function loadProgram(lines: string): ProcessConfig {
  const process = loadText(`[supervisord]\n[program:x]\ncommand=/bin/cat\n${lines}\n`).groups[0]
    ?.processes[0];
  if (process === undefined) throw new Error('no process');
  return process;
}

/** The message of the ConfigError that the action throws, with the name of the temporary file replaced by FILE. */
export function errorOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ConfigError)
      return error.message.replaceAll(/\/\S*visord-config-\w+\/main\.conf/g, 'FILE');
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** A program without any keys but its command. */
export function defaultProgram(): ProcessConfig {
  return { ...defaultConfig(PROGRAM_OPTIONS), name: 'x', command: '/bin/cat' };
}
