/**
 * One output channel (stdout or stderr) of one run of a process: reads the pipe and hands the bytes to
 * the log. It lives until the last writer closes the pipe, which may be long after the process exited.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import type { IoLoop, ReadyHandler } from '../../io/io-loop.ts';
import type { ChannelLog } from '../../logs/channel-log.ts';
import { HANGUP, pipeSize, pump, pumpOnce, READABLE, readInto } from '../../native/posix.ts';
import { lineKeeper } from '../taps/line-formatter.ts';
import { endAll, type OutputTap, passThrough } from '../taps/output-tap.ts';
import { Pace } from './output-pace.ts';
import { forgetPipe, resizePipe } from './pipe-allowance.ts';

export interface OutputChannelOptions {
  readonly fd: number;
  readonly io: IoLoop;
  /** Where the bytes go; null reads them and drops them. */
  readonly log: ChannelLog | null;
  readonly taps: readonly OutputTap[];
  /** Counts the bytes that are read. */
  readonly count: { bytes: number };
  /** Called once, after the last byte. */
  readonly onEnd: () => void;
}

/** The most that one channel reads before others have their turn, and the most where it passes through taps; in bytes. */
const TURN_BYTES = 4 << 20;
const TURN_BYTES_THROUGH_TAPS = 1 << 20;

/** A log that is close to its rotation is checked after this number of bytes. */
const ROTATE_BYTES = 128 << 10;

/** For `IoLoop.watch`: not even the end is reported. */
const NOTHING = 0;

/** All channels read into one buffer: the bytes are consumed before the next read. */
const scratch = Buffer.allocUnsafeSlow(256 << 10);

export class OutputChannel implements ReadyHandler {
  readonly #options: OutputChannelOptions;
  #destination: ChannelLog | null;
  readonly #usualPipeBytes: number;
  /** The taps that are still needed. */
  #taps: readonly OutputTap[];
  /** The last one of them, while the log gets whole lines. */
  #lineKeeper: OutputTap | null = null;
  readonly #pace: Pace;
  readonly #visit = (): number => this.#takeUp();
  #isOpen = true;
  #isResting = false;
  #mayGrow = true;

