/**
 * Notices when a path leads to another file or folder than before, or to none, or when the file has changed.
 *
 * @module
 */
import { FOLDER_EVENTS } from '../../native/posix.ts';
import type { Notifier, Subscriber } from './notifier.ts';
import { type Trail, trailOf } from './trail.ts';

export interface PathTargetOptions {
  readonly notifier: Notifier;
  readonly paths: readonly string[];
  /** Something has happened on the way: the owner calls `look`. */
  readonly onChange: () => void;
  /** A folder on the way cannot be watched. */
  readonly onFailure: (error: unknown) => void;
}

const {
  created,
  movedTo,
  movedFrom,
  deleted,
  modified,
  attributes,
  selfDeleted,
  selfMoved,
  unmounted,
  ignored,
} = FOLDER_EVENTS;

const ITSELF = selfDeleted | selfMoved;
const CONTENTS = created | movedTo | movedFrom | deleted | modified | attributes;
const PLACE_IS_GONE = ITSELF | unmounted | ignored;

/** The path can change while its watches are set up, so it is read again. */
const MOST_TRIES = 5;

export class PathTarget implements Subscriber {
  readonly #options: PathTargetOptions;
  /** Names that matter in each watched folder. */
  #watches = new Map<number, ReadonlySet<string>>();

  constructor(options: PathTargetOptions) {
    this.#options = options;
  }

  /** Watches the ways of the paths as they are now. Returns where each leads; null is nowhere. */
  look(): readonly (string | null)[] {
    let trails = this.#trails();
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      this.#follow(trails);
      const again = this.#trails();
      if (isSame(trails, again)) break;
      trails = again;
    }
    return trails.map(({ target }) => target);
  }

  close(): void {
    for (const watch of this.#watches.keys()) this.#options.notifier.unwatch(watch, this);
    this.#watches.clear();
  }

  event(watch: number, mask: number, name: string): void {
    const names = this.#watches.get(watch);
    if (names !== undefined && ((mask & PLACE_IS_GONE) !== 0 || names.has(name))) this.#options.onChange();
  }

  lost(): void {
    this.#options.onChange();
  }

  #trails(): Trail[] {
    return this.#options.paths.map(trailOf);
  }

  #follow(trails: readonly Trail[]): void {
    const { notifier, onFailure } = this.#options;
    const wanted = new Map<string, Set<string>>();
    for (const { folders } of trails) {
      for (const [folder, names] of folders) {
        wanted.set(folder, new Set([...(wanted.get(folder) ?? []), ...names]));
      }
    }
    const before = this.#watches;
    this.#watches = new Map();
    for (const [folder, names] of wanted) {
      try {
        const mask = names.size === 0 ? ITSELF : ITSELF | CONTENTS;
        this.#watches.set(notifier.watch(folder, mask, this), names);
      } catch (error) {
        if (!hasVanished(error)) onFailure(error);
      }
    }
    for (const watch of before.keys()) {
      if (!this.#watches.has(watch)) notifier.unwatch(watch, this);
    }
  }
}

/** True for the error of a folder that was removed or replaced meanwhile: that is noticed in the folder above it. */
export function hasVanished(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP';
}

function isSame(trails: readonly Trail[], others: readonly Trail[]): boolean {
  return textOf(trails) === textOf(others);
}

function textOf(trails: readonly Trail[]): string {
  return JSON.stringify(
    trails.map(({ target, folders }) => [target, [...folders].map(([folder, names]) => [folder, ...names])]),
  );
}
