/**
 * The keys that a person presses, read from the bytes that a terminal sends.
 *
 * @module
 */
import { StringDecoder } from 'node:string_decoder';

export type Key =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'page-up'
  | 'page-down'
  | 'home'
  | 'end'
  | 'escape'
  | 'enter'
  | 'tab'
  | 'backspace'
  | 'erase-line'
  | 'interrupt'
  | 'suspend'
  | 'redraw'
  | { readonly text: string }
  /** Text from the clipboard: its letters are not keys. */
  | { readonly pasted: string };

const SEQUENCES: Readonly<Record<string, Key>> = {
  '[A': 'up',
  OA: 'up',
  '[B': 'down',
  OB: 'down',
  '[C': 'right',
  OC: 'right',
  '[D': 'left',
  OD: 'left',
  '[5~': 'page-up',
  '[6~': 'page-down',
  '[H': 'home',
  OH: 'home',
  '[1~': 'home',
  '[7~': 'home',
  '[F': 'end',
  OF: 'end',
  '[4~': 'end',
  '[8~': 'end',
};

const CONTROLS: Readonly<Record<string, Key>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u0003': 'interrupt',
  '\u000c': 'redraw',
  '\u0015': 'erase-line',
  '\u001a': 'suspend',
  '\u007f': 'backspace',
  '\b': 'backspace',
};

/** Bracketed paste: what terminals send around pasted text when they are asked to. */
const PASTE_START = '\u001b[200~';
const PASTE_END = '\u001b[201~';
const LONGEST_PASTE = 4096;

/** A CSI sequence, one of the Linux console, SS3, Alt with a key, ESC alone, or one character. */
const TOKEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what terminals send.
  /\u001b(\[\[[A-E]|\[[0-?]*[ -/]*[@-Z\\-~]|O[ -~]|[^[O\u001b])|[\s\S]/gu;
/** The beginning of a sequence whose rest has not arrived. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what terminals send.
const UNFINISHED = /\u001b(?:\[\[|\[[0-?]*[ -/]*|O)?$/u;

export interface Split {
  readonly keys: readonly Key[];
  /** The beginning of a sequence at the end of the text. */
  readonly rest: string;
}

/** The keys in a piece of input; unknown sequences, and keys with Alt, are passed over. */
export function splitKeys(input: string): Split {
  const start = input.indexOf(PASTE_START);
  if (start < 0) {
    const rest = UNFINISHED.exec(input)?.[0] ?? '';
    return { keys: plainKeys(input.slice(0, input.length - rest.length)), rest };
  }
  const before = plainKeys(input.slice(0, start));
  const from = start + PASTE_START.length;
  const end = input.indexOf(PASTE_END, from);
  if (end < 0) return { keys: before, rest: input.slice(start, from + LONGEST_PASTE) };
  const after = splitKeys(input.slice(end + PASTE_END.length));
  return { keys: [...before, { pasted: input.slice(from, end) }, ...after.keys], rest: after.rest };
}

function plainKeys(input: string): Key[] {
  const keys: Key[] = [];
  for (const [token, sequence] of input.matchAll(TOKEN)) {
    const key = sequence === undefined ? plainKey(token) : SEQUENCES[sequence];
    if (key !== undefined) keys.push(key);
  }
  return keys;
}

function plainKey(character: string): Key | undefined {
  if (character === '\u001b') return 'escape';
  return CONTROLS[character] ?? (character < ' ' ? undefined : { text: character });
}

/** How long the rest of a sequence may take on a slow connection, in milliseconds; after it ESC is the key itself. */
const REST_MS = 100;
const PASTE_MS = 2000;

export interface KeyReader {
  push(bytes: Buffer | string): void;
  close(): void;
}

/** Reads keys from pieces that may end inside of a sequence or a character. */
export function keyReader(pressed: (key: Key) => void): KeyReader {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let timer: NodeJS.Timeout | null = null;
  const stop = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const giveUp = (): void => {
    timer = null;
    const isEscape = rest === '\u001b';
    rest = '';
    if (isEscape) pressed('escape');
  };
  return {
    push: (bytes) => {
      stop();
      const split = splitKeys(rest + (typeof bytes === 'string' ? bytes : decoder.write(bytes)));
      rest = split.rest;
      if (rest !== '') timer = setTimeout(giveUp, rest.startsWith(PASTE_START) ? PASTE_MS : REST_MS);
      for (const key of split.keys) pressed(key);
    },
    close: stop,
  };
}

/** A line of text after a key; other keys leave it as it is. */
export function editText(text: string, key: Key): string {
  if (key === 'backspace') return [...text].slice(0, -1).join('');
  if (key === 'erase-line') return '';
  if (typeof key !== 'object') return text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: pasted lines become one line.
  return text + ('text' in key ? key.text : key.pasted.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim());
}
