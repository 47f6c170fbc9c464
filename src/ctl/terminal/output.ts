/**
 * What the client prints. Lines gather until the current step is over, then leave in one write.
 *
 * @module
 */
import { writeSync } from 'node:fs';
import { fsencode, showEscapes } from '../../python/fs-encoding.ts';

const STDOUT = 1;
const STDERR = 2;
const FLUSH_CHARACTERS = 65_536;
/** How long to wait for a reader that is slower than we are. */
const FULL_PIPE_PAUSE_MS = 5;

export interface Output {
  /** A line on stdout. */
  line(text: string): void;
  /** Text on stdout as it is. */
  write(text: string): void;
  /** Bytes on stdout, at once. */
  bytes(bytes: Buffer): void;
  /** A line on stderr. */
  error(text: string): void;
  /** Text on stderr as it is. */
  errorText(text: string): void;
  /** Text to a terminal of its own. */
  terminalText(fd: number, text: string): void;
  /** Brings everything out now. */
  flush(): void;
}

/** The process's own stdout and stderr. */
export function standardOutput(write: (fd: number, text: string | Buffer) => void = writeAll): Output {
  let pending = '';
  let isScheduled = false;
  const flush = (): void => {
    const text = pending;
    pending = '';
    if (text !== '') write(STDOUT, text);
  };
  const add = (text: string): void => {
    pending += text;
    if (pending.length > FLUSH_CHARACTERS) flush();
    if (isScheduled) return;
    isScheduled = true;
    queueMicrotask(() => {
      isScheduled = false;
      flush();
    });
  };
  return {
    line: (text) => add(`${text}\n`),
    write: add,
    bytes: (bytes) => {
      flush();
      write(STDOUT, bytes);
    },
    error: (text) => {
      flush();
      write(STDERR, `${text}\n`);
    },
    errorText: (text) => {
      flush();
      write(STDERR, text);
    },
    terminalText: write,
    flush,
  };
}

/** Bytes that are not UTF-8 leave as they came, on stderr as escapes: Python's error handlers of the two. */
function bytesOf(fd: number, text: string): Buffer {
  return fd === STDERR ? Buffer.from(showEscapes(text)) : fsencode(text);
}

/** A closed pipe ends the command, as it ends any other. */
function writeAll(fd: number, text: string | Buffer): void {
  const bytes = typeof text === 'string' ? bytesOf(fd, text) : text;
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_PAUSE_MS);
      else process.exit(code === 'EPIPE' ? 128 + 13 : 1);
    }
  }
}
