/**
 * Ctrl-C interrupts what the client waits for at the moment.
 *
 * @module
 */

/** Ctrl-C was pressed. */
export class Interrupt extends Error {
  override readonly name = 'Interrupt';
}

/** The innermost wait is interrupted; those around it go on. */
const waits: (() => void)[] = [];

/** The promise, or an `Interrupt` when Ctrl-C comes first. Without such a wait Ctrl-C ends the client. */
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
