/**
 * Waits until a pipe, a terminal or a socket takes bytes again.
 *
 * @module
 */
import { WRITABLE } from '../native/posix.ts';
import { ioLoop } from './io-loop.ts';

/** Time between two tries where the descriptor cannot be watched, in milliseconds. */
const RETRY_MS = 10;

/** Calls back repeatedly while the descriptor can be written, or is broken; the returned function ends that. */
export function whenWritable(descriptor: number, callback: () => void): () => void {
  const io = ioLoop();
  try {
    io.watch(descriptor, WRITABLE, { ready: callback });
    return () => io.forget(descriptor);
  } catch {
    const timer = setInterval(callback, RETRY_MS).unref();
    return () => clearInterval(timer);
  }
}
