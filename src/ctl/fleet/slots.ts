/**
 * A limit on how many nodes are asked at once: each takes a descriptor or two.
 *
 * @module
 */

/** Runs work when fewer than the limit are under way, in the order of the calls. */
export type Slots = <T>(work: () => Promise<T>) => Promise<T>;

export function openSlots(limit: number): Slots {
  let free = limit;
  const waiting: (() => void)[] = [];
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      release();
    }
  };
}

/** More than most fleets have; Node.js may open at least twice as many descriptors on every usual system. */
export const NODES_AT_ONCE = 400;
