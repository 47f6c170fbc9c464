/**
 * Keeps the daemon's heap near what it holds. A daemon that idles never collects garbage by itself, so what a
 * burst of starts, or answers of megabytes, left behind would stay for ever.
 *
 * @module
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How long after the last work that asked for it the garbage is collected, in milliseconds. */
const SETTLE_MS = 250;

/**
 * Holds V8's young generation at its first size, two halves of 1 MB: left alone it doubles up to 16 MB in a burst
 * and stays there (1,000 programs: 15 MB less). To be called before anything much is done.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Less garbage than this is not worth a collection, in bytes. */
const WORTHWHILE_BYTES = 2 << 20;

let timer: NodeJS.Timeout | null = null;
let bytesAfterLast = 0;

/** Collects once, a moment after the last call: for work that leaves megabytes behind. */
export function collectGarbageSoon(): void {
  if (timer !== null) {
    timer.refresh();
    return;
  }
  timer = setTimeout(() => {
    timer = null;
    if (bytesInUse() - bytesAfterLast >= WORTHWHILE_BYTES) {
      collectGarbage();
      bytesAfterLast = bytesInUse();
    }
  }, SETTLE_MS).unref();
}

function bytesInUse(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}

/** A context that is made while the flag is set has the function; ours does not get it. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('globalThis.gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof collect === 'function') {
    collect();
  }
}
