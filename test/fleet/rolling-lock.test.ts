/** The lock of a rolling restart, on a store in memory. */
import { expect, it } from 'vitest';
import { type Engine, EngineError } from '../../src/fleet/engine/engine.ts';
import { keysOf } from '../../src/fleet/keys.ts';
import { rollingLocks } from '../../src/fleet/rolling-lock.ts';

const KEY = keysOf('prod').rollingLock;

interface FakeStore extends Engine {
  /** Of leases that have not ended. */
  readonly leases: Set<string>;
  end(lease: string): void;
  /** The next creation is carried out, but not answered. */
  loseAnswer(): void;
}

function openStore(): FakeStore {
  const keys = new Map<string, { value: string; lease: string | null }>();
  const leases = new Set<string>();
  let granted = 0;
  let isLost = false;
  const end = (lease: string): void => {
    leases.delete(lease);
    for (const [key, entry] of keys) if (entry.lease === lease) keys.delete(key);
  };
  const unused = (): never => {
    throw new Error('not used by the lock');
  };
  return {
    leases,
    end,
    put: unused,
    remove: unused,
    watch: unused,
    close: unused,
    loseAnswer: () => {
      isLost = true;
    },
    grantLease: async () => {
      granted += 1;
      leases.add(String(granted));
      return String(granted);
    },
    renewLease: async (lease) => {
      if (!leases.has(lease)) throw new EngineError('lease-gone', 'gone');
      return 6;
    },
    revokeLease: async (lease) => end(lease),
    create: async (key, value, lease) => {
      if (keys.has(key)) return null;
      keys.set(key, { value, lease });
      if (!isLost) return 1n;
      isLost = false;
      throw new EngineError('unreachable', 'no answer');
    },
    range: async (prefix) => ({
      entries: [...keys]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, entry]) => ({ key, ...entry, createRevision: 1n, modRevision: 1n })),
      revision: 1n,
    }),
  };
}

it('has one holder, and names it', async () => {
  const store = openStore();
  const locks = rollingLocks(store, KEY, 6);
  const first = await locks.take('ops@app1');
  expect(first).toEqual({ id: '1', seconds: 6 });
  await expect(locks.take('dev@app2')).rejects.toThrow(
    'ops@app1 has a rolling restart of this fleet under way',
  );
  expect(store.leases).toEqual(new Set(['1']));
  await locks.release(first.id);
  expect((await locks.take('dev@app2')).id).toBe('2');
});

it('of two that ask at once one has it, and the other one leaves no lease', async () => {
  const store = openStore();
  const locks = rollingLocks(store, KEY, 6);
  const ends = await Promise.allSettled([locks.take('a'), locks.take('b')]);
  expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(store.leases.size).toBe(1);
});

it('is renewed through any node while its lease lives, and not by another id', async () => {
  const store = openStore();
  const { id } = await rollingLocks(store, KEY, 6).take('ops');
  const other = rollingLocks(store, KEY, 6);
  expect(await other.renew(id)).toEqual({ id, seconds: 6 });
  const lease = await store.grantLease(6);
  expect(await other.renew(lease)).toBeNull();
  await other.release(lease);
  expect(store.leases).toEqual(new Set([id, lease]));
  store.end(id);
  expect(await other.renew(id)).toBeNull();
  await other.release(id);
});

it('is free after a request that was carried out and not answered', async () => {
  const store = openStore();
  const locks = rollingLocks(store, KEY, 6);
  store.loseAnswer();
  await expect(locks.take('ops')).rejects.toThrow('no answer');
  expect(store.leases.size).toBe(0);
  await locks.take('ops');
});

it('keeps control characters of a holder from a terminal', async () => {
  const locks = rollingLocks(openStore(), KEY, 6);
  await locks.take('ops\u001b[31m');
  await expect(locks.take('dev')).rejects.toThrow('ops [31m has');
});
