/**
 * Reads a file of `env_files=`: lines `NAME=VALUE` as in a POSIX shell, without expansion of `$`.
 *
 * Blank lines and lines that begin with `#` are skipped, and so is a word `export` in front. A value may be quoted as in
 * a shell, in parts too, and a quoted part may have several lines. Outside of quotes `#` behind a blank begins a comment,
 * and blanks at the end do not count.
 *
 * @module
 */
import { VARIABLE_NAME } from '../../config/tables/file-list.ts';

/** A line that cannot be read. */
export class EnvironmentSyntaxError extends Error {
  override readonly name = 'EnvironmentSyntaxError';
  /** Counted from 1. */
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** The variables of a file, in its order; a repeated name takes the last value. @throws EnvironmentSyntaxError */
export function parseEnvironmentFile(text: string): Map<string, string> {
  const variables = new Map<string, string>();
  const source = text.startsWith('\ufeff') ? text.slice(1) : text;
  const reader = new Reader(source.replaceAll('\r\n', '\n'));
  for (;;) {
    reader.skipToStatement();
    if (reader.isAtEnd) {
      return variables;
    }
    const name = reader.takeName();
    variables.set(name, reader.takeValue());
  }
}

const BLANKS = ' \t';
/** What a backslash escapes between double quotes, as in a shell. */
const ESCAPED_IN_QUOTES = '"\\$`';

class Reader {
  readonly #text: string;
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Skips blank lines and comments. */
  skipToStatement(): void {
    while (!this.isAtEnd) {
      const character = this.#peek();
      if (character === '#') {
        this.#skipLine();
      } else if (character === '\n' || BLANKS.includes(character)) {
        this.#take();
      } else {
        return;
      }
    }
  }

  takeName(): string {
    const line = this.#line;
    const end = this.#lineEnd();
    const equals = this.#text.indexOf('=', this.#at);
    const isAssignment = equals >= 0 && equals < end;
    const words = this.#text
      .slice(this.#at, isAssignment ? equals : end)
      .trim()
      .split(/[ \t]+/);
    const [name = ''] = words.length === 2 && words[0] === 'export' ? words.slice(1) : words;
    if (!isAssignment || words.length > 2 || (words.length === 2 && words[0] !== 'export')) {
      throw new EnvironmentSyntaxError(line, 'not NAME=VALUE');
    }
    if (!VARIABLE_NAME.test(name)) {
      throw new EnvironmentSyntaxError(line, `not a name of a variable: '${name}'`);
    }
    this.#at = equals + 1;
    return name;
  }

  takeValue(): string {
    let value = '';
    /** Up to here the value stays; what follows is blanks outside of quotes. */
    let kept = 0;
    while (BLANKS.includes(this.#peek()) && !this.isAtEnd) {
      this.#take();
    }
    let isAfterBlank = true;
    while (!this.isAtEnd) {
      const character = this.#take();
      if (character === '\n' || (character === '#' && isAfterBlank)) {
        if (character === '#') this.#skipLine();
        break;
      }
      isAfterBlank = BLANKS.includes(character);
      if (character === "'" || character === '"') {
        value += this.#takeQuoted(character);
        kept = value.length;
      } else if (character === '\\' && !this.isAtEnd) {
        value += this.#take().replace('\n', '');
        kept = value.length;
      } else {
        value += character;
        if (!isAfterBlank) kept = value.length;
      }
    }
    return value.slice(0, kept);
  }

  #takeQuoted(quote: string): string {
    const line = this.#line;
    let part = '';
    while (!this.isAtEnd) {
      const character = this.#take();
      if (character === quote) {
        return part;
      }
      part += character === '\\' && quote === '"' ? this.#takeEscaped() : character;
    }
    throw new EnvironmentSyntaxError(line, `no closing quotation: ${quote}`);
  }

  #takeEscaped(): string {
    const next = this.#peek();
    if (next === '\n') {
      this.#take();
      return '';
    }
    return next !== '' && ESCAPED_IN_QUOTES.includes(next) ? this.#take() : '\\';
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }

  #take(): string {
    const character = this.#peek();
    this.#at += 1;
    if (character === '\n') this.#line += 1;
    return character;
  }

  #lineEnd(): number {
    const end = this.#text.indexOf('\n', this.#at);
    return end < 0 ? this.#text.length : end;
  }

  #skipLine(): void {
    this.#at = this.#lineEnd();
  }
}
