/**
 * The one error of the reader.
 *
 * @module
 */

/**
 * A configuration that cannot be used. The message is what follows `Error: ` on stderr
 * and what follows `CANT_REREAD: ` in the fault.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** True where the message names section and file already. */
  readonly isLocated: boolean;

  constructor(message: string, isLocated = false) {
    super(message);
    this.isLocated = isLocated;
  }
}
