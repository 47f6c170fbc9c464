/**
 * What a side command writes to stdout and stderr: one pipe, of which the end is kept.
 *
 * @module
 */
import { closeSync, openSync } from 'node:fs';
import type { IoLoop } from '../../io/io-loop.ts';
import { pipe, READABLE, readInto, setNonblocking } from '../../native/posix.ts';

/** Only this much of the end is kept, in bytes. */
const KEPT_OUTPUT = 4096;

export class CommandOutput {
  /** Why the command could not be executed, where that is known. */
  failure: string | null = null;
  readonly #io: IoLoop;
  readonly #stdin: number;
  readonly #ends: { readonly read: number; readonly write: number };
  #kept = Buffer.alloc(0);
  #isChildStarted = false;
  #isClosed = false;

  /** @throws ErrnoException, PosixError where there are no descriptors left */
  constructor(io: IoLoop) {
    this.#io = io;
    this.#stdin = openSync('/dev/null', 'r');
    try {
      this.#ends = pipe();
    } catch (error) {
      closeSync(this.#stdin);
      throw error;
    }
    setNonblocking(this.#ends.read, true);
    io.watch(this.#ends.read, READABLE, { ready: () => this.#read() });
  }

  get stdio(): { readonly stdin: number; readonly stdout: number; readonly stderr: number } {
    return { stdin: this.#stdin, stdout: this.#ends.write, stderr: this.#ends.write };
  }

  /** Closes the child's ends in the daemon. */
  childStarted(): void {
    if (!this.#isChildStarted) {
      this.#isChildStarted = true;
      closeSync(this.#stdin);
      closeSync(this.#ends.write);
    }
  }

  /** What was written last; what processes write that the command left behind is not read. */
  finish(): string {
    this.#read();
    this.close();
    return this.#kept.toString('utf8');
  }

  close(): void {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#io.forget(this.#ends.read);
      closeSync(this.#ends.read);
    }
  }

  /** A process that writes without end does not keep the daemon here. */
  #read(): void {
    for (let reads = 0; reads < READS_AT_ONCE && !this.#isClosed; reads += 1) {
      const count = readInto(this.#ends.read, scratch);
      if (count === 0) {
        this.close();
      }
      if (count <= 0) {
        return;
      }
      this.#kept = Buffer.concat([this.#kept, scratch.subarray(0, count)]).subarray(-KEPT_OUTPUT);
    }
  }
}

const READS_AT_ONCE = 16;

const scratch = Buffer.allocUnsafe(16_384);
