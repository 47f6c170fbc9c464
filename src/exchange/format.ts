/**
 * What a format that programs are imported from is.
 *
 * @module
 */
import type { ImportedProgram } from './program.ts';

export interface SourceFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

/** A row of the table of formats. */
export interface ImportFormat {
  /** As on the command line. */
  readonly name: string;
  /** What is read, in a few words. */
  readonly about: string;
  /** Reads all files of one import; they may name each other's programs. @throws ImportError */
  read(files: readonly SourceFile[]): Promise<readonly ImportedProgram[]>;
}

/** A file that cannot be read in its format. */
export class ImportError extends Error {
  override readonly name = 'ImportError';

  constructor(path: string, message: string) {
    super(`${path}: ${message}`);
  }
}
