/**
 * Ctrl-C, for whoever waits for something at the moment.
 *
 * @module
 */
import { Interrupt } from '../wire/trouble.ts';

/** The innermost wait is interrupted; those around it go on. */
const waits: (() => void)[] = [];

/** The promise, or an `Interrupt` when Ctrl-C comes first. Only while something waits here does Ctrl-C not end us. */
export function interruptible<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const interrupt = (): void => {
      leave();
      reject(new Interrupt());
    };
    const leave = (): void => {
      const at = waits.indexOf(interrupt);
      if (at >= 0) waits.splice(at, 1);
      if (waits.length === 0) process.off('SIGINT', interruptInnermost);
    };
    if (waits.length === 0) process.on('SIGINT', interruptInnermost);
    waits.push(interrupt);
    work.then(
      (value) => {
        leave();
        resolve(value);
      },
      (error: unknown) => {
        leave();
        reject(error);
      },
    );
  });
}

function interruptInnermost(): void {
  waits.at(-1)?.();
}
