/**
 * Messages to the socket of a service manager.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { whenWritable } from '../../io/writable-wait.ts';
import { connectDatagram, errnoMessage, PosixError, writeFrom } from '../../native/posix.ts';

const { EAGAIN, ENOBUFS } = constants.errno;

/** Sends messages in their order, and never blocks. */
export interface NotifyLink {
  /** @param fields as `READY=1`, each a line of the message */
  send(fields: readonly string[]): void;
  close(): void;
}

/**
 * Each message is sent on a connection of its own: the service manager may have been replaced since the last one.
 *
 * @param path as `NOTIFY_SOCKET` names it; an abstract name begins with `@`
 * @param onFailure called with the reason at the first message that cannot be sent; later ones are dropped in silence
 */
export function notifyLink(path: string, onFailure: (reason: string) => void): NotifyLink {
  const waiting: Buffer[] = [];
  let busy: { readonly fd: number; readonly stopWaiting: () => void } | null = null;
  let hasFailed = false;

  const endWait = (): void => {
    if (busy !== null) {
      busy.stopWaiting();
      closeSync(busy.fd);
      busy = null;
    }
  };
  const sendWaiting = (): void => {
    endWait();
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      const { result, fd } = sendOne(path, first);
      if (fd !== null) {
        busy = { fd, stopWaiting: whenWritable(fd, sendWaiting) };
        return;
      }
      waiting.shift();
      if (result !== null && !hasFailed) {
        hasFailed = true;
        onFailure(result);
      }
    }
  };
  return {
    send: (fields) => {
      waiting.push(Buffer.from(fields.join('\n')));
      if (busy === null) {
        sendWaiting();
      }
    },
    close: () => {
      sendWaiting();
      endWait();
    },
  };
}

/** Where the socket is full, the descriptor that shows when it is not; else the reason of a failure, if any. */
function sendOne(
  path: string,
  message: Buffer,
): { readonly fd: number | null; readonly result: string | null } {
  let fd: number;
  try {
    fd = connectDatagram(path);
  } catch (error) {
    if (error instanceof PosixError) {
      return { fd: null, result: error.message };
    }
    throw error;
  }
  const sent = writeFrom(fd, message, 0, message.length);
  if (sent === -EAGAIN || sent === -ENOBUFS) {
    return { fd, result: null };
  }
  closeSync(fd);
  return { fd: null, result: sent < 0 ? errnoMessage(-sent) : null };
}
