/**
 * Keeps the daemon's memory near what it holds. A daemon that idles never collects garbage by itself, so what a
 * burst of starts, or answers of megabytes, left behind would stay for ever.
 *
 * @module
 */
import { getHeapStatistics } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { saveMemory, trimMemory } from '../native/posix.ts';
import { setV8Flag } from './v8-flags.ts';

/** How long after the last work that asked for it the garbage is collected, in milliseconds. */
const SETTLE_MS = 1000;

/** V8 returns pages in the background; time after a collection until that is done, in milliseconds. */
const TRIM_MS = 200;

/** Less garbage than this is not worth a collection, in bytes. */
const WORTHWHILE_BYTES = 4 << 20;

/**
 * Until the first programs are started nothing runs often enough to be worth V8's optimizing compiler, whose threads
 * would keep 2 MB for what they made of the start of 1,000 programs. V8's young generation is held at its first size,
 * two halves of 1 MB: left alone it doubles up to 16 MB in a burst and stays there (1,000 programs: 15 MB less). Malloc
 * has one heap for all threads, as each of V8's would keep more than 1 MB (1,000 programs: 5 MB less). To be called
 * before anything much is done.
 */
export function saveMemoryFromNowOn(): void {
  setV8Flag('--no-turbofan');
  setV8Flag('--semi-space-growth-factor=1');
  saveMemory();
}

/**
 * What runs often from now on is worth being optimized, and what reading this program and its configuration took is
 * given back (1 MB, in a millisecond).
 */
export function startIsOver(): void {
  setV8Flag('--turbofan');
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
  }, TRIM_MS).unref();
}

function bytesInUse(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
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
