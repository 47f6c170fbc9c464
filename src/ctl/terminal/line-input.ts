/**
 * Where answers and commands are read from.
 *
 * @module
 */
import { closeSync, openSync } from 'node:fs';
import type { ReadStream } from 'node:tty';
import { Interrupt } from './interrupts.ts';
import type { Output } from './output.ts';

/** The input ended where an answer was expected. */
export class NoInputError extends Error {
  override readonly name = 'NoInputError';
}

export interface LineInput {
  /** Shows the prompt and reads a line, without its end; null where the input has ended. @throws Interrupt on Ctrl-C */
  ask(prompt: string): Promise<string | null>;
  /** The same without echo, for passwords. */
  askSecret(prompt: string): Promise<string | null>;
  /** Leaves the terminal to another reader until the next question. */
  release(): void;
  close(): void;
}

/** Lines of a pipe, a file, or a terminal as it is. */
export function plainInput(out: Output, stdin: () => NodeJS.ReadableStream = () => process.stdin): LineInput {
  const lines = plainLines(stdin);
  return {
    ask: (prompt) => {
      out.write(prompt);
      out.flush();
      return lines.next();
    },
    askSecret: (prompt) => askSecret(prompt, out, () => lines.next()),
    release: () => lines.close(),
    close: () => lines.close(),
  };
}

/** Reads a password from the terminal without echo; without a terminal, from the lines, with a warning. */
export async function askSecret(
  prompt: string,
  out: Output,
  nextLine: () => Promise<string | null>,
): Promise<string | null> {
  let fd: number;
  try {
    fd = openSync('/dev/tty', 'r+');
  } catch {
    out.error('Warning: Password input may be echoed.');
    out.errorText(prompt);
    return nextLine();
  }
  const { ReadStream } = await import('node:tty');
  const terminal = new ReadStream(fd);
  try {
    out.flush();
    out.terminalText(fd, prompt);
    terminal.setRawMode(true);
    return await readHidden(terminal);
  } finally {
    terminal.setRawMode(false);
    out.terminalText(fd, '\n');
    terminal.destroy();
    tryClose(fd);
  }
}

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_U = '\u0015';

function readHidden(terminal: ReadStream): Promise<string | null> {
  return new Promise((resolve, reject) => {
    let secret = '';
    terminal.setEncoding('utf8');
    terminal.on('end', () => resolve(null));
    terminal.on('data', (text: string) => {
      for (const character of text) {
        if (character === '\r' || character === '\n') return resolve(secret);
        if (character === CTRL_C) return reject(new Interrupt());
        if (character === CTRL_D && secret === '') return resolve(null);
        if (character === CTRL_U) secret = '';
        else if (character === '\u007f' || character === '\b') secret = [...secret].slice(0, -1).join('');
        else secret += character;
      }
    });
  });
}

interface Lines {
  next(): Promise<string | null>;
  close(): void;
}

function plainLines(stdin: () => NodeJS.ReadableStream): Lines {
  const ready: string[] = [];
  let partial = '';
  let hasEnded = false;
  let waiting: ((line: string | null) => void) | null = null;
  let stream: NodeJS.ReadableStream | null = null;

  const give = (): void => {
    if (waiting === null || (ready.length === 0 && !hasEnded)) return;
    const take = waiting;
    waiting = null;
    stream?.pause();
    take(ready.shift() ?? null);
  };
  const end = (): void => {
    if (hasEnded) return;
    hasEnded = true;
    if (partial !== '') ready.push(partial);
    partial = '';
    give();
  };
  const open = (): NodeJS.ReadableStream => {
    const opened = stdin();
    opened.setEncoding('utf8');
    opened.on('data', (text: string) => {
      const parts = (partial + text).split('\n');
      partial = parts.pop() ?? '';
      ready.push(...parts);
      give();
    });
    opened.on('end', end);
    opened.on('error', end);
    return opened;
  };
  return {
    next: () =>
      new Promise((resolve) => {
        waiting = resolve;
        if (ready.length === 0 && !hasEnded) {
          stream ??= open();
          stream.resume();
        }
        give();
      }),
    close: () => stream?.pause(),
  };
}

function tryClose(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // The stream has closed it.
  }
}
