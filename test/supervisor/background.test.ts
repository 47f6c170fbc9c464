import { closeSync, readSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pipe } from '../../src/native/posix.ts';
import { takeLaunch } from '../../src/supervisor/background.ts';

test('a daemon that was started by hand has no launch', () => {
  delete process.env.VISORD_BACKGROUND;
  expect(takeLaunch()).toBe(null);
  process.env.VISORD_BACKGROUND = 'nonsense';
  expect(takeLaunch()).toBe(null);
});

test('a launch reports its result once to its launcher, and not to its children', () => {
  const { read, write } = pipe();
  process.env.VISORD_BACKGROUND = `${write}:1024`;
  const launch = takeLaunch();
  expect(process.env.VISORD_BACKGROUND).toBe(undefined);
  expect(launch?.softFileLimit).toBe(1024);
  launch?.report(0);
  launch?.report(2);
  const chunk = Buffer.alloc(64);
  expect(chunk.toString('latin1', 0, readSync(read, chunk))).toBe('ready');
  expect(readSync(read, chunk)).toBe(0);
  closeSync(read);
});
