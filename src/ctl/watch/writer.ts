/**
 * Writes to the terminal without blocking: a stopped or slow terminal (Ctrl-S, a stalled ssh) must not keep the client
 * from reading keys and signals.
 *
 * @module
 */
import { closeSync, constants, openSync, writeSync } from 'node:fs';

const STDOUT = 1;
const RETRY_MS = 20;
/** How long the last bytes may take. */
const LAST_MS = 200;

export interface TerminalWriter {
  /** True while earlier bytes have not been taken. */
  isBusy(): boolean;
  write(text: string): void;
  /** Gives up what has not been taken, writes the last bytes, and closes. */
  end(text: string): void;
}

export interface TerminalWriterListener {
  /** All bytes have been taken. */
  drained(): void;
  /** The terminal does not exist any more. */
  gone(): void;
}

export function openTerminalWriter({ drained, gone }: TerminalWriterListener): TerminalWriter {
  const own = openNonBlocking();
  const fd = own ?? STDOUT;
  let pending: Buffer = Buffer.alloc(0);
  let timer: NodeJS.Timeout | null = null;

  const push = (): void => {
    timer = null;
    const result = writeSome(fd, pending);
    if (result === 'gone') {
      pending = Buffer.alloc(0);
      gone();
      return;
    }
    pending = result;
    if (pending.length > 0) timer = setTimeout(push, RETRY_MS);
    else drained();
  };
  return {
    isBusy: () => pending.length > 0,
    write: (text) => {
      pending = pending.length === 0 ? Buffer.from(text) : Buffer.concat([pending, Buffer.from(text)]);
      if (timer === null) push();
    },
    end: (text) => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      let left: Buffer | 'gone' = Buffer.from(text);
      const until = performance.now() + LAST_MS;
      while (left !== 'gone' && left.length > 0 && performance.now() < until) {
        left = writeSome(fd, left);
        if (left !== 'gone' && left.length > 0) {
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
        }
      }
      pending = Buffer.alloc(0);
      if (own !== null) closeSync(own);
    },
  };
}

/**
 * A new open file description, so that the mode of the shell's descriptor does not change; null if the terminal
 * cannot be opened again.
 */
function openNonBlocking(): number | null {
  for (const path of [`/proc/self/fd/${STDOUT}`, '/dev/tty']) {
    try {
      return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    } catch {
      // After su the terminal belongs to another user: /dev/tty opens all the same.
    }
  }
  return null;
}

/** What is left. */
function writeSome(fd: number, bytes: Buffer): Buffer | 'gone' {
  let left = bytes;
  while (left.length > 0) {
    try {
      left = left.subarray(writeSync(fd, left));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') return left;
      if (code !== 'EINTR') return 'gone';
    }
  }
  return left;
}
