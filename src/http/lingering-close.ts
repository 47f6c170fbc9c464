/**
 * Closing a connection whose client may still be sending. Closed at once, the kernel would answer its bytes with a
 * reset, and the client might never see why it was refused.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** How long a refused client may go on sending, in milliseconds. */
const LINGER_MS = 2000;

const lastRequests = new WeakMap<Socket, IncomingMessage>();

/** Remembers the request that a connection is at; `lingerOnClose` looks whether all of it has come. */
export function noteRequest(request: IncomingMessage): void {
  lastRequests.set(request.socket, request);
}

/** Makes the connection wait for its client when it is closed after an answer to an unfinished request. */
export function lingerOnClose(socket: Socket): void {
  const closeNow = socket.destroySoon.bind(socket);
  socket.destroySoon = () => {
    const request = lastRequests.get(socket);
    if (!request || request.complete) {
      closeNow();
      return;
    }
    request.resume();
    endGently(socket);
  };
}

/** Says the last words, and drops what the client still sends until it closes, or has had its time. */
export function endGently(socket: Socket, lastWords = ''): void {
  socket.end(lastWords);
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}
