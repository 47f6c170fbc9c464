/**
 * The lock of a rolling restart: one key in the engine, with a lease that the client renews through any node.
 *
 * @module
 */
import type { FleetLock } from '../supervisor/fleet-placement.ts';
import { type Engine, type EngineEntry, EngineError } from './engine/engine.ts';
import { readHolder } from './keys.ts';

/** A name for a terminal, not a document. */
const LONGEST_HOLDER = 200;

export interface RollingLocks {
  /** @throws Error that names the holder where the lock is held */
  take(holder: string): Promise<FleetLock>;
  /** Null where the lock is not held any longer. */
  renew(id: string): Promise<FleetLock | null>;
  /** A lock that is not held any longer is not an error. */
  release(id: string): Promise<void>;
}

/** @param key of the lock @param seconds of its lease */
export function rollingLocks(engine: Engine, key: string, seconds: number): RollingLocks {
  const current = async (): Promise<EngineEntry | null> => {
    const { entries } = await engine.range(key);
    return entries.find((entry) => entry.key === key) ?? null;
  };
  const refuse = (entry: EngineEntry | null): never => {
    const holder = entry === null ? 'another client' : readHolder(entry.value);
    throw new Error(`${holder} has a rolling restart of this fleet under way`);
  };
  return {
    take: async (given) => {
      const found = await current();
      if (found !== null) refuse(found);
      const holder = given.replace(/\p{Cc}/gu, ' ').slice(0, LONGEST_HOLDER);
      const id = await engine.grantLease(seconds);
      try {
        if ((await engine.create(key, JSON.stringify({ holder }), id)) === null) refuse(await current());
      } catch (error) {
        // The request may have been carried out; without an answer the lease ends by itself.
        await engine.revokeLease(id).catch(() => {});
        throw error;
      }
      return { id, seconds };
    },
    renew: async (id) => {
      if ((await current())?.lease !== id) return null;
      try {
        await engine.renewLease(id);
        return { id, seconds };
      } catch (error) {
        if (error instanceof EngineError && error.kind === 'lease-gone') return null;
        throw error;
      }
    },
    release: async (id) => {
      // Only the lease of the lock is ended: a client cannot end that of a node.
      if ((await current())?.lease === id) await engine.revokeLease(id);
    },
  };
}
