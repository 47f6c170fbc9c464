/**
 * A probe of a TCP port: a connection that is closed as soon as it is accepted.
 *
 * @module
 */
import { attempt } from './attempt.ts';
import { describeError } from './describe-error.ts';

/** Calls back once, in a later turn; returns what cancels the connection. */
export function probeTcp(
  { host, port }: { readonly host: string; readonly port: number },
  timeoutMs: number,
  onEnd: (failure: string | null) => void,
): () => void {
  return attempt(timeoutMs, onEnd, async (one) => {
    const { connect } = await import('node:net');
    if (one.isOver) return;
    const socket = connect({ host, port });
    one.close = () => socket.destroy();
    socket.on('connect', () => one.finish(null));
    socket.on('error', (error) => one.finish(describeError(error)));
  });
}
