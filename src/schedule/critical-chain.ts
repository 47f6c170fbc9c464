/**
 * The critical chain of a start: from the process that was ready last back to the first one.
 *
 * @module
 */
import type { Graph } from './graph.ts';

/** When a process could start, was started and was ready, in milliseconds of one clock; null is never. */
export interface StartTimes {
  readonly startedMs: number | null;
  readonly readyMs: number | null;
}

export interface ChainLink {
  readonly id: string;
  /** Milliseconds from the first start to the moment that this process was started. */
  readonly startedAfterMs: number;
  /** Milliseconds that it took from its start to being ready; null if it is not ready. */
  readonly tookMs: number | null;
}

/**
 * The chain of dependencies that decided when the last process was ready, the last first.
 * Each link is the dependency of the one before it that was ready last.
 *
 * @param last the process to begin with; without it the one that was ready last of all
 */
export function criticalChain(
  graph: Graph,
  times: ReadonlyMap<string, StartTimes>,
  last?: string,
): readonly ChainLink[] {
  const started = [...times].filter(([, { startedMs }]) => startedMs !== null);
  if (started.length === 0) {
    return [];
  }
  const beginMs = Math.min(...started.map(([, { startedMs }]) => startedMs ?? Number.POSITIVE_INFINITY));
  const chain: ChainLink[] = [];
  const seen = new Set<string>();
  let id = last ?? latest(times.keys(), times);
  while (id !== null && !seen.has(id)) {
    seen.add(id);
    const { startedMs = null, readyMs = null } = times.get(id) ?? {};
    if (startedMs === null) {
      break;
    }
    chain.push({
      id,
      startedAfterMs: startedMs - beginMs,
      tookMs: readyMs === null ? null : readyMs - startedMs,
    });
    id = latest((graph.dependencies.get(id) ?? []).map(({ to }) => to).values(), times);
  }
  return chain;
}

function latest(ids: IterableIterator<string>, times: ReadonlyMap<string, StartTimes>): string | null {
  let found: string | null = null;
  let foundMs = Number.NEGATIVE_INFINITY;
  for (const id of ids) {
    const readyMs = times.get(id)?.readyMs ?? null;
    if (readyMs !== null && readyMs > foundMs) {
      found = id;
      foundMs = readyMs;
    }
  }
  return found;
}
