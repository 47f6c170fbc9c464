/** The lock of a rolling restart, as the client takes, renews and loses it. */
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { takeLock } from '../../../src/ctl/fleet/lock.ts';
import type { FleetNode } from '../../../src/ctl/wire/fleet.ts';
import { answers, type FakeLock, type FakeServer, fault, locking, result, test } from '../fake-server.ts';

/** Longer than the fake clock of any test. */
const FLEET = { limitMs: 2 ** 31 - 1 };
/** How long `locking` holds the lock. This time is real; the time to the next renewal is fake. */
const SECONDS = 600;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

function node(name: string, serverUrl: string): FleetNode {
  return { name, connection: { serverUrl, username: null, password: null, silenceMs: 10_000 } };
}

function countOf({ calls }: FakeServer, method: string): number {
  return calls.filter((called) => called === method).length;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

test.for([
  ['stock daemons', fault('UNKNOWN_METHOD')],
  ['daemons without an engine', result({ id: '', seconds: 0 })],
] as const)('%s have no lock', async ([, answer], { server }) => {
  server.answer = answers({ 'visord.lockRolling': answer });
  const lock = await takeLock(FLEET, [node('app1', server.url), node('app2', server.url)]);
  if (typeof lock === 'string') throw new Error(lock);
  expect(lock.isHeld()).toBe(true);
  await lock.release();
  expect(server.calls).toEqual(['visord.lockRolling', 'visord.lockRolling']);
});

test('one lock is for all nodes of an engine, also through a stock daemon in between', async ({
  server,
  other,
}) => {
  const lock: FakeLock = { id: null };
  server.answer = locking(lock, '7');
  other.answer = answers({});
  const nodes = [node('old', other.url), node('app1', server.url), node('app2', server.url)];
  const held = await takeLock(FLEET, nodes);
  if (typeof held === 'string') throw new Error(held);
  expect([lock.id, held.isHeld()]).toEqual(['7', true]);
  await held.release();
  expect(lock.id).toBeNull();
});

test('the lock of each engine is taken, and all are released', async ({ server, other }) => {
  const locks: FakeLock[] = [{ id: null }, { id: null }];
  server.answer = locking(locks[0] ?? { id: null }, '7');
  other.answer = locking(locks[1] ?? { id: null }, '8');
  const nodes = [node('app1', server.url), node('db1', other.url), node('app2', server.url)];
  const held = await takeLock(FLEET, nodes);
  if (typeof held === 'string') throw new Error(held);
  expect(locks).toEqual([{ id: '7' }, { id: '8' }]);
  await held.release();
  expect(locks).toEqual([{ id: null }, { id: null }]);
});

test('a lock that is held in the second engine is the reason, and the first one is released', async ({
  server,
  other,
}) => {
  const lock: FakeLock = { id: null };
  server.answer = locking(lock, '7');
  other.answer = locking({ id: 'dev' }, '8');
  expect(await takeLock(FLEET, [node('app1', server.url), node('db1', other.url)])).toBe('dev has it');
  expect(lock.id).toBeNull();
});

test('without the lock of any of its nodes nothing is locked', async ({ server, other }) => {
  const lock: FakeLock = { id: null };
  server.answer = locking(lock, '7');
  other.answer = answers({ 'visord.lockRolling': fault('FAILED', 'the engine cannot be reached') });
  const app1 = node('app1', server.url);
  expect(await takeLock(FLEET, [app1, node('app2', other.url)])).toBe('app2: the engine cannot be reached');
  expect(await takeLock(FLEET, [app1, node('gone', `${other.url}-none`)])).toMatch(/^gone: .*no such file/);
  other.answer = () => 'HTTP/1.1 403 Forbidden\r\nContent-Length: 18\r\n\r\nThe role is read.\n';
  expect(await takeLock(FLEET, [app1, node('app2', other.url)])).toMatch(/^app2: .*The role is read\./);
  expect(lock.id).toBeNull();
});

test('it is renewed until it is released', async ({ server }) => {
  const lock: FakeLock = { id: null };
  server.answer = locking(lock, '7');
  const held = await takeLock(FLEET, [node('app1', server.url)]);
  if (typeof held === 'string') throw new Error(held);
  const before = countOf(server, 'visord.lockRolling');
  await until(() => {
    vi.advanceTimersByTime((SECONDS * 1000) / 3);
    return countOf(server, 'visord.lockRolling') >= before + 2;
  });
  await held.release();
  expect([countOf(server, 'visord.unlockRolling'), lock.id]).toEqual([1, null]);
});

test('it is lost when the engine does not have it any longer', async ({ server }) => {
  const lock: FakeLock = { id: null };
  server.answer = locking(lock, '7');
  const held = await takeLock(FLEET, [node('app1', server.url)]);
  if (typeof held === 'string') throw new Error(held);
  expect(held.isHeld()).toBe(true);
  lock.id = null;
  vi.advanceTimersByTime((SECONDS * 1000) / 3);
  await until(() => !held.isHeld());
  await held.release();
});
