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

export interface Autostart {
  readonly processes: readonly Process[];
  /** Asked of each when its turn has come. */
  isWanted(process: Process): boolean;
  /** Called when all have had their turn. */
  done?(): void;
  /** Start the first ones now; otherwise in the next turn of the loop. */
  readonly isAtOnce: boolean;
}

/** Starts them in this order. A stop of a process that waits for its turn starts it first. */
export function autostart({ processes, isWanted, done, isAtOnce }: Autostart): void {
  const candidates = processes.values();
  const start = (process: Process): boolean => {
    const isStarted = isWanted(process);
    if (isStarted) process.autostart();
    return isStarted;
  };
  const startSome = (): void => {
    const sliceEndsAtMs = now().monotonicMs + SLICE_MS;
    let started = 0;
    for (const process of candidates) {
      process.awaitTurn(null);
      if (start(process)) started += 1;
      if (started >= SLICE_PROGRAMS && now().monotonicMs >= sliceEndsAtMs) {
        awaitTurns();
        setImmediate(startSome);
        return;
      }
    }
    if (processes.length >= SLICE_PROGRAMS) {
      collectGarbageSoon('thorough');
    }
    done?.();
  };
  let areAwaiting = false;
  const awaitTurns = (): void => {
    if (areAwaiting) return;
    areAwaiting = true;
    for (const process of processes) if (isWanted(process)) process.awaitTurn(start);
  };
  if (isAtOnce) {
    startSome();
  } else {
    awaitTurns();
    setImmediate(startSome);
  }
}
