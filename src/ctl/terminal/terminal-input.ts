/**
 * Lines typed into a terminal, with editing, history and completion.
 *
 * @module
 */
import { createInterface, type Interface } from 'node:readline';
import { Interrupt } from './interrupts.ts';
import { keysOf } from './keyboard.ts';
import { askSecret, type LineInput } from './line-input.ts';
import type { Output } from './output.ts';

export interface TerminalInput extends LineInput {
  /** The lines that were typed, the oldest first. */
  history(): string[];
}

export interface TerminalInputOptions {
  readonly out: Output;
  /** The lines of earlier sessions, the oldest first. */
  readonly history: readonly string[];
  /** The words that can stand in the place of `word`, the last one of the line. */
  readonly complete: (
    line: string,
  ) => Promise<{ readonly matches: readonly string[]; readonly word: string }>;
}

interface Waiting {
  readonly resolve: (line: string | null) => void;
  readonly reject: (error: Error) => void;
}

/** The terminal of the process. Between questions it is in its usual mode, so that Ctrl-C is a signal. */
export function terminalInput({ out, history, complete }: TerminalInputOptions): TerminalInput {
  let typed = [...history];
  let reader: Interface | null = null;
  const keys = keysOf(process.stdin);
  let waiting: Waiting | null = null;
  const ready: string[] = [];

  const rest = (): void => {
    reader?.pause();
    keys.pause();
  };
  const take = (): Waiting | null => {
    const taken = waiting;
    waiting = null;
    if (taken !== null) rest();
    return taken;
  };
  const open = (): Interface => {
    const opened = createInterface({
      input: keys.stream,
      output: process.stdout,
      terminal: true,
      history: typed.toReversed(),
      historySize: Number.MAX_SAFE_INTEGER,
      completer: (line: string, done: (error: Error | null, result: [string[], string]) => void) => {
        complete(line).then(
          ({ matches, word }) => done(null, [[...matches], word]),
          () => done(null, [[], line]),
        );
      },
    });
    opened.on('history', (lines: string[]) => {
      typed = lines.toReversed();
    });
    opened.on('line', (line: string) => {
      const taken = take();
      if (taken === null) ready.push(line);
      else taken.resolve(line);
    });
    opened.on('SIGINT', () => take()?.reject(new Interrupt()));
    opened.on('SIGCONT', () => opened.prompt(true));
    opened.on('close', () => {
      reader = null;
      keys.pause();
      take()?.resolve(null);
    });
    return opened;
  };
  return {
    ask: (prompt) =>
      new Promise((resolve, reject) => {
        out.flush();
        const line = ready.shift();
        if (line !== undefined) {
          resolve(line);
          return;
        }
        waiting = { resolve, reject };
        reader ??= open();
        reader.setPrompt(prompt);
        keys.resume();
        reader.resume();
        reader.prompt();
      }),
    askSecret: (prompt) => {
      rest();
      return askSecret(prompt, out, () => Promise.resolve(null));
    },
    history: () => typed,
    release: () => reader?.close(),
    close: () => reader?.close(),
  };
}
