/**
 * Sends program output to syslog, line by line (`stdout_syslog=`).
 *
 * @module
 */
import type { LineDestination } from '../../logs/syslog/destinations.ts';
import type { OutputTap } from './output-tap.ts';

const NEWLINE = 0x0a;

/** One output channel's copy: a line is one message, whatever reads it came in. */
export class SyslogCopy implements OutputTap {
  readonly isObserver = true;
  readonly #destination: LineDestination;
  /** The pieces of a line whose end has not come yet. */
  #unfinished: Buffer[] = [];
  #unfinishedBytes = 0;

  constructor(destination: LineDestination) {
    this.#destination = destination;
  }

  take(bytes: Buffer): Buffer {
    const end = bytes.lastIndexOf(NEWLINE);
    if (end >= 0) {
      this.#sendLines(Buffer.concat([...this.#unfinished, bytes.subarray(0, end)]));
      this.#unfinished = [];
      this.#unfinishedBytes = 0;
    }
    this.#hold(bytes.subarray(end + 1));
    return bytes;
  }

  end(): Buffer {
    this.#sendUnfinished();
    return Buffer.alloc(0);
  }

  /** The channel reads into a buffer that it uses again, so what is kept is copied. */
  #hold(bytes: Buffer): void {
    if (bytes.length === 0) {
      return;
    }
    this.#unfinished.push(Buffer.from(bytes));
    this.#unfinishedBytes += bytes.length;
    if (this.#unfinishedBytes >= this.#destination.longestLine) {
      this.#sendUnfinished();
    }
  }

  #sendUnfinished(): void {
    if (this.#unfinishedBytes > 0) {
      this.#send(Buffer.concat(this.#unfinished));
    }
    this.#unfinished = [];
    this.#unfinishedBytes = 0;
  }

  /** Empty lines at the end of one read are left out, as in the reference. */
  #sendLines(text: Buffer): void {
    let end = text.length;
    while (end > 0 && text[end - 1] === NEWLINE) {
      end -= 1;
    }
    const lines = text.subarray(0, end);
    let start = 0;
    for (let newline = lines.indexOf(NEWLINE); newline >= 0; newline = lines.indexOf(NEWLINE, start)) {
      this.#send(lines.subarray(start, newline));
      start = newline + 1;
    }
    this.#send(lines.subarray(start));
  }

  /** A longer line than may be is sent in pieces. */
  #send(line: Buffer): void {
    const { longestLine } = this.#destination;
    let start = 0;
    do {
      this.#destination.send(line.subarray(start, start + longestLine));
      start += longestLine;
    } while (start < line.length);
  }
}
