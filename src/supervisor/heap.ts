/**
 * Returns unused memory to the system. An idle daemon never collects garbage by itself, so the garbage of a burst
 * of starts, or of large answers, would stay for ever.
 *
 * @module
 */
import { runInNewContext } from 'node:vm';
import { releaseIdlePages } from '../io/idle-pages.ts';
import { trimMemory } from '../native/posix.ts';
import { setV8Flag } from '../native/v8-flags.ts';

/** How long after the last work that asked for it the garbage is collected, in milliseconds. */
const SETTLE_MS = 1000;

/** V8 returns pages in the background; time after a collection until that is done, in milliseconds. */
const TRIM_MS = 200;

/** Less garbage than this is not worth a collection, in bytes. */
const WORTHWHILE_BYTES = 4 << 20;

/**
 * How much a function has to run before V8 optimizes it, in bytes of bytecode: three times V8's default. Optimizing what
 * handles events takes as much processor time as handling two thousand of them, and pays for more than ten thousand only.
 */
const OPTIMIZED_AFTER = 200_000;

/** Later versions of Node.js count calls instead, and have a quick optimizing compiler besides. */
const LAST_NODE_WITH_BUDGET = 20;

/**
 * Called when the start is over: turns the optimizing compiler on, and returns the memory that reading the program
 * and its configuration took (1 MB, in a millisecond).
 */
export function startIsOver(): void {
  setV8Flag('--turbofan');
  setV8Flag(`--interrupt-budget=${OPTIMIZED_AFTER}`, { newestNode: LAST_NODE_WITH_BUDGET });
  trimMemory();
}

/** `usual` is one collection, about ten milliseconds for 1,000 programs, if there is enough to collect; `thorough` is two. */
export type Collection = 'usual' | 'thorough';

let timer: NodeJS.Timeout | null = null;
let wanted: Collection = 'usual';
let bytesAfterLast = 0;

/** Collects once, a moment after the last call: for work that leaves megabytes behind. */
export function collectGarbageSoon(collection: Collection): void {
  if (collection === 'thorough') {
    wanted = collection;
  }
  if (timer === null) {
    timer = setTimeout(collectNow, SETTLE_MS).unref();
  } else {
    timer.refresh();
  }
}

function collectNow(): void {
  timer = null;
  const collection = wanted;
  wanted = 'usual';
  if (collection === 'usual' && bytesInUse() - bytesAfterLast < WORTHWHILE_BYTES) {
    return;
  }
  const collect = findCollector();
  collect?.();
  bytesAfterLast = bytesInUse();
  setTimeout(() => {
    if (collection === 'thorough') {
      collect?.();
    }
    trimMemory();
    releaseIdlePages();
  }, TRIM_MS).unref();
}

/** NaN where /proc is not mounted: a collection is then always worth it. */
function bytesInUse(): number {
  try {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  } catch {
    return Number.NaN;
  }
}

/**
 * A context that is made while the flag is set has the function; ours does not get it. It also moves what lives
 * together, so that half-empty pages go back (1,000 programs: 1 MB less, 5 MB after answers to many calls).
 */
function findCollector(): (() => void) | null {
  setV8Flag('--expose-gc');
  const collector: unknown = runInNewContext('globalThis.gc');
  setV8Flag('--no-expose-gc');
  if (typeof collector !== 'function') return null;
  return () => {
    setV8Flag('--compact-on-every-full-gc');
    collector();
    setV8Flag('--no-compact-on-every-full-gc');
  };
}
