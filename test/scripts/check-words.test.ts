import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const SCRIPT = join(import.meta.dirname, '../../scripts/check-words.mjs');

interface Check {
  readonly status: number | null;
  /** The phrases that were found. */
  readonly phrases: readonly string[];
}

/** Runs the check over one file with this text. */
function check(text: string): Check {
  const folder = mkdtempSync(join(tmpdir(), 'visord-words-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'text.md');
  writeFileSync(file, text);
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, file], { encoding: 'utf8' });
  return { status, phrases: [...stderr.matchAll(/^.*:\d+: "(.*?)"/gm)].map(([, phrase = '']) => phrase) };
}

test('each phrase is reported with its line', () => {
  const lines = [
    ['A client %s sends half a request', 'who'],
    ['%s listens on the socket', 'Nobody'],
    ['the trouble %s in the main log', 'is said'],
    ['the listener is %s of it', 'told'],
    ['prints what the file %s', 'comes to'],
    ['the file %s socket', 'is no'],
    ['%s, the path is absolute', 'as the manual has it'],
    ['after %s seconds', 'so many'],
    ['a failed write is %s', 'lived with'],
    ['a socket that is %s local clients', 'meant for'],
    ['what %s the programs', 'becomes of'],
    ['a client that waits %s', 'in vain'],
  ] as const;
  const text = lines.map(([line, phrase]) => line.replace('%s', phrase)).join('\n');
  expect(check(text)).toEqual({ status: 1, phrases: lines.map(([, phrase]) => phrase) });
});

test('persons, names of users and common turns are not reported', () => {
  const lines = [
    'a user who may write the file',
    'user=nobody',
    'chown=nobody:nogroup',
    'there is no such group',
    'the process is no longer a child',
    'the program comes to an end',
  ];
  expect(check(lines.join('\n'))).toEqual({ status: 0, phrases: [] });
});