  constructor(options: OutputChannelOptions) {
    this.#options = options;
    this.#destination = options.log;
    this.#taps = options.taps;
    this.#usualPipeBytes = pipeSize(options.fd);
    // Taps get output in the pieces in which the program wrote it, unless it writes much.
    this.#pace = new Pace({
      pipeBytes: this.#usualPipeBytes,
      isQuickToRest: options.taps.length === 0,
    });
    options.taps.at(-1)?.emitLater?.((bytes) => this.#log(bytes));
    this.#watch(READABLE);
  }

  get log(): ChannelLog | null {
    return this.#destination;
  }

  get descriptor(): number {
    return this.#options.fd;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  ready(events: number): void {
    const moved = this.#takeTurn();
    if (this.#isOpen && (events & HANGUP) === 0) {
      this.#goOn(moved);
    }
  }

  /**
   * Reads what is in the pipe now; called when the process has exited, so that its last output is logged before its
   * exit.
   */
  drain(): void {
    for (let turn = 0; turn < 2 && this.#isOpen; turn += 1) {
      if (this.#takeTurn() === 0) {
        return;
      }
    }
  }

  /** From now on output goes to another log, through other taps; what is held back still goes to the former one. */
  redirect(openLog: () => ChannelLog | null, taps: readonly OutputTap[]): void {
    this.flush();
    this.#taps = this.#lineKeeper === null ? taps : [...taps, this.#lineKeeper];
    this.#taps.at(-1)?.emitLater?.((bytes) => this.#log(bytes));
    // First: a file that is open for both would keep its owner and its permissions.
    this.#destination?.close();
    this.#destination = openLog();
  }

  /** Whether the log gets whole lines, also where the program writes them in pieces. */
  keepLines(isOn: boolean): void {
    const former = this.#lineKeeper;
    if (!this.#isOpen || isOn === (former !== null)) return;
    if (former !== null) {
      this.#taps = this.#taps.filter((tap) => tap !== former);
      this.#lineKeeper = null;
      this.#log(former.end());
      return;
    }
    this.#lineKeeper = lineKeeper();
    this.#taps = [...this.#taps, this.#lineKeeper];
    this.#lineKeeper.emitLater?.((bytes) => this.#log(bytes));
  }

  /** Writes to the log what is held back. */
  flush(): void {
    this.#log(endAll(this.#taps));
  }

  /** Stops reading at once and closes everything. */
  close(): void {
    const fd = this.release();
    if (fd !== null) {
      closeSync(fd);
    }
  }

  get fd(): number {
    return this.#options.fd;
  }

  /** Stops reading and leaves the descriptor to the caller; null where the channel is at its end already. */
  release(): number | null {
    if (!this.#isOpen) {
      return null;
    }
    this.#isOpen = false;
    forgetPipe(this.#usualPipeBytes, this.#pace.pipeBytes);
    const { fd, io, onEnd } = this.#options;
    io.forget(fd);
    this.#log(endAll(this.#taps));
    this.#destination?.close();
    onEnd();
    return fd;
  }

  #watch(events: number): void {
    this.#options.io.watch(this.#options.fd, events, this);
  }

  /** Reads again after a pause. */
  #takeUp(): number {
    if (!this.#isOpen) {
      return 0;
    }
    const moved = this.#takeTurn();
    if (this.#isOpen) {
      this.#goOn(moved);
    }
    return moved;
  }

  #goOn(moved: number): void {
    const pauseMs = this.#pace.afterRead(moved, performance.now());
    if (pauseMs === null) {
      this.#awaitWriter();
    } else {
      this.#rest(pauseMs);
    }
  }

  #awaitWriter(): void {
    if (this.#isResting) {
      this.#isResting = false;
      this.#mayGrow = true;
      this.#resizePipe(this.#usualPipeBytes);
      this.#watch(READABLE);
    }
  }

  /** Leaves the poller for a pause: the poller would report every write of the program. */
  #rest(pauseMs: number): void {
    if (!this.#isResting) {
      this.#isResting = true;
      this.#watch(NOTHING);
    }
    const { wantedPipeBytes, pipeBytes } = this.#pace;
    if (wantedPipeBytes > pipeBytes && this.#mayGrow) {
      this.#resizePipe(wantedPipeBytes);
      this.#mayGrow = this.#pace.pipeBytes > pipeBytes;
    }
    this.#options.io.later(this.#visit, pauseMs);
  }

  #resizePipe(bytes: number): void {
    this.#pace.pipeBytes = resizePipe(this.#options.fd, this.#pace.pipeBytes, bytes);
  }

  /** Reads until the pipe is empty or the turn is over; returns the number of bytes. */
  #takeTurn(): number {
    const moved = this.#read();
    this.#options.count.bytes += moved;
    return moved;
  }

  #read(): number {
    const log = this.#destination;
    if (this.#taps.some(isOver)) {
      this.#taps = this.#taps.filter((tap) => !isOver(tap));
    }
    if (log === null || log.descriptor === null || !this.#taps.every(isObserver)) {
      return this.#readThrough();
    }
    return this.#taps.length === 0 ? this.#pumpTo(log) : this.#pumpBeforeTaps(log);
  }

  /** Unchanged output is written to the log before the taps see it, so that a kill of the daemon does not lose it. */
  #pumpBeforeTaps(log: ChannelLog): number {
    let moved = 0;
    while (moved < TURN_BYTES_THROUGH_TAPS && log.descriptor !== null) {
      const {
        bytes,
        rest,
        end,
        moved: written,
      } = pumpOnce(this.#options.fd, log.descriptor, Math.max(log.room, ROTATE_BYTES));
      moved += bytes.length;
      if (written > 0) log.account(written);
      if (rest !== null) log.write(rest);
      passThrough(this.#taps, bytes);
      if (end === 'eof') this.close();
      if (end !== 'limit' || !this.#isOpen) return moved;
    }
    return moved;
  }

  /** Bytes that only go to a file do not pass through JavaScript. */
  #pumpTo(log: ChannelLog): number {
    let moved = 0;
    while (moved < TURN_BYTES) {
      if (log.descriptor === null) {
        return moved + this.#readThrough();
      }
      const limit = Math.min(Math.max(log.room, ROTATE_BYTES), TURN_BYTES - moved);
      const result = pump(this.#options.fd, log.descriptor, limit);
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
          // The log's own write reports the failure and counts what is lost.
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
    while (moved < TURN_BYTES_THROUGH_TAPS) {
      const count = readInto(this.#options.fd, scratch);
      if (count < 0) {
        return moved;
      }
      if (count === 0) {
        this.close();
        return moved;
      }
      moved += count;
      this.#log(passThrough(this.#taps, scratch.subarray(0, count)));
      if (count < scratch.length) {
        return moved;
      }
    }
    return moved;
  }

  #log(bytes: Buffer): void {
    if (bytes.length > 0) {
      this.#destination?.write(bytes);
    }
  }
}

function isObserver({ isObserver = false }: OutputTap): boolean {
  return isObserver;
}

function isOver({ isOver = false }: OutputTap): boolean {
  return isOver;
}
