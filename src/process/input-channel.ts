/**
 * The stdin of one life of a process: takes bytes at any time and writes them as fast as they are read.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { WRITABLE, writeFrom } from '../native/posix.ts';
import type { IoLoop } from './io-loop.ts';
import { StdinClosedError } from './managed-process.ts';

export interface InputChannelOptions {
  readonly fd: number;
  readonly io: IoLoop;
}

export class InputChannel {
  readonly #options: InputChannelOptions;
  #waiting: Buffer[] = [];
  #isOpen = true;

  constructor(options: InputChannelOptions) {
    this.#options = options;
  }

  /** Writes now what the pipe takes, and the rest when it can. @throws StdinClosedError when nobody reads any more */
  write(bytes: Buffer): void {
    if (!this.#isOpen) {
      throw new StdinClosedError("Process' stdin channel is closed");
    }
    this.#waiting.push(bytes);
    if (this.#waiting.length === 1) {
      this.#flush();
      if (!this.#isOpen) {
        throw new StdinClosedError("Process' stdin channel is closed");
      }
    }
  }

  close(): void {
    if (!this.#isOpen) {
      return;
    }
    this.#isOpen = false;
    this.#waiting = [];
    this.#options.io.forget(this.#options.fd);
    closeSync(this.#options.fd);
  }

  #flush(): void {
    const { fd, io } = this.#options;
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const written = writeFrom(fd, first, 0, first.length);
      if (written === -osConstants.errno.EAGAIN) {
        io.watch(fd, WRITABLE, () => this.#flush());
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
    io.forget(fd);
  }
}
