/**
 * The stdin of one run of a process: takes bytes at any time and writes them as fast as they are read.
 *
 * @module
 */
import { closeSync, constants } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { openSync, readlinkSync } from '../../io/files.ts';
import type { IoLoop } from '../../io/io-loop.ts';
import { WRITABLE, writeFrom } from '../../native/posix.ts';

/** The stdin of a process takes no more bytes: the process closed it, or has none. */
export class StdinClosedError extends Error {
  override readonly name = 'StdinClosedError';
}

export interface InputChannelOptions {
  /** A descriptor, or the path of a FIFO that is opened at the first write: most programs are never written to. */
  readonly end: number | string;
  readonly io: IoLoop;
}

export class InputChannel {
  readonly #io: IoLoop;
  #end: number | string | null;
  #waiting: Buffer[] = [];

  constructor({ end, io }: InputChannelOptions) {
    this.#io = io;
    this.#end = end;
  }

  /**
   * Writes now what the pipe takes, and the rest when it can.
   *
   * @param pid the process that reads it: its own descriptor is another way to a FIFO whose name was removed
   * @throws StdinClosedError when no process reads any more
   */
  write(bytes: Buffer, pid: number): void {
    this.#open(pid);
    this.#waiting.push(bytes);
    if (this.#waiting.length === 1) {
      this.#flush();
    }
    if (this.#end === null) {
      throw closedError();
    }
  }

  /** What the pipe has no room for yet. */
  get waiting(): Buffer {
    return Buffer.concat(this.#waiting);
  }

  /** Null where it is not open yet, or not any more. */
  get descriptor(): number | null {
    return typeof this.#end === 'number' ? this.#end : null;
  }

  close(): void {
    const end = this.#end;
    this.#end = null;
    this.#waiting = [];
    if (typeof end === 'number') {
      this.#io.forget(end);
      closeSync(end);
    }
  }

  #open(pid: number): void {
    if (typeof this.#end === 'string') {
      this.#end = openWriter(this.#end) ?? openRemoved(this.#end, pid);
    }
    if (this.#end === null) {
      throw closedError();
    }
  }

  #flush(): void {
    const fd = this.#end;
    if (typeof fd !== 'number') {
      return;
    }
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const written = writeFrom(fd, first, 0, first.length);
      if (written === -osConstants.errno.EAGAIN) {
        this.#io.watch(fd, WRITABLE, { ready: () => this.#flush() });
        return;
      }
      if (written < 0) {
        this.close();
        return;
      }
      if (written < first.length) {
        this.#waiting[0] = first.subarray(written);
      } else {
        this.#waiting.shift();
      }
    }
    this.#io.forget(fd);
  }
}

function closedError(): StdinClosedError {
  return new StdinClosedError("Process' stdin channel is closed");
}

/** Null where no process has it open for reading (ENXIO, fifo(7)), or it does not exist. */
function openWriter(path: string): number | null {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
}

/** A cleaner of temporary folders may have taken the name; proc(5) still knows what the reader has open. */
function openRemoved(path: string, pid: number): number | null {
  const link = `/proc/${pid}/fd/0`;
  try {
    return readlinkSync(link) === `${path} (deleted)` ? openWriter(link) : null;
  } catch {
    return null;
  }
}
