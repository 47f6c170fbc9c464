import { closeSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type { IoLoop } from '../../../src/io/io-loop.ts';
import { type ChannelLog, openChannelLog } from '../../../src/logs/channel-log.ts';
import { pipe, pipeSize, setNonblocking, writeFrom } from '../../../src/native/posix.ts';
import { OutputChannel } from '../../../src/process/channels/output-channel.ts';
import { AnsiStripper } from '../../../src/process/taps/ansi.ts';
import { ListenerTap } from '../../../src/process/taps/output-listeners.ts';
import type { OutputTap } from '../../../src/process/taps/output-tap.ts';
import { fc } from '../../properties.ts';
import { readText, test, until } from '../support.ts';

const SILENT = { failed: () => undefined, recovered: () => undefined };

function open(io: IoLoop, log: ChannelLog | null, taps: OutputTap[] = []) {
  const { read: daemonFd, write: childFd } = pipe();
  setNonblocking(daemonFd, true);
  const state = { ends: 0 };
  const onEnd = () => {
    state.ends += 1;
  };
  const channel = new OutputChannel({ fd: daemonFd, io, log, taps, count: { bytes: 0 }, onEnd });
  return { channel, childFd, state };
}

function logAt(
  folder: string,
  maxBytes = 0,
  backups = 0,
): { readonly path: string; readonly log: ChannelLog } {
  const path = join(folder, 'out.log');
  return { path, log: openChannelLog({ path, maxBytes, backups }, SILENT) };
}

test('bytes reach the log while the writer runs, and the end is reported once', async ({ folder, io }) => {
  const { path, log } = logAt(folder);
  const { channel, childFd, state } = open(io, log);
  writeSync(childFd, Buffer.from([0, 255, 10]));
  await until('the bytes are logged', () => readText(path).length === 3);
  expect(state.ends).toBe(0);
  writeSync(childFd, 'last words');
  closeSync(childFd);
  await until('the end', () => state.ends === 1);
  expect(readFileSync(path)).toEqual(Buffer.concat([Buffer.from([0, 255, 10]), Buffer.from('last words')]));
  channel.close();
  expect([state.ends, channel.isOpen]).toEqual([1, false]);
});

test('what is in the pipe when the process exits is logged before anything else happens', ({
  folder,
  io,
}) => {
  const { path, log } = logAt(folder);
  const { channel, childFd, state } = open(io, log);
  writeSync(childFd, 'x'.repeat(60_000));
  channel.drain();
  expect(readText(path)).toHaveLength(60_000);
  expect([channel.isOpen, state.ends]).toEqual([true, 0]);
  closeSync(childFd);
  channel.drain();
  expect([channel.isOpen, state.ends]).toEqual([false, 1]);
});

test('the log rotates after the read that reaches its size, and no byte is lost', ({ folder, io }) => {
  const { path, log } = logAt(folder, 1000, 3);
  const { channel, childFd } = open(io, log);
  const parts = Array.from({ length: 5 }, (_, index) => String(index).repeat(700));
  for (const part of parts) {
    writeSync(childFd, part);
    channel.drain();
  }
  closeSync(childFd);
  channel.drain();
  const files = [`${path}.2`, `${path}.1`, path].map(readText);
  expect(files.join('')).toBe(parts.join(''));
  expect(files.map((text) => text.length)).toEqual([1400, 1400, 700]);
});

test('without a log output is read and dropped, so that the writer never blocks', async ({ io }) => {
  const { childFd, state } = open(io, null);
  writeSync(childFd, Buffer.alloc(60_000));
  closeSync(childFd);
  await until('the end', () => state.ends === 1);
});

test('a tap changes the bytes, and gives back at the end what it held', async ({ folder, io }) => {
  const { path, log } = logAt(folder);
  const { childFd, state } = open(io, log, [new AnsiStripper()]);
  writeSync(childFd, '\u001b[31mred\u001b[0m\u001b');
  closeSync(childFd);
  await until('the end', () => state.ends === 1);
  expect(readText(path)).toBe('red\u001b');
});

test('a log that cannot be written does not stop the reading', async ({ folder, io }) => {
  const failures: string[] = [];
  const trouble = { ...SILENT, failed: (message: string) => failures.push(message) };
  const log = openChannelLog({ path: join(folder, 'none/out.log'), maxBytes: 0, backups: 0 }, trouble);
  const { childFd, state } = open(io, log);
  writeSync(childFd, Buffer.alloc(60_000));
  closeSync(childFd);
  await until('the end', () => state.ends === 1);
  expect(failures).toHaveLength(1);
});

/** Bytes that show their position. */
const STREAM = Buffer.from(Array.from({ length: 251 * 4096 }, (_, index) => index % 251));

/** Writes as a program does that is now fast, now slow: pieces, and after each a pause in ms, -1 for none. */
async function writePieces(fd: number, pieces: readonly (readonly [number, number])[]): Promise<number> {
  setNonblocking(fd, true);
  let sent = 0;
  for (const [bytes, pauseMs] of pieces) {
    for (const end = sent + bytes; sent < end; ) {
      const at = sent % 251;
      const count = writeFrom(fd, STREAM, at, Math.min(end - sent, STREAM.length - at));
      if (count > 0) sent += count;
      else await new Promise((resolve) => setImmediate(resolve));
    }
    if (pauseMs >= 0) await delay(pauseMs);
  }
  return sent;
}

/** All that was logged, the oldest first. */
function logged(path: string): Buffer {
  const numbers = readdirSync(join(path, '..'))
    .map((name) => Number(/^out\.log\.(\d+)$/.exec(name)?.[1] ?? 0))
    .sort((a, b) => b - a);
  return Buffer.concat(numbers.map((number) => readFileSync(number === 0 ? path : `${path}.${number}`)));
}

test('whatever the pieces, the pauses and the size at which the log rotates, each byte is logged once and in order', async ({
  folder,
  io,
}) => {
  const piece = fc.tuple(
    fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 400_000 })),
    fc.constantFrom(-1, -1, -1, 0, 1, 5, 20),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { minLength: 1, maxLength: 12 }),
      fc.constantFrom(0, 1000, 150_000, 700_000),
      async (pieces, maxBytes) => {
        const { path, log } = logAt(folder, maxBytes, 100);
        const { childFd, channel, state } = open(io, log);
        const sent = await writePieces(childFd, pieces);
        closeSync(childFd);
        channel.drain();
        await until('the end', () => state.ends === 1);
        const all = logged(path);
        expect(all.length).toBe(sent);
        for (let at = 0; at < sent; at += STREAM.length) {
          expect(all.subarray(at, at + STREAM.length).equals(STREAM.subarray(0, sent - at))).toBe(true);
        }
        for (let index = 1; existsSync(`${path}.${index}`); index += 1) {
          expect(statSync(`${path}.${index}`).size).toBeGreaterThanOrEqual(maxBytes);
        }
        for (const name of readdirSync(folder)) rmSync(join(folder, name));
      },
    ),
    { numRuns: 25 },
  );
});

