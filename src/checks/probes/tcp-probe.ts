/**
 * A probe of a TCP port: a connection that is closed as soon as it is accepted.
 *
 * @module
 */
import { setAlarm } from '../../io/timers.ts';
import { describeError } from './describe-error.ts';

/** Calls back once, in a later turn; returns what cancels the connection. */
export function probeTcp(
  { host, port }: { readonly host: string; readonly port: number },
  timeoutMs: number,
  onEnd: (failure: string | null) => void,
): () => void {
  let end: (failure: string | null) => void = onEnd;
  let close = (): void => {};
  const stopTimer = setAlarm(timeoutMs, () => finish(`timed out after ${timeoutMs / 1000} seconds`));
  const finish = (failure: string | null): void => {
    stopTimer();
    close();
    const report = end;
    end = () => {};
    report(failure);
  };

  const open = async (): Promise<void> => {
    const { connect } = await import('node:net');
    if (end !== onEnd) {
      return;
    }
    const socket = connect({ host, port });
    close = () => socket.destroy();
    socket.on('connect', () => finish(null));
    socket.on('error', (error) => finish(describeError(error)));
  };
  open().catch((error: Error) => finish(describeError(error)));

  return () => {
    end = () => {};
    stopTimer();
    close();
  };
}
