/**
 * Keeps the daemon's heap near what it holds. A daemon that idles never collects garbage by itself, so what a
 * burst of starts left behind would stay for ever.
 *
 * @module
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How long after the last start of a burst the garbage is collected, in milliseconds. */
const SETTLE_MS = 250;

/**
 * Holds V8's young generation at its first size, two halves of 1 MB: left alone it doubles up to 16 MB in a burst
 * and stays there (1,000 programs: 15 MB less). To be called before anything much is done.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

let timer: NodeJS.Timeout | null = null;

/** Collects once, a moment after the last call: for work that leaves megabytes behind. */
export function collectGarbageSoon(): void {
  if (timer !== null) {
    timer.refresh();
    return;
  }
  timer = setTimeout(() => {
    timer = null;
    collectGarbage();
  }, SETTLE_MS).unref();
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
