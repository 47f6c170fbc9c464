/**
 * Keeps an AUTO log: one that was removed or replaced begins anew under its name.
 *
 * @module
 */
import { lstatSync } from '../io/files.ts';
import { type Finding, type KeptFile, REMOVED, REPLACED } from '../io/folders/kept-file.ts';
import { renewTimes } from '../native/posix.ts';
import type { FileAttributes } from './file-attributes.ts';
import { closeQuietly, isOurs, openDestination, resolveDestination } from './log-destination.ts';
import { openOutputAt } from './shared-outputs.ts';

export class KeptAutoLog implements KeptFile {
  readonly path: string;
  readonly #attributes: FileAttributes | null;

  /** @param attributes what the log gets when it begins anew */
  constructor(path: string, attributes: FileAttributes | null = null) {
    this.path = path;
    this.#attributes = attributes;
  }

  get isOneOfMany(): boolean {
    return true;
  }

  get label(): string {
    return `log ${this.path}`;
  }

  look(): Finding | null {
    const found = lstatSync(this.path, { throwIfNoEntry: false });
    const output = openOutputAt(this.path);
    const attributes = this.#attributes;
    const isThere = found !== undefined && isOurs(found, { attributes });
    if (output !== null ? output.isAt(found) : isThere) {
      return null;
    }
    if (output === null) {
      closeQuietly(openDestination(resolveDestination(this.path, true, attributes)).descriptor);
    } else {
      output.moveToName();
    }
    return found === undefined ? REMOVED : REPLACED;
  }

  /** The time of the last change stays that of the last line. */
  renew(): void {
    renewTimes(this.path, false);
  }
}
