/** The lock of a rolling restart, as the client takes, renews and loses it. */
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { takeLock } from '../../../src/ctl/fleet/lock.ts';
import type { FleetNode } from '../../../src/ctl/wire/fleet.ts';
import { answers, type FakeServer, fault, result, test } from '../fake-server.ts';

/** No fake time passes it. */
const FLEET = { limitMs: 2 ** 31 - 1 };
/** The time to the next renewal is a fake one; that for which the lock is held is not, and is long. */
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

test('a node that is gone or cut off from the engine does not decide', async ({ server }) => {
  let asked = 0;
  server.answer = answers({
    'visord.lockRolling': () => {
      asked += 1;
      return asked === 1
        ? fault('FAILED', 'the engine cannot be reached')
        : result({ id: '7', seconds: SECONDS });
    },
    'visord.unlockRolling': result(true),
  });
  const nodes = [node('gone', `${server.url}-none`), node('app1', server.url), node('app2', server.url)];
  const lock = await takeLock(FLEET, nodes);
  if (typeof lock === 'string') throw new Error(lock);
  expect(lock.isHeld()).toBe(true);
  await lock.release();
});

test('the reason is that of the first refusal, and only a few nodes are asked', async ({ server }) => {
  server.answer = answers({ 'visord.lockRolling': fault('FAILED', 'ops has it') });
  const nodes = Array.from({ length: 9 }, (_unused, index) => node(`app${index}`, server.url));
  expect(await takeLock(FLEET, nodes)).toBe('ops has it');
  expect(server.calls.length).toBe(3);
});

test('it is renewed until it is released', async ({ server }) => {
  server.answer = answers({
    'visord.lockRolling': result({ id: '7', seconds: SECONDS }),
    'visord.unlockRolling': result(true),
  });
  const lock = await takeLock(FLEET, [node('app1', server.url)]);
  if (typeof lock === 'string') throw new Error(lock);
  await until(() => {
    vi.advanceTimersByTime((SECONDS * 1000) / 3);
    return countOf(server, 'visord.lockRolling') >= 3;
  });
  await lock.release();
  expect(countOf(server, 'visord.unlockRolling')).toBe(1);
});

test('it is lost when the engine does not have it any longer', async ({ server }) => {
  let asked = 0;
  server.answer = answers({
    'visord.lockRolling': () => {
      asked += 1;
      return asked === 1 ? result({ id: '7', seconds: SECONDS }) : fault('BAD_NAME', '7');
    },
    'visord.unlockRolling': result(true),
  });
  const lock = await takeLock(FLEET, [node('app1', server.url)]);
  if (typeof lock === 'string') throw new Error(lock);
  expect(lock.isHeld()).toBe(true);
  vi.advanceTimersByTime((SECONDS * 1000) / 3);
  await until(() => !lock.isHeld());
  await lock.release();
});
