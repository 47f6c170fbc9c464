import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CommandError, resolveCommand, searchPath } from '../../../src/process/spawn/command.ts';
import { needing, PLAIN_USER } from '../../needs.ts';

let folder: string;
let first: string;
let second: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'command-'));
  first = join(folder, 'first');
  second = join(folder, 'second');
  for (const directory of [first, second]) {
    mkdirSync(directory);
    writeFileSync(join(directory, 'serve'), '#!/bin/sh\n', { mode: 0o755 });
  }
  writeFileSync(join(first, 'data'), '', { mode: 0o644 });
  writeFileSync(join(second, 'data'), '', { mode: 0o755 });
  mkdirSync(join(first, 'folder'));
  chmodSync(join(first, 'data'), 0o644);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function failure(command: string, path?: string): { reason: string; message: string } {
  try {
    resolveCommand(command, path);
  } catch (error) {
    if (error instanceof CommandError) {
      return { reason: error.reason, message: error.message };
    }
    throw error;
  }
  throw new Error(`${command} was found`);
}

describe('a command that can be run', () => {
  test('keeps its arguments as a shell would split them, the name as it was typed', () => {
    expect(resolveCommand(`serve --port=80 'a b' "c 'd'" e\\ f`, first)).toEqual({
      file: `${first}/serve`,
      argv: ['serve', '--port=80', 'a b', "c 'd'", 'e f'],
    });
  });

  test('is the first one in the PATH', () => {
    expect(resolveCommand('serve', `${folder}/nowhere:${second}:${first}`).file).toBe(`${second}/serve`);
  });

  test('is found in /bin, /usr/bin and /usr/local/bin where no PATH is set', () => {
    expect(resolveCommand('sh -c true', undefined)).toEqual({ file: '/bin/sh', argv: ['sh', '-c', 'true'] });
  });

  test('is not looked for in the PATH if it has a slash', () => {
    expect(resolveCommand(`${first}/serve`, second).file).toBe(`${first}/serve`);
  });

  test('is shown with its PATH entry as it stands there', () => {
    expect(resolveCommand('serve', `${first}/../second/`).file).toBe(`${first}/../second/serve`);
  });

  test('may have a relative path, and stays relative', () => {
    const before = process.cwd();
    process.chdir(first);
    try {
      expect(resolveCommand('./serve', undefined).file).toBe('./serve');
      expect(resolveCommand('serve', '').file).toBe('serve');
      expect(resolveCommand('serve', '/nowhere::').file).toBe('serve');
    } finally {
      process.chdir(before);
    }
  });
});

describe('a command that cannot be run', () => {
  test('is not found', () => {
    expect(failure('absent -x', first)).toEqual({
      reason: 'not-found',
      message: "can't find command 'absent'",
    });
    expect(failure('/nowhere/absent')).toEqual({
      reason: 'not-found',
      message: "can't find command '/nowhere/absent'",
    });
    expect(failure("it\\'s")).toEqual({ reason: 'not-found', message: `can't find command "it's"` });
  });

  test('is not found below a file', () => {
    expect(failure(`${first}/serve/x`)).toEqual({
      reason: 'not-found',
      message: `can't find command '${first}/serve/x'`,
    });
  });

  test('is a directory', () => {
    expect(failure('folder', first)).toEqual({
      reason: 'not-executable',
      message: `command at '${first}/folder' is a directory`,
    });
  });

  test('is not executable, even if a later PATH entry has one that is', () => {
    expect(failure('data', `${first}:${second}`)).toEqual({
      reason: 'not-executable',
      message: `command at '${first}/data' is not executable`,
    });
  });

  test('cannot be parsed', () => {
    expect(failure('serve "x')).toEqual({
      reason: 'bad-command',
      message: `can't parse command 'serve "x': No closing quotation`,
    });
    expect(failure('serve \\')).toEqual({
      reason: 'bad-command',
      message: `can't parse command 'serve \\\\': No escaped character`,
    });
  });

  test('is empty', () => {
    expect(failure('')).toEqual({ reason: 'bad-command', message: 'command is empty' });
    expect(failure('  ')).toEqual({ reason: 'bad-command', message: 'command is empty' });
  });

  test('is empty between quotes, which names the first folder of the PATH', () => {
    expect(failure('""', first)).toEqual({
      reason: 'not-executable',
      message: `command at '${first}/' is a directory`,
    });
  });

  // As root everything that has an execute bit may be executed.
  needing(test, PLAIN_USER)('may not be executed by the daemon', () => {
    const file = join(folder, 'others-only');
    writeFileSync(file, '#!/bin/sh\n');
    chmodSync(file, 0o601);
    expect(failure(file)).toEqual({
      reason: 'no-permission',
      message: `no permission to run command '${file}'`,
    });
  });
});

describe('the PATH that is searched', () => {
  test("is the program's own, then the daemon's", () => {
    expect(searchPath({ PATH: '/a' }, '/b')).toBe('/a');
    expect(searchPath({}, '/b')).toBe('/b');
    expect(searchPath({}, undefined)).toBeUndefined();
  });

  test("may be set empty for a program, while an empty one of the daemon's counts as none", () => {
    expect(searchPath({ PATH: '' }, '/b')).toBe('');
    expect(searchPath({}, '')).toBeUndefined();
  });
});

describe('supervisor_stdout', () => {
  test('is the one in the PATH where there is one', () => {
    writeFileSync(join(second, 'supervisor_stdout'), '#!/bin/sh\n', { mode: 0o755 });
    expect(resolveCommand('supervisor_stdout', `${first}:${second}`).file).toBe(
      `${second}/supervisor_stdout`,
    );
  });

  test.each(['supervisor_stdout', '/usr/local/bin/nowhere/supervisor_stdout'])(
    'comes with the package where %s is not installed',
    (command) => {
      const resolved = resolveCommand(`${command} -v`, first);
      expect(resolved.file).toMatch(/\/dist\/bin\/supervisor_stdout$/);
      expect(resolved.argv).toEqual([command, '-v']);
    },
  );
});
