/**
 * An export format: what it is called, what it needs, and how it writes programs.
 *
 * @module
 */
import type { UserDatabase } from '../../config/host.ts';
import type { Config } from '../../config/types.ts';

export interface ExportedFile {
  /** Without a folder. */
  readonly name: string;
  readonly text: string;
}

export interface ExportSettings {
  /** Names of users and groups. */
  readonly users: UserDatabase;
  /** The image of the containers; null where none is given. */
  readonly image: string | null;
  /** Where the programs come from, for the first line of a file. */
  readonly origin: string;
}

/** A row of the table of formats. */
export interface ExportFormat {
  /** As on the command line. */
  readonly name: string;
  /** What is written, in a few words. */
  readonly about: string;
  readonly needsImage: boolean;
  write(config: Config, settings: ExportSettings): Promise<readonly ExportedFile[]>;
}
