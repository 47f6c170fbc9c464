import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { waitUntil } from '../../../compat/harness/wait.ts';
import { type Syslogd, startSyslogd } from '../../../compat/scenarios/syslog/syslogd.ts';
import { MAX_MESSAGE_BYTES, Syslog } from '../../../src/logs/syslog/syslog.ts';

let folder: string;
let path: string;
const running: Syslogd[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'visord-syslog-'));
  path = join(folder, 'log');
});

afterEach(async () => {
  vi.useRealTimers();
  for (const syslogd of running.splice(0)) await syslogd.stop();
  rmSync(folder, { recursive: true });
});

async function syslogd(): Promise<Syslogd> {
  const started = await startSyslogd(path);
  running.push(started);
  return started;
}

function open(): { syslog: Syslog; troubles: string[] } {
  const troubles: string[] = [];
  const syslog = new Syslog(path);
  syslog.trouble = {
    failed: (message) => troubles.push(message),
    recovered: (message) => troubles.push(message),
  };
  return { syslog, troubles };
}

const HEADER = /^<14>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d supervisord: /;

/** The messages without their headers; every one must have one. */
function texts(of: Syslogd): string[] {
  return of.messages().map((message) => {
    expect(message).toMatch(HEADER);
    return message.replace(HEADER, '');
  });
}

function until(what: string, condition: () => boolean): Promise<void> {
  return waitUntil(what, condition, 60);
}

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

describe('a syslogd that listens', () => {
  test('gets every message as one datagram, with priority, time and name before it', async () => {
    const server = await syslogd();
    const { syslog } = open();
    syslog.send(Buffer.from('one'));
    syslog.send(Buffer.from([0x74, 0x00, 0xff, 0x0a]));
    syslog.send(Buffer.alloc(0));
    await until('all have come', () => server.messages().length === 3);
    expect(texts(server)).toEqual(['one', 't\0\xff\n', '']);
    syslog.close();
  });

  test('gets the local time in the form of RFC 3164', async () => {
    const server = await syslogd();
    const { syslog } = open();
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(2026, 0, 2, 3, 4, 5) });
    syslog.send(Buffer.from('early'));
    vi.setSystemTime(new Date(2026, 10, 23, 13, 14, 15));
    syslog.send(Buffer.from('late'));
    vi.useRealTimers();
    await until('both have come', () => server.messages().length === 2);
    expect(server.messages()).toEqual([
      '<14>Jan  2 03:04:05 supervisord: early',
      '<14>Nov 23 13:14:15 supervisord: late',
    ]);
    syslog.close();
  });

  test('gets what is too long for one message in pieces', async () => {
    const server = await syslogd();
    const { syslog } = open();
    const message = `${'a'.repeat(MAX_MESSAGE_BYTES)}${'b'.repeat(MAX_MESSAGE_BYTES)}c`;
    syslog.send(Buffer.from(message));
    await until('all pieces have come', () => server.messages().length === 3);
    expect(texts(server).join('')).toBe(message);
    syslog.close();
  });
});

test('every piece of a long message has the heading, and none is too long with it', async () => {
  const server = await syslogd();
  const { syslog } = open();
  syslog.send(Buffer.from('x'.repeat(2 * MAX_MESSAGE_BYTES - 10)), Buffer.from('heading '));
  await until('all pieces have come', () => server.messages().length === 3);
  const pieces = texts(server);
  expect(pieces.every((piece) => piece.startsWith('heading x') && piece.length <= MAX_MESSAGE_BYTES)).toBe(
    true,
  );
  expect(pieces.join('').replaceAll('heading ', '')).toBe('x'.repeat(2 * MAX_MESSAGE_BYTES - 10));
  syslog.close();
});

describe('a syslogd that is away', () => {
  test('misses nothing of what was sent while it was restarted', async () => {
    const { syslog, troubles } = open();
    const first = await syslogd();
    syslog.send(Buffer.from('before'));
    await until('the first has come', () => first.messages().length === 1);
    await first.stop();
    for (let number = 0; number < 100; number += 1) syslog.send(Buffer.from(`away ${number}`));
    const second = await syslogd();
    await until('the rest has come', () => second.messages().length === 100);
    syslog.send(Buffer.from('after'));
    await until('the last has come', () => second.messages().length === 101);
    expect(texts(second)).toEqual([...Array.from({ length: 100 }, (_, number) => `away ${number}`), 'after']);
    expect(troubles).toEqual([]);
    syslog.close();
  });

  test('is reached again although its dead socket was left behind', async () => {
    const { syslog } = open();
    const first = await syslogd();
    syslog.send(Buffer.from('before'));
    await first.stop({ leaveFile: true });
    syslog.send(Buffer.from('to a dead socket'));
    rmSync(path);
    const second = await syslogd();
    await until('it has come', () => second.messages().length === 1);
    expect(texts(second)).toEqual(['to a dead socket']);
    syslog.close();
  });

  test('costs no more than a bounded queue, and is reported once', async () => {
    const before = openDescriptors();
    const { syslog, troubles } = open();
    for (let number = 0; number < 20_000; number += 1) syslog.send(Buffer.from('x'.repeat(100)));
    expect(openDescriptors()).toBeLessThanOrEqual(before);
    expect(troubles).toEqual([
      `syslog at ${path} cannot be written: No such file or directory; what is written to it is dropped until it can`,
    ]);
    const server = await syslogd();
    await until('it is reached', () => troubles.length === 2);
    const dropped = /^syslog at .* is written again; (1\d{4}) messages were dropped$/.exec(troubles[1] ?? '');
    await until('what was kept has come', () => server.messages().length === 20_000 - Number(dropped?.[1]));
    syslog.close();
  });
});

describe('a syslogd that does not read', () => {
  test('is not waited for, and gets what was kept once it reads', async () => {
    const server = await syslogd();
    const { syslog, troubles } = open();
    server.sleep();
    const started = performance.now();
    for (let number = 0; number < 10_000; number += 1)
      syslog.send(Buffer.from(`${number} ${'x'.repeat(200)}`));
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(troubles).toEqual([
      `syslog at ${path} cannot be written: its reader does not read; what is written to it is dropped until it can`,
    ]);
    server.wake();
    await until('the recovery is reported', () => troubles.length === 2);
    const kept = 10_000 - Number(/(\d+) messages/.exec(troubles[1] ?? '')?.[1]);
    await until('what was kept has come', () => server.messages().length === kept);
    const numbers = texts(server).map((text) => Number(text.split(' ')[0]));
    expect(numbers).toEqual(Array.from({ length: kept }, (_, number) => number));
    syslog.close();
  });

  test('gets the last lines when the daemon ends', async () => {
    const server = await syslogd();
    const { syslog } = open();
    server.sleep();
    for (let number = 0; number < 100; number += 1) syslog.send(Buffer.from(`${number}`));
    server.wake();
    syslog.close(5000);
    await until('all have come', () => server.messages().length === 100);
    expect(texts(server)).toEqual(Array.from({ length: 100 }, (_, number) => `${number}`));
  });

  test('loses its messages, but no descriptor, when it never reads', async () => {
    const server = await syslogd();
    const before = openDescriptors();
    const { syslog } = open();
    server.sleep();
    for (let number = 0; number < 2000; number += 1) syslog.send(Buffer.from(`${number}`));
    syslog.close(20);
    // The poller that waited for room is shared, and stays.
    expect(openDescriptors()).toBeLessThanOrEqual(before + 1);
    server.wake();
  });
});
