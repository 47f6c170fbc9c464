/**
 * The error for a configuration that cannot be used.
 *
 * @module
 */

/** What an error is about. */
export interface ErrorPlace {
  readonly section: string;
  /** Null: the section as a whole. */
  readonly key: string | null;
}

/**
 * A configuration that cannot be used. The message is what follows `Error: ` on stderr
 * and what follows `CANT_REREAD: ` in the fault.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** True where the message names section and file already. */
  readonly isLocated: boolean;
  /** The place of the error; null if it is not about a section. */
  place: ErrorPlace | null = null;

  constructor(message: string, isLocated = false) {
    super(message);
    this.isLocated = isLocated;
  }
}

/** Runs a reader of a section, or of one key of it; an error that has no place yet gets this one. @throws ConfigError */
export function readingAt<T>(section: string, key: string | null, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ConfigError) {
      error.place ??= { section, key };
    }
    throw error;
  }
}