test('two floods into one log lose nothing, and neither waits for the end of the other', async ({
  folder,
  io,
}) => {
  const { path, log } = logAt(folder, 500_000, 50);
  const one = open(io, log);
  const other = open(io, logAt(folder, 500_000, 50).log);
  const pieces = Array.from({ length: 200 }, () => [10_000, -1] as const);
  const sent = await Promise.all([writePieces(one.childFd, pieces), writePieces(other.childFd, pieces)]);
  closeSync(one.childFd);
  closeSync(other.childFd);
  await until('both ends', () => one.state.ends + other.state.ends === 2);
  expect(sent).toEqual([2_000_000, 2_000_000]);
  expect(logged(path)).toHaveLength(4_000_000);
});

test('a program that writes much gets a larger pipe, and its usual one again when it stops writing', async ({
  io,
  folder,
}) => {
  const { childFd, channel } = open(io, logAt(folder).log);
  const usual = pipeSize(childFd);
  let largest = usual;
  for (let count = 0; count < 40; count += 1) {
    await writePieces(childFd, [[200_000, -1]]);
    largest = Math.max(largest, pipeSize(childFd));
  }
  expect(largest).toBeGreaterThan(usual);
  await until('the usual pipe', () => pipeSize(childFd) === usual);
  channel.close();
  closeSync(childFd);
});

test('what is in the pipe while its channel rests is logged at once when the process exits', async ({
  folder,
  io,
}) => {
  const { path, log } = logAt(folder);
  const { childFd, channel, state } = open(io, log);
  const sent = await writePieces(childFd, [[300_000, -1]]);
  writeSync(childFd, 'last words');
  closeSync(childFd);
  channel.drain();
  expect(state.ends).toBe(1);
  expect(readFileSync(path).toString('latin1', sent)).toBe('last words');
});

test('what only is observed is in the log before a tap sees it', async ({ folder, io }) => {
  const { path, log } = logAt(folder, 60_000, 1);
  const seen: string[] = [];
  const logged: number[] = [];
  const tap = new ListenerTap((bytes) => {
    seen.push(bytes.toString('latin1'));
    logged.push(readText(path).length + readText(`${path}.1`).length);
  });
  const { childFd, state } = open(io, log, [tap]);
  let written = 0;
  for (let line = 0; line < 80; line += 1) {
    written += writeSync(childFd, `${line} ${'x'.repeat(990)}\n`);
    await until('it is seen', () => seen.join('').length === written);
  }
  closeSync(childFd);
  await until('the end', () => state.ends === 1);
  expect(logged.every((length, index) => length >= seen.slice(0, index + 1).join('').length)).toBe(true);
  expect(readText(`${path}.1`) + readText(path)).toBe(seen.join(''));
});
