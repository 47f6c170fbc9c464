/**
 * What a person presses, read from the bytes that a terminal sends.
 *
 * @module
 */

export type Key =
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'home'
  | 'end'
  | 'escape'
  | 'enter'
  | 'backspace'
  | 'interrupt'
  | { readonly text: string };

const SEQUENCES: Readonly<Record<string, Key>> = {
  '[A': 'up',
  OA: 'up',
  '[B': 'down',
  OB: 'down',
  '[5~': 'page-up',
  '[6~': 'page-down',
  '[H': 'home',
  OH: 'home',
  '[1~': 'home',
  '[F': 'end',
  OF: 'end',
  '[4~': 'end',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what terminals send.
const TOKEN = /\u001b(\[[0-9;]*[~A-Za-z]|O[A-Z])?|[\s\S]/gu;

/** The keys in a piece of input; sequences that mean nothing here are passed over. */
export function readKeys(input: string): Key[] {
  const keys: Key[] = [];
  for (const [token, sequence] of input.matchAll(TOKEN)) {
    const key = token.startsWith('\u001b')
      ? sequence === undefined
        ? 'escape'
        : SEQUENCES[sequence]
      : plainKey(token);
    if (key !== undefined) keys.push(key);
  }
  return keys;
}

function plainKey(character: string): Key | undefined {
  if (character === '\r' || character === '\n') return 'enter';
  if (character === '\u0003') return 'interrupt';
  if (character === '\u007f' || character === '\b') return 'backspace';
  return character < ' ' ? undefined : { text: character };
}
