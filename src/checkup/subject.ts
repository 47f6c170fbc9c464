/**
 * What is checked: a configuration, the texts of its files, and what could be read.
 *
 * @module
 */
import type { UserDatabase } from '../config/host.ts';
import type { OptionTable } from '../config/tables/option.ts';
import { sectionKind } from '../config/tables/sections.ts';
import type { Source } from '../config/text/source.ts';
import type { Config, ProgramConfig } from '../config/types.ts';

/** Why a part of a configuration, or all of it, cannot be used. */
export interface ReadError {
  readonly section: string | null;
  readonly key: string | null;
  /** The text of the daemon's own error. */
  readonly message: string;
}

/** A line that begins a section or has a key. */
export interface LinePlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Where sections and keys stand. */
export interface LineIndex {
  /** Every header of a section. */
  readonly headers: ReadonlyMap<string, readonly LinePlace[]>;
  /** The last line of a key; null where no line has it. */
  placeOf(section: string, key: string): LinePlace | null;
}

export interface Subject {
  /** Path of the main file, as it was given. */
  readonly file: string;
  /** Sections, keys and texts; empty where no file could be read. */
  readonly source: Source;
  readonly lines: LineIndex;
  /** The text of each file that was read, by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** What is left when everything that is wrong is left out; null where nothing can be read. */
  readonly config: Config | null;
  readonly errors: readonly ReadError[];
  /** What `[include]` names and the daemon passes over: it is not a file. */
  readonly specialFiles: readonly string[];
  /** The environment that the daemon would have. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly users: UserDatabase;
}

/** A section with its table. */
export interface KnownSection {
  readonly section: string;
  /** Name of its kind, as `program`. */
  readonly kind: string;
  readonly table: OptionTable;
  /** True where keys that are in no table are handed to a factory. */
  readonly isOpen: boolean;
  /** Its own keys with their texts. */
  readonly texts: ReadonlyMap<string, string>;
}

/** The sections whose kind is known. */
export function* knownSections({ source }: Subject): Iterable<KnownSection> {
  for (const [section, texts] of source.sections) {
    const kind = sectionKind(section);
    if (kind !== null) {
      yield { section, kind: kind.name, table: kind.table, isOpen: kind.isOpen === true, texts };
    }
  }
}

/** The programs that could be read, each section once. */
export function* programsOf({ config }: Subject): Iterable<ProgramConfig> {
  const seen = new Set<string>();
  for (const program of config?.programs ?? []) {
    if (!seen.has(program.section)) {
      seen.add(program.section);
      yield program;
    }
  }
}

/** The commands of the programs that could be read, expanded; each command of a section once. */
export function* commandsOf(
  subject: Subject,
): Iterable<{ readonly program: ProgramConfig; readonly command: string }> {
  for (const program of programsOf(subject)) {
    for (const command of new Set(program.processes.map((process) => process.command))) {
      yield { program, command };
    }
  }
}
