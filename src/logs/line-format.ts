/**
 * Lines of programs with time and name, for `stdout_logfile_format=text` and `json`.
 *
 * A text line is `2026-11-26 18:00:00,123 web:web_0 stdout | message`; where no line end followed the message there is a
 * `+` in place of the bar. A JSON line is an object with `time`, `group`, `process`, `pid`, `channel` and `message`, and
 * `"partial":true` where no line end followed.
 *
 * @module
 */
import type { LogFormat } from '../config/tables/log-formats.ts';
import { formatLines as surroundLines } from '../native/posix.ts';
import { timeStamp } from './time-stamp.ts';

export type Formatted = Exclude<LogFormat, 'raw'>;

/** What stands in each line of a channel. */
export interface LineSource {
  readonly group: string;
  readonly process: string;
  readonly pid: number;
  readonly channel: 'stdout' | 'stderr';
}

/** Writes the lines of one channel. */
export interface LineWriter {
  /**
   * The lines as they are written; the result is valid until the next call.
   *
   * @param bytes whole lines with their line ends, or one part of a line without
   * @param timeMs wall time, in milliseconds since the epoch
   * @param kept the former result, which stays in front of the new one; nothing if left out
   */
  format(bytes: Buffer, timeMs: number, kept?: Buffer): Buffer;
}

/** What stands in front of each line is made once, but for the time, which is made once for each millisecond. */
export function lineWriter(format: Formatted, source: LineSource): LineWriter {
  return format === 'text' ? textWriter(source) : jsonWriter(source);
}

function textWriter({ group, process, channel }: LineSource): LineWriter {
  const name = group === process ? process : `${group}:${process}`;
  const whole = keptForTheTime((timeMs) => Buffer.from(`${timeStamp(timeMs)} ${name} ${channel} | `));
  const partial = keptForTheTime((timeMs) => Buffer.from(`${timeStamp(timeMs)} ${name} ${channel} + `));
  return {
    format: (bytes, timeMs, kept) =>
      surroundLines(bytes, isPart(bytes) ? partial(timeMs) : whole(timeMs), LINE_END, false, kept),
  };
}

function jsonWriter({ group, process, pid, channel }: LineSource): LineWriter {
  const members = JSON.stringify({ group, process, pid, channel }).slice(1, -1);
  const head = keptForTheTime((timeMs) =>
    Buffer.from(`{"time":"${new Date(timeMs).toISOString()}",${members},"message":"`),
  );
  return {
    format: (bytes, timeMs, kept) =>
      surroundLines(bytes, head(timeMs), isPart(bytes) ? PARTIAL_JSON_END : JSON_END, true, kept),
  };
}

function isPart(bytes: Buffer): boolean {
  return bytes[bytes.length - 1] !== NEWLINE;
}

function keptForTheTime(make: (timeMs: number) => Buffer): (timeMs: number) => Buffer {
  let knownMs = Number.NaN;
  let known: Buffer = LINE_END;
  return (timeMs) => {
    if (timeMs !== knownMs) {
      knownMs = timeMs;
      known = make(timeMs);
    }
    return known;
  };
}

const NEWLINE = 0x0a;
const LINE_END = Buffer.from('\n');
const JSON_END = Buffer.from('"}\n');
const PARTIAL_JSON_END = Buffer.from('","partial":true}\n');

/** What the lines of a formatted log were made from; a line of another form stays as it is. */
export function originalLines(format: Formatted, lines: Buffer): Buffer {
  return format === 'text' ? originalText(lines) : originalJson(lines);
}

/** Up to the mark there is no blank but between the parts, and the name has none. */
const TEXT_LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \S{1,512} std(?:out|err) ([|+]) /;

function originalText(lines: Buffer): Buffer {
  const parts = lines
    .toString('latin1')
    .split('\n')
    .map((line, index, all) => {
      const end = index === all.length - 1 ? '' : '\n';
      const [head = '', mark] = TEXT_LINE.exec(line) ?? [];
      return line.slice(head.length) + (mark === '+' ? '' : end);
    });
  return Buffer.from(parts.join(''), 'latin1');
}

function originalJson(lines: Buffer): Buffer {
  const parts = lines
    .toString()
    .split('\n')
    .map((line, index, all) => {
      const end = index === all.length - 1 ? '' : '\n';
      const read = readObject(line);
      return read === null ? line + end : read.message + (read.isPartial ? '' : end);
    });
  return Buffer.from(parts.join(''));
}

function readObject(line: string): { readonly message: string; readonly isPartial: boolean } | null {
  if (!line.startsWith('{"time":')) {
    return null;
  }
  try {
    const { message, partial } = JSON.parse(line) as {
      readonly message?: unknown;
      readonly partial?: unknown;
    };
    return typeof message === 'string' ? { message, isPartial: partial === true } : null;
  } catch {
    return null;
  }
}
