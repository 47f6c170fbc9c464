/**
 * The whole terminal for a while, and back as it was, whatever ends us.
 *
 * @module
 */
import { writeSync } from 'node:fs';
import type { Size } from './screen.ts';

const STDOUT = 1;
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[2J';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_TO_END = '\u001b[J';
const ENDING = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;

export interface FullScreen {
  size(): Size;
  /** Shows the lines, from the top. */
  draw(lines: readonly string[]): void;
  restore(): void;
}

export interface FullScreenListener {
  input(text: string): void;
  resized(): void;
}

/** Takes the terminal over. */
export function openFullScreen({ input, resized }: FullScreenListener): FullScreen {
  const { stdin, stdout } = process;
  let isOpen = true;
  const restore = (): void => {
    if (!isOpen) return;
    isOpen = false;
    stdin.off('data', read);
    stdout.off('resize', resized);
    process.off('exit', restore);
    for (const signal of ENDING) process.off(signal, end);
    stdin.setRawMode(false);
    stdin.pause();
    put(LEAVE);
  };
  const end = (signal: NodeJS.Signals): void => {
    restore();
    process.kill(process.pid, signal);
  };
  const read = (bytes: Buffer | string): void => input(bytes.toString());

  process.on('exit', restore);
  for (const signal of ENDING) process.on(signal, end);
  stdin.setRawMode(true);
  stdin.on('data', read);
  stdin.resume();
  stdout.on('resize', resized);
  put(ENTER);
  return {
    size: () => ({ columns: Math.max(1, stdout.columns || 80), rows: Math.max(1, stdout.rows || 24) }),
    draw: (lines) => {
      if (isOpen) put(HOME + lines.join('\r\n') + CLEAR_TO_END);
    },
    restore,
  };
}

/** A terminal that cannot take more at the moment misses a picture; the next one is whole again. */
function put(text: string): void {
  try {
    writeSync(STDOUT, text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') process.exitCode = 1;
  }
}
