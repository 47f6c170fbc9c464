/**
 * One output channel (stdout or stderr) of one life of a process: reads the pipe and hands the bytes to
 * the log. It lives until the last writer closes the pipe, which may be long after the process exited.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import type { ChannelLog } from '../logs/channel-log.ts';
import { HANGUP, pump, READABLE, readInto, setPipeSize } from '../native/posix.ts';
import type { IoLoop } from './io-loop.ts';
import { drawThrough, endAll, type OutputTap } from './output-tap.ts';

export interface OutputChannelOptions {
  readonly fd: number;
  readonly io: IoLoop;
  /** Where the bytes go; null reads them and drops them. */
  readonly log: ChannelLog | null;
  readonly taps: readonly OutputTap[];
  /** Called once, after the last byte. */
  readonly onEnd: () => void;
}

/** One channel takes at most this much before others have their turn. */
const TURN_BYTES = 1 << 20;

/** A log is looked at for rotation after so many bytes at the latest, never in the middle of what came at once. */
const WRITE_BYTES = 128 << 10;

/** A read of at least this much marks a busy writer, whose pipe is given time to fill before the next read. */
const BUSY_BYTES = 32 << 10;

const BUSY_PIPE_BYTES = 1 << 20;
const BUSY_PAUSE_MS = 4;

/** All channels read into one buffer: the bytes are consumed before the next read. */
const scratch = Buffer.allocUnsafeSlow(256 << 10);

export class OutputChannel {
  readonly #options: OutputChannelOptions;
  #isOpen = true;
  #isEnlarged = false;
  #pause: NodeJS.Timeout | null = null;

  constructor(options: OutputChannelOptions) {
    this.#options = options;
    this.#watch();
  }

  get log(): ChannelLog | null {
    return this.#options.log;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Reads what is in the pipe now; called when the process has exited, so that its last words come first. */
  drain(): void {
    for (let turn = 0; turn < 2 && this.#isOpen; turn += 1) {
      if (this.#takeTurn() === 0) {
        return;
      }
    }
  }

  /** Stops reading at once and closes everything. */
  close(): void {
    if (!this.#isOpen) {
      return;
    }
    this.#isOpen = false;
    if (this.#pause !== null) {
      clearTimeout(this.#pause);
    }
    const { fd, io, log, taps, onEnd } = this.#options;
    io.forget(fd);
    closeSync(fd);
    this.#log(endAll(taps));
    log?.close();
    onEnd();
  }

  #watch(): void {
    this.#options.io.watch(this.#options.fd, READABLE, (events) => this.#onReady(events));
  }

  #onReady(events: number): void {
    const moved = this.#takeTurn();
    if (this.#isOpen && moved >= BUSY_BYTES && (events & HANGUP) === 0) {
      this.#letFill();
    }
  }

  /** Reads until the pipe is empty or the turn is over; returns the number of bytes. */
  #takeTurn(): number {
    const { log, taps } = this.#options;
    return log !== null && log.descriptor !== null && taps.length === 0
      ? this.#pumpTo(log)
      : this.#readThrough();
  }

  /** Bytes that only go to a file do not pass through JavaScript. */
  #pumpTo(log: ChannelLog): number {
    let moved = 0;
    while (moved < TURN_BYTES) {
      if (log.descriptor === null) {
        return moved + this.#readThrough();
      }
      const result = pump(this.#options.fd, log.descriptor, WRITE_BYTES);
      if (result.moved > 0) {
        moved += result.moved;
        log.account(result.moved);
      }
      switch (result.end) {
        case 'limit':
          break;
        case 'empty':
          return moved;
        case 'eof':
          this.close();
          return moved;
        case 'read-failed':
          return moved;
        case 'write-failed':
          // The log's own write knows how to fail: it says what is wrong and counts what is lost.
          if (result.rest !== null) {
            log.write(result.rest);
          }
          return moved + this.#readThrough();
      }
    }
    return moved;
  }

  #readThrough(): number {
    let moved = 0;
    while (moved < TURN_BYTES) {
      const count = readInto(this.#options.fd, scratch);
      if (count < 0) {
        return moved;
      }
      if (count === 0) {
        this.close();
        return moved;
      }
      moved += count;
      this.#log(drawThrough(this.#options.taps, scratch.subarray(0, count)));
      if (count < scratch.length) {
        return moved;
      }
    }
    return moved;
  }

  #log(bytes: Buffer): void {
    if (bytes.length > 0) {
      this.#options.log?.write(bytes);
    }
  }

  /** A pause lets a busy writer's pipe fill, so that one read moves hundreds of kilobytes. */
  #letFill(): void {
    const { fd, io } = this.#options;
    if (!this.#isEnlarged) {
      this.#isEnlarged = true;
      try {
        setPipeSize(fd, BUSY_PIPE_BYTES);
      } catch {
        // Over the user's allowance for pipes: the usual size does as well, with more reads.
      }
    }
    io.forget(fd);
    this.#pause = setTimeout(() => {
      this.#pause = null;
      this.#watch();
    }, BUSY_PAUSE_MS);
  }
}
