import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { followLog, type LogFollower } from '../../src/logs/follow-log.ts';
import { RotatingFile } from '../../src/logs/rotation/rotating-file.ts';

const TRUNCATED = '<truncated>';
function rotatingFile(path: string, maxBytes: number, count: number): RotatingFile {
  return new RotatingFile({ path, maxBytes, backups: { count, compression: 'none' } });
}

let folder = '';
let path = '';
let seen = '';
let failure: Error | null = null;
const followers: LogFollower[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'visord-follow-'));
  path = join(folder, 'log');
  seen = '';
  failure = null;
});

afterEach(() => {
  for (const follower of followers.splice(0)) follower.stop();
  rmSync(folder, { recursive: true });
});

function follow(head = 1024): LogFollower {
  const follower = followLog(path, {
    head,
    onBytes: (bytes) => {
      seen += bytes.toString();
    },
    onTruncated: () => {
      seen += TRUNCATED;
    },
    onError: (error) => {
      failure = error;
    },
  });
  followers.push(follower);
  return follower;
}

async function expectSeen(text: string): Promise<void> {
  await expect.poll(() => seen, { timeout: 60_000, interval: 5 }).toBe(text);
}

test('the last bytes come first, and then what is added', async () => {
  writeFileSync(path, '0123456789');
  follow(4);
  await expectSeen('6789');
  appendFileSync(path, 'abc');
  await expectSeen('6789abc');
});

test('a log shorter than the head is read from its start', async () => {
  writeFileSync(path, '01');
  follow(4);
  await expectSeen('01');
});

test('a log that rotates goes on with the new file', async () => {
  writeFileSync(path, 'one\n');
  follow();
  await expectSeen('one\n');
  appendFileSync(path, 'two\n');
  renameSync(path, `${path}.1`);
  writeFileSync(path, 'three\n');
  await expectSeen('one\ntwo\nthree\n');
  appendFileSync(path, 'four\n');
  await expectSeen('one\ntwo\nthree\nfour\n');
});

test('bytes that reach the old file before the daemon reopens its log are not lost', async () => {
  writeFileSync(path, 'one\n');
  follow();
  await expectSeen('one\n');
  renameSync(path, join(folder, 'moved'));
  writeFileSync(path, '');
  appendFileSync(join(folder, 'moved'), 'two\n');
  await expectSeen('one\ntwo\n');
  appendFileSync(path, 'three\n');
  await expectSeen('one\ntwo\nthree\n');
});

test('a log that rotates many times at once loses nothing that is still in a backup', async () => {
  const file = rotatingFile(path, 100, 50);
  file.write('start\n');
  follow();
  await expectSeen('start\n');
  let expected = 'start\n';
  for (let index = 0; index < 500; index += 1) {
    file.write(`line ${index}\n`);
    expected += `line ${index}\n`;
  }
  await expectSeen(expected);
  file.write('end\n');
  file.close();
  await expectSeen(`${expected}end\n`);
});

test('rotation while the client is slow loses nothing that is still in a backup', async () => {
  const file = rotatingFile(path, 1000, 20);
  const follower = follow();
  let expected = '';
  for (let round = 0; round < 5; round += 1) {
    for (let index = 0; index < 100; index += 1) {
      file.write(`line ${round} ${index}\n`);
      expected += `line ${round} ${index}\n`;
    }
    follower.resume();
    await expectSeen(expected);
    follower.pause();
  }
  file.close();
});

test('a truncated log is reported and read from its start', async () => {
  writeFileSync(path, '0123456789');
  follow();
  await expectSeen('0123456789');
  truncateSync(path);
  await expectSeen(`0123456789${TRUNCATED}`);
  appendFileSync(path, 'abc');
  await expectSeen(`0123456789${TRUNCATED}abc`);
});

test('a log that is removed for a while goes on when it is back', async () => {
  writeFileSync(path, 'one\n');
  follow();
  await expectSeen('one\n');
  rmSync(path);
  writeFileSync(join(folder, 'other'), '');
  appendFileSync(path, 'two\n');
  await expectSeen('one\ntwo\n');
  rmSync(path);
  await new Promise((done) => setImmediate(done));
  appendFileSync(path, 'three\n');
  await expectSeen('one\ntwo\nthree\n');
});

test('a log that does not exist yet is waited for', async () => {
  follow();
  await new Promise((done) => setImmediate(done));
  writeFileSync(path, 'one\n');
  await expectSeen('one\n');
});

test('a log whose folder is removed and made again goes on', async () => {
  const parent = join(folder, 'sub');
  mkdirSync(parent);
  path = join(parent, 'log');
  writeFileSync(path, 'one\n');
  follow();
  await expectSeen('one\n');
  rmSync(parent, { recursive: true });
  await new Promise((done) => setImmediate(done));
  mkdirSync(parent);
  writeFileSync(path, 'two\n');
  await expectSeen('one\ntwo\n');
});

test('a link that is pointed at another file is followed there', async () => {
  writeFileSync(join(folder, 'a'), 'one\n');
  writeFileSync(join(folder, 'b'), 'two\n');
  symlinkSync('a', path);
  follow();
  await expectSeen('one\n');
  symlinkSync('b', join(folder, 'next'));
  renameSync(join(folder, 'next'), path);
  await expectSeen('one\ntwo\n');
});

test('a paused follower reads nothing until it is resumed', async () => {
  writeFileSync(path, '');
  const follower = follow();
  follower.pause();
  appendFileSync(path, 'one\n');
  const control = followLog(path, { head: 10, onBytes: () => {}, onTruncated: () => {}, onError: () => {} });
  followers.push(control);
  await new Promise((done) => setTimeout(done, 20));
  expect(seen).toBe('');
  follower.resume();
  await expectSeen('one\n');
});

test('a client that pauses at each chunk gets everything, in chunks of at most 64 KiB', async () => {
  const text = 'x'.repeat(500_000);
  writeFileSync(path, text);
  let total = 0;
  let largest = 0;
  const follower = followLog(path, {
    head: 1_000_000,
    onBytes: (bytes) => {
      total += bytes.length;
      largest = Math.max(largest, bytes.length);
      follower.pause();
      setImmediate(() => follower.resume());
    },
    onTruncated: () => {},
    onError: (error) => {
      failure = error;
    },
  });
  followers.push(follower);
  await expect.poll(() => total, { timeout: 60_000 }).toBe(500_000);
  expect(largest).toBe(65_536);
  expect(failure).toBeNull();
});

test('a follower may stop itself while it is called', async () => {
  writeFileSync(path, 'x'.repeat(200_000));
  let calls = 0;
  const follower = followLog(path, {
    head: 200_000,
    onBytes: () => {
      calls += 1;
      follower.stop();
    },
    onTruncated: () => {},
    onError: (error) => {
      failure = error;
    },
  });
  followers.push(follower);
  await expect.poll(() => calls, { timeout: 60_000 }).toBe(1);
  appendFileSync(path, 'more');
  await new Promise((done) => setImmediate(done));
  expect(calls).toBe(1);
  expect(failure).toBeNull();
});

test('what cannot be read is an error, once', async () => {
  path = join(path, 'under-a-file');
  writeFileSync(join(folder, 'log'), '');
  follow();
  await expect.poll(() => failure?.message, { timeout: 60_000 }).toContain('ENOTDIR');
});
