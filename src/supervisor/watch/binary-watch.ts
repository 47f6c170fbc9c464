/**
 * Notices that the command of a program leads to another file than before, or that the file has changed.
 *
 * @module
 */
import { statSync } from '../../io/files.ts';
import type { Notifier } from '../../io/folders/notifier.ts';
import { PathTarget } from '../../io/folders/path-target.ts';
import { mayExecute } from '../../process/spawn/command.ts';

export interface BinaryWatchOptions {
  readonly notifier: Notifier;
  /** The files that the command may execute: the first one that exists. */
  readonly places: readonly string[];
  /** Something may have changed. */
  readonly onChange: (path: string) => void;
  readonly onFailure: (error: unknown) => void;
}

/** The file of a command. */
interface Binary {
  readonly path: string;
  /** Two files with the same one are the same, have the same contents, and may both be executed, or both not. */
  readonly identity: string;
  readonly isExecutable: boolean;
}

export class BinaryWatch {
  readonly #options: BinaryWatchOptions;
  readonly #target: PathTarget;
  #binary: Binary | null;
  #used: string | null;

  constructor(options: BinaryWatchOptions) {
    this.#options = options;
    const { notifier, places, onFailure } = options;
    this.#target = new PathTarget({ notifier, paths: places, onChange: () => this.#look(), onFailure });
    this.#binary = this.#find();
    this.#used = this.#binary?.identity ?? null;
  }

  /** The file exists, and may be executed. */
  get isThere(): boolean {
    return this.#binary?.isExecutable === true;
  }

  /** It is another file, or has other contents, than when `use` was called last. */
  get isChanged(): boolean {
    return this.#binary?.identity !== this.#used;
  }

  /** The program is started with the file as it is. */
  use(): void {
    this.#binary = this.#find();
    this.#used = this.#binary?.identity ?? null;
  }

  close(): void {
    this.#target.close();
  }

  #look(): void {
    const before = this.#binary;
    this.#binary = this.#find();
    if (this.#binary?.identity !== before?.identity) {
      this.#options.onChange(this.#binary?.path ?? before?.path ?? '');
    }
  }

  #find(): Binary | null {
    const targets = this.#target.look();
    for (const [index, target] of targets.entries()) {
      const binary = target === null ? null : binaryAt(target, this.#options.places[index] ?? target);
      if (binary !== null) return binary;
    }
    return null;
  }
}

function binaryAt(target: string, path: string): Binary | null {
  try {
    const { dev, ino, size, mtimeMs } = statSync(target);
    const isExecutable = mayExecute(target);
    return { path, identity: [dev, ino, size, mtimeMs, isExecutable].join(':'), isExecutable };
  } catch {
    return null;
  }
}
