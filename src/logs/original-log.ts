/**
 * Reads logs that are written with time and name as what the programs wrote: `readLog`, `tail` and `tail -f` show the
 * program's own bytes. Offsets and lengths count bytes of the file; a line that is cut at the beginning is left out.
 *
 * @module
 */
import type { LogFormat } from '../config/tables/log-formats.ts';
import { statSync } from '../io/files.ts';
import { type Formatted, originalLines } from './line-format.ts';
import { type LogTail, readLog, tailLog } from './read-log.ts';

const NEWLINE = 0x0a;
const NOTHING = Buffer.alloc(0);

/** As `readLog`. @throws LogReadError */
export function readOriginalLog(path: string, format: LogFormat, offset: number, length: number): Buffer {
  const bytes = readLog(path, offset, length);
  if (format === 'raw' || bytes.length === 0) {
    return bytes;
  }
  const start = offset >= 0 ? offset : Math.max(0, statSync(path).size + offset);
  return originalLines(format, isLineStart(path, start) ? bytes : withoutFirstLine(bytes));
}

/** As `tailLog`. */
export function tailOriginalLog(path: string, format: LogFormat, offset: number, length: number): LogTail {
  const tail = tailLog(path, offset, length);
  if (format === 'raw' || tail.bytes.length === 0) {
    return tail;
  }
  const isWhole = isLineStart(path, tail.offset - tail.bytes.length);
  return { ...tail, bytes: originalLines(format, isWhole ? tail.bytes : withoutFirstLine(tail.bytes)) };
}

function isLineStart(path: string, position: number): boolean {
  return position <= 0 || readLog(path, position - 1, 1)[0] === NEWLINE;
}

function withoutFirstLine(bytes: Buffer): Buffer {
  const end = bytes.indexOf(NEWLINE);
  return end < 0 ? NOTHING : bytes.subarray(end + 1);
}

/** The pieces of a log that is followed, which begin and end anywhere. */
export class OriginalPieces {
  readonly #format: Formatted;
  #rest = NOTHING;
  #isCut: boolean;

  /** @param isCut the first piece begins within a line */
  constructor(format: Formatted, isCut: boolean) {
    this.#format = format;
    this.#isCut = isCut;
  }

  take(piece: Buffer): Buffer {
    let lines = Buffer.concat([this.#rest, piece]);
    if (this.#isCut) {
      if (!lines.includes(NEWLINE)) {
        this.#rest = lines;
        return NOTHING;
      }
      lines = Buffer.from(withoutFirstLine(lines));
      this.#isCut = false;
    }
    const end = lines.lastIndexOf(NEWLINE) + 1;
    this.#rest = lines.subarray(end);
    return end === 0 ? NOTHING : originalLines(this.#format, lines.subarray(0, end));
  }

  /** The log begins anew. */
  restart(): void {
    this.#rest = NOTHING;
    this.#isCut = false;
  }
}
