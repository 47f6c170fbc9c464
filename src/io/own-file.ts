/**
 * A file that was made here, such as a listening socket's, recognised among others that have come into its place.
 *
 * @module
 */
import { lstatSync, unlinkSync } from './files.ts';

export class OwnFile {
  readonly path: string;
  #device = NONE;
  #inode = NONE;

  /** Begins with the file that is at the path now, if any. */
  constructor(path: string) {
    this.path = path;
    this.take();
  }

  /** From now on the file that is at the path now is ours. */
  take(): void {
    const found = lstatSync(this.path, { throwIfNoEntry: false });
    this.#device = found?.dev ?? NONE;
    this.#inode = found?.ino ?? NONE;
  }

  /** Whether the path still leads to it. @throws ErrnoException where it cannot be looked at */
  isThere(): boolean {
    return this.isAt(this.path);
  }

  /** Whether another path leads to it. @throws ErrnoException */
  isAt(path: string): boolean {
    const found = lstatSync(path, { throwIfNoEntry: false });
    return found !== undefined && found.dev === this.#device && found.ino === this.#inode;
  }

  /**
   * Removes the file, unless another one has taken its place. A failure is ignored: the next creation removes the
   * file, or reports why it cannot.
   */
  remove(): void {
    try {
      if (this.isThere()) {
        unlinkSync(this.path);
      }
    } catch {
      // The next creation removes it, or reports why it cannot.
    }
  }
}

const NONE = -1;
