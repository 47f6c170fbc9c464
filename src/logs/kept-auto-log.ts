/**
 * Keeps an AUTO log: one that was removed or replaced begins anew under its name.
 *
 * @module
 */
import { lstatSync } from '../io/files.ts';
import { type Finding, type KeptFile, REMOVED, REPLACED } from '../io/folders/kept-file.ts';
import { renewTimes } from '../native/posix.ts';
import { closeQuietly, openDestination, resolveDestination } from './log-destination.ts';
import { openOutputAt } from './shared-outputs.ts';

export class KeptAutoLog implements KeptFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
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
    if (output !== null ? output.isAt(found) : found?.isFile() && found.uid === process.geteuid?.()) {
      return null;
    }
    if (output === null) {
      closeQuietly(openDestination(resolveDestination(this.path, true)).descriptor);
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
