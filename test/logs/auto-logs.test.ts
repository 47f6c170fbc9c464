import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAutoLog, type OldAutoLogsOptions, removeOldAutoLogs } from '../../src/logs/auto-logs.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'visord-auto-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function cleanUp(identifier: string, changes: Partial<OldAutoLogsOptions> = {}): string[] {
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  removeOldAutoLogs({ folder, identifier, spared: [], warn, ...changes });
  return warnings;
}

test('an automatic log is fresh, named after process, channel and identifier, and only its owner may read it', () => {
  const paths = [1, 2].map(() => createAutoLog(folder, 'web_00', 'stderr', 'supervisor'));
  expect(new Set(paths).size).toBe(2);
  for (const path of paths) {
    expect(path.slice(folder.length)).toMatch(/^\/web_00-stderr---supervisor-[a-z0-9_]{8}\.log$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(path).size).toBe(0);
  }
});

test('an automatic log in a folder that is missing is an error that names it', () => {
  expect(() => createAutoLog(join(folder, 'no'), 'web', 'stdout', 'supervisor')).toThrow(
    /^log .*\/no\/web-stdout---supervisor-.*\.log cannot be created: no such file or directory \(ENOENT\)$/,
  );
});

test('old automatic logs of the same identifier and their backups are removed, nothing else', () => {
  const old = [
    'a-stdout---id-abc.log',
    'a-stderr---id-abc.log.1',
    'b---id-x.log.1234',
    'b-stdout---id-x.logs',
  ];
  const kept = [
    'a-stdout---other-abc.log',
    '---id-abc.log',
    'a-stdout---id-a c.log',
    'main.log',
    'a-stdout--id-a.log',
  ];
  for (const name of [...old, ...kept]) writeFileSync(join(folder, name), '');
  expect(cleanUp('id')).toEqual([]);
  expect(readdirSync(folder).sort()).toEqual(kept.sort());
});

test('an identifier is not read as a pattern', () => {
  for (const name of ['a-stdout---x.y-1.log', 'a-stdout---xzy-1.log']) writeFileSync(join(folder, name), '');
  cleanUp('x.y');
  expect(readdirSync(folder)).toEqual(['a-stdout---xzy-1.log']);
});

test('a log that cannot be removed is reported in the words of the reference', () => {
  mkdirSync(join(folder, 'a-stdout---id-1.log'));
  expect(cleanUp('id')).toEqual([`Failed to clean up '${folder}/a-stdout---id-1.log'`]);
  expect(cleanUp('id', { folder: join(folder, 'missing') })).toEqual(['Could not clear childlog dir']);
});

test('a log that is still written stays, with its backups', () => {
  const names = ['a-stdout---id-abc.log', 'a-stdout---id-abc.log.12', 'a-stdout---id-abd.log'];
  for (const name of names) writeFileSync(join(folder, name), '');
  cleanUp('id', { spared: [join(folder, 'a-stdout---id-abc.log')] });
  expect(readdirSync(folder).sort()).toEqual(names.slice(0, 2));
});
