import { describe, expect, test } from 'vitest';
import type { HostedProcess } from '../../../src/process/host.ts';
import { effectOn, fileFilter, isFolderLeftOut } from '../../../src/supervisor/watch/watch-rules.ts';

describe('names of files', () => {
  test('are compared with each pattern; one with a slash with the whole path', () => {
    const isWanted = fileFilter(['*.py', 'lib/*.md', 'a?[0-9]']);
    for (const path of ['main.py', 'deep/er/main.py', 'lib/read.md', 'x/ab7']) {
      expect(isWanted(path), path).toBe(true);
    }
    for (const path of ['main.pyc', 'read.md', 'other/lib/read.md', 'abc']) {
      expect(isWanted(path), path).toBe(false);
    }
  });

  test('of temporary files of editors never match', () => {
    const isWanted = fileFilter(['*']);
    for (const path of ['main.py~', 'a/.main.py.swp', '.main.py.swx', '.#main.py', '#main.py#', '4913']) {
      expect(isWanted(path), path).toBe(false);
    }
    for (const path of ['.env', 'main.py', 'swp', '49130']) expect(isWanted(path), path).toBe(true);
  });

  test('folders of version control and of compiled Python are left out', () => {
    expect(['.git', '.hg', '.svn', '__pycache__'].every(isFolderLeftOut)).toBe(true);
    expect(['git', '.github', 'node_modules'].some(isFolderLeftOut)).toBe(false);
  });
});

describe('a change', () => {
  const process = (keys: object): HostedProcess =>
    ({
      pid: 7,
      state: 'RUNNING',
      runId: 100,
      willRestart: false,
      isDisabled: false,
      config: { schedule: { cron: null } },
      ...keys,
    }) as unknown as HostedProcess;

  test('restarts what runs, is tried again, waits for its restart or was given up', () => {
    for (const keys of [
      {},
      { state: 'STARTING' },
      { state: 'BACKOFF', pid: 0 },
      { state: 'FATAL', pid: 0 },
      { state: 'EXITED', pid: 0, willRestart: true },
    ]) {
      expect(effectOn(process(keys), 200), JSON.stringify(keys)).toBe('restart');
    }
  });

  test('does nothing with what was stopped, has ended, is disabled, scheduled, or was started after it', () => {
    for (const keys of [
      { state: 'STOPPED', pid: 0 },
      { state: 'STOPPING' },
      { state: 'EXITED', pid: 0 },
      { state: 'STARTING', pid: 0 },
      { state: 'FATAL', pid: 0, isDisabled: true },
      { config: { schedule: { cron: '* * * * *' } } },
      { runId: 300 },
    ]) {
      expect(effectOn(process(keys), 200), JSON.stringify(keys)).toBe('nothing');
    }
  });
});
