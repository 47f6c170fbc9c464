/**
 * The keys of a terminal for a line editor that completes in the background.
 *
 * @module
 */
import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';

export interface Keyboard {
  /** What `node:readline` reads from. */
  readonly stream: NodeJS.ReadableStream;
  /** Returns the terminal to line mode, and leaves further input to the next reader. */
  pause(): void;
  /** Takes every key as it comes. */
  resume(): void;
}

/**
 * `node:readline` takes a TAB for text unless it is the last key of a read. So each TAB ends a piece, and the piece
 * after it waits until the completion has been shown.
 */
export function keysOf(terminal: ReadStream): Keyboard {
  const pieces = new PassThrough({ decodeStrings: false, encoding: 'utf8' });
  const stream = Object.assign(pieces, { setRawMode: (isRaw: boolean) => terminal.setRawMode(isRaw) });
  const read = (text: string): void => {
    for (const piece of splitAfterTabs(text)) pieces.write(piece, 'utf8');
  };
  const end = (): void => void pieces.end();
  return {
    stream,
    pause: () => {
      terminal.pause();
      terminal.off('data', read);
      terminal.off('end', end);
      terminal.setRawMode(false);
    },
    resume: () => {
      if (terminal.listeners('data').includes(read)) return;
      terminal.setRawMode(true);
      terminal.setEncoding('utf8');
      terminal.on('data', read);
      terminal.on('end', end);
      terminal.resume();
    },
  };
}

/** The text in pieces that hold a TAB only at their end. */
export function splitAfterTabs(text: string): string[] {
  return text.match(/[^\t]*\t|[^\t]+/g) ?? [];
}
