/**
 * Starts programs that start by themselves, many at once, with requests answered in between.
 *
 * @module
 */

import { now } from '../io/clock.ts';
import type { Process } from '../process/process.ts';
import { collectGarbageSoon } from './heap.ts';

/**
 * The longest time, in milliseconds, for which starts delay the answers to requests; a few programs start without a
 * pause.
 */
const SLICE_MS = 20;
const SLICE_PROGRAMS = 50;

/**
 * Starts them in this order, from the next turn of the loop on.
 *
 * @param isWanted asked of each when its turn has come
 * @param done called when all have had their turn
 */
export function autostart(
  processes: readonly Process[],
  isWanted: (process: Process) => boolean,
  done: () => void = () => {},
): void {
  const candidates = processes.values();
  const startSome = (): void => {
    const sliceEndsAtMs = now().monotonicMs + SLICE_MS;
    let started = 0;
    for (const process of candidates) {
      if (isWanted(process)) {
        process.autostart();
        started += 1;
      }
      if (started >= SLICE_PROGRAMS && now().monotonicMs >= sliceEndsAtMs) {
        setImmediate(startSome);
        return;
      }
    }
    if (processes.length >= SLICE_PROGRAMS) {
      collectGarbageSoon('thorough');
    }
    done();
  };
  setImmediate(startSome);
}
