/**
 * Tells when a pipe, a terminal or a socket takes bytes again.
 *
 * @module
 */
import { Poller, WRITABLE } from '../native/posix.ts';

/** Time between two tries where the system has no poller to give, in milliseconds. */
const RETRY_MS = 10;

const callbacks = new Map<number, () => void>();
let poller: Poller | null = null;

/** Calls back again and again while the descriptor takes bytes, or is broken; the returned function ends that. */
export function whenWritable(descriptor: number, callback: () => void): () => void {
  try {
    poller ??= new Poller((ready) => callbacks.get(ready)?.());
    poller.add(descriptor, WRITABLE);
  } catch {
    const timer = setInterval(callback, RETRY_MS).unref();
    return () => clearInterval(timer);
  }
  callbacks.set(descriptor, callback);
  return () => {
    callbacks.delete(descriptor);
    poller?.remove(descriptor);
  };
}
