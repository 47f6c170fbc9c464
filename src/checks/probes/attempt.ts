/**
 * One attempt of a probe: a connection that ends by its answer, an error, a timeout or a cancellation, whichever comes
 * first.
 *
 * @module
 */
import { setAlarm } from '../../io/timers.ts';
import { describeError } from './describe-error.ts';

export interface Attempt {
  /** The attempt has ended: no connection may be opened. */
  readonly isOver: boolean;
  /** Ends the attempt with success (null) or with the reason of a failure; later calls have no effect. */
  finish(failure: string | null): void;
  /** Called once, at the end. */
  close: () => void;
}

/**
 * Calls back once, in a later turn.
 *
 * @param open connects, and sets `close`; a rejection is a failure
 * @returns what cancels the attempt
 */
export function attempt(
  timeoutMs: number,
  onEnd: (failure: string | null) => void,
  open: (attempt: Attempt) => Promise<void>,
): () => void {
  let isOver = false;
  const end = (): void => {
    isOver = true;
    stopTimer();
    one.close();
  };
  const one: Attempt = {
    get isOver() {
      return isOver;
    },
    finish: (failure) => {
      if (isOver) return;
      end();
      onEnd(failure);
    },
    close: () => {},
  };
  const stopTimer = setAlarm(timeoutMs, () => one.finish(`timed out after ${timeoutMs / 1000} seconds`));
  open(one).catch((error: Error) => one.finish(describeError(error)));
  return () => {
    if (!isOver) end();
  };
}
