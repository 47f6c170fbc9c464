/**
 * Words as Python's `shlex` reads them: those of a POSIX shell, and those of its older reading, which is without escapes
 * and keeps the quotes.
 *
 * @module
 */

const WHITESPACE = ' \t\r\n';
const QUOTES = '\'"';
const WHITESPACES = /[ \t\r\n]+/;
/** What a command without it is split at white space alone. */
const QUOTING = /['"\\]/;
const WORD_CHARACTERS = /[A-Za-z0-9_ßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞ]/;

/**
 * Splits a command into its arguments (`shlex.split`).
 *
 * @throws Error `No closing quotation`, `No escaped character`
 */
export function splitCommand(command: string): string[] {
  if (!QUOTING.test(command)) return command.split(WHITESPACES).filter((word) => word !== '');
  return tokenize(command, { splitsAtWhitespaceOnly: true, comments: false, extraWordCharacters: '' });
}

/**
 * Splits text into words and single punctuation characters; `#` outside of a word's quotes begins a comment.
 *
 * @throws Error `No closing quotation`, `No escaped character`
 */
export function splitWordsAndPunctuation(text: string, extraWordCharacters: string): string[] {
  return tokenize(text, { splitsAtWhitespaceOnly: false, comments: true, extraWordCharacters });
}

interface LexerRules {
  readonly splitsAtWhitespaceOnly: boolean;
  readonly comments: boolean;
  readonly extraWordCharacters: string;
}

function tokenize(text: string, rules: LexerRules): string[] {
  const characters = [...text];
  const tokens: string[] = [];
  const isWord = (character: string): boolean =>
    rules.splitsAtWhitespaceOnly ||
    WORD_CHARACTERS.test(character) ||
    rules.extraWordCharacters.includes(character);
  let at = 0;
  let word: string | null = null;
  const endWord = (): void => {
    if (word !== null) tokens.push(word);
    word = null;
  };
  while (at < characters.length) {
    const character = characters[at] ?? '';
    if (WHITESPACE.includes(character)) {
      endWord();
      at += 1;
    } else if (rules.comments && character === '#') {
      endWord();
      at = endOfLine(characters, at);
    } else if (character === '\\') {
      const escaped = characters[at + 1];
      if (escaped === undefined) throw new Error('No escaped character');
      word = (word ?? '') + escaped;
      at += 2;
    } else if (QUOTES.includes(character)) {
      const quoted = readQuoted(characters, at);
      word = (word ?? '') + quoted.text;
      at = quoted.end;
    } else if (isWord(character)) {
      word = (word ?? '') + character;
      at += 1;
    } else {
      endWord();
      tokens.push(character);
      at += 1;
    }
  }
  endWord();
  return tokens;
}

/** Between double quotes a backslash escapes the quote and itself only; between single quotes nothing. */
function readQuoted(characters: readonly string[], open: number): { text: string; end: number } {
  const quote = characters[open];
  let text = '';
  let at = open + 1;
  for (;;) {
    const character = characters[at];
    if (character === undefined) throw new Error('No closing quotation');
    if (character === quote) return { text, end: at + 1 };
    if (character === '\\' && quote === '"') {
      const escaped = characters[at + 1];
      if (escaped === undefined) throw new Error('No escaped character');
      text += escaped === '"' || escaped === '\\' ? escaped : character + escaped;
      at += 2;
    } else {
      text += character;
      at += 1;
    }
  }
}

function endOfLine(characters: readonly string[], from: number): number {
  const end = characters.indexOf('\n', from);
  return end < 0 ? characters.length : end + 1;
}

/**
 * Splits text as `shlex.shlex` does where it is not POSIX: words, quoted texts with their quotes, and single characters.
 * There is no escape, a quote within a word is a character of it, and `#` begins a comment that does not end the word.
 *
 * @throws Error `No closing quotation`
 */
export function splitKeepingQuotes(text: string, extraWordCharacters: string): string[] {
  const characters = [...text];
  const tokens: string[] = [];
  const isWord = (character: string): boolean =>
    /[A-Za-z0-9_]/.test(character) || extraWordCharacters.includes(character);
  let at = 0;
  let word = '';
  const endWord = (): void => {
    if (word !== '') tokens.push(word);
    word = '';
  };
  while (at < characters.length) {
    const character = characters[at] ?? '';
    if (character === '#') {
      at = endOfLine(characters, at);
      continue;
    }
    if (word === '' && QUOTES.includes(character)) {
      const close = characters.indexOf(character, at + 1);
      if (close < 0) throw new Error('No closing quotation');
      tokens.push(characters.slice(at, close + 1).join(''));
      at = close;
    } else if (isWord(character) || QUOTES.includes(character)) {
      word += character;
    } else {
      endWord();
      if (!WHITESPACE.includes(character)) tokens.push(character);
    }
    at += 1;
  }
  endWord();
  return tokens;
}
