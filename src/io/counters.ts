/**
 * What the daemon counts for its metrics, from its start on. To count costs an addition.
 *
 * @module
 */

/** Upper bounds of the buckets of spawns, in milliseconds; one more bucket has all above them. */
export const SPAWN_BOUNDS_MS: readonly number[] = [0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 1000];

export const counters = {
  /** Requests that HTTP servers have received. */
  requests: 0,
  /** Events that had a subscriber. */
  events: 0,
  /** Messages to syslogs that were dropped. */
  droppedSyslogMessages: 0,
  /** Spawns by bucket. */
  spawns: new Array<number>(SPAWN_BOUNDS_MS.length + 1).fill(0),
  /** Time that all spawns together have taken. */
  spawnMs: 0,
};

/** Counts a spawn. @param ms how long it took */
export function countSpawn(ms: number): void {
  let bucket = 0;
  while (ms > (SPAWN_BOUNDS_MS[bucket] ?? Number.POSITIVE_INFINITY)) bucket += 1;
  counters.spawns[bucket] = (counters.spawns[bucket] ?? 0) + 1;
  counters.spawnMs += ms;
}
