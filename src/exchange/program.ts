/**
 * A program that is imported from another format: the keys of its section, and what could not be carried over.
 *
 * @module
 */
import { withoutEnd } from '../python/text.ts';
import { secondsOf, secondsText } from './duration.ts';

export interface ImportedProgram {
  readonly name: string;
  /** Keys of a `[program:x]` section with the texts that they are to have once they are expanded. */
  readonly keys: ReadonlyMap<string, string>;
  /** Keys whose texts hold expansions, as `%(process_num)d`. */
  readonly expanded: ReadonlySet<string>;
  /** One sentence each: what has no counterpart, or behaves otherwise. */
  readonly notes: readonly string[];
  /** The group that a `[group:x]` names, or null. */
  readonly group: string | null;
}

/** Options for a length of time. */
export interface TimeReading {
  /** For a key that takes no fraction, or the like; seconds with their fraction if left out. */
  readonly write?: (seconds: number) => string;
  /** Seconds that a number without a unit stands for; 1 if left out. */
  readonly bareUnit?: number;
  /** The note for a text that cannot be read as a length of time. */
  readonly otherwise: string;
}

/** Collects the keys of one program. */
export class ProgramDraft {
  readonly name: string;
  group: string | null = null;
  readonly #keys = new Map<string, string>();
  readonly #expanded = new Set<string>();
  readonly #notes: string[] = [];
  readonly #environment = new Map<string, string>();
  readonly #lists = new Map<string, string[]>();

  constructor(name: string) {
    this.name = sectionName(name);
  }

  set(key: string, text: string | number | boolean): void {
    this.#keys.set(key, String(text));
  }

  /** A text with expansions in it. */
  setExpanded(key: string, text: string): void {
    this.set(key, text);
    this.#expanded.add(key);
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** The text of a key, or undefined. */
  value(key: string): string | undefined {
    return this.#keys.get(key);
  }

  /** Runs this number of processes. */
  replicate(count: number): void {
    this.set('numprocs', count);
    this.setExpanded('process_name', '%(program_name)s_%(process_num)d');
  }

  /** Sets a key to a length of time, or notes why that cannot be. */
  setTime(key: string, text: string, { write = secondsText, bareUnit, otherwise }: TimeReading): void {
    const seconds = secondsOf(text, bareUnit);
    if (seconds === null) this.note(otherwise);
    else this.set(key, write(seconds));
  }

  /** One more value of a key that takes several with commas between. */
  add(key: string, text: string): void {
    this.#lists.set(key, [...(this.#lists.get(key) ?? []), text]);
  }

  variable(name: string, value: string): void {
    this.#environment.set(name, value);
  }

  /** The number of the process, counted from 0, as a variable. */
  numberVariable(name: string): void {
    this.#environment.set(name, NUMBER);
  }

  note(text: string): void {
    if (!this.#notes.includes(text)) {
      this.#notes.push(text);
    }
  }

  finish(): ImportedProgram {
    const keys = new Map(this.#keys);
    const expanded = new Set(this.#expanded);
    for (const [key, values] of this.#lists) {
      keys.set(key, values.join(','));
    }
    if (this.#environment.size > 0) {
      const { text, hasNumber } = this.#environmentText();
      keys.set('environment', text);
      if (hasNumber) {
        expanded.add('environment');
      }
    }
    return { name: this.name, keys, expanded, notes: this.#notes, group: this.group };
  }

  #environmentText(): { readonly text: string; readonly hasNumber: boolean } {
    const hasNumber = [...this.#environment.values()].includes(NUMBER);
    const pairs: string[] = [];
    for (const [name, value] of this.#environment) {
      const quote = value.includes('"') ? "'" : '"';
      if (value.includes('"') && value.includes("'")) {
        this.note(`the variable ${name} has both kinds of quotes, which environment= cannot hold`);
        continue;
      }
      const escaped = hasNumber && value !== NUMBER ? value.replaceAll('%', '%%') : value;
      pairs.push(`${name}=${quote}${escaped}${quote}`);
    }
    return { text: pairs.join(','), hasNumber };
  }
}

const NUMBER = '%(process_num)d';

/** What a section may be called: blanks, colons, slashes and brackets become `-`. */
export function sectionName(name: string): string {
  const text = withoutEnd(name.replace(/[\s:/[\]]+/g, '-').replace(/^-+/, ''), '-');
  return text === '' ? 'program' : text;
}

/** One word of `command=`, quoted where that is needed. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}

/** A command from its words. */
export function commandOf(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

/** A command line of a shell, run by one that is replaced by the program where that is possible. */
export function shellCommand(line: string): string {
  const isOneCommand = !/[;&|\n<>(){}`]/.test(line) && !/^\s*\w+=/.test(line);
  return `/bin/sh -c ${quoteWord(isOneCommand ? `exec ${line}` : line)}`;
}

/** Whether a line needs a shell: variables, redirections, several commands. */
export function needsShell(line: string): boolean {
  return /[;&|<>$`*?~(){}\n]/.test(line) || /^\s*\w+=/.test(line);
}
