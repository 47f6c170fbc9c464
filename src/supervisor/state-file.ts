/**
 * What the daemon remembers over its end and the restart of the machine, in a file of `[supervisord] statedir`: programs
 * that are disabled, and when programs with `catch_up` ran last.
 *
 * @module
 */
import { closeSync, fsyncSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mkdirSync, openSync, readFileSync, renameSync } from '../io/files.ts';
import { describeError, errorCode } from '../logs/log-errors.ts';
import type { MainLog } from '../logs/main-log.ts';

const FORMAT = 1;

interface State {
  readonly format: number;
  readonly disabled: readonly string[];
  /** Wall time in milliseconds, by `group:process`. */
  readonly lastRuns: Readonly<Record<string, number>>;
}

/** Nothing can be remembered. */
export class StateError extends Error {
  override readonly name = 'StateError';
}

export class StateFile {
  readonly #path: string | null;
  #disabled: Set<string>;
  readonly #lastRuns: Map<string, number>;
  /** Members of the file that this version does not know. */
  readonly #unknown: Readonly<Record<string, unknown>>;

  /** @param folder `statedir`, or null where there is none. A file that cannot be read is kept under another name. */
  constructor(folder: string | null, identifier: string, log: MainLog) {
    this.#path = folder === null ? null : join(folder, `${identifier}.state.json`);
    const read = this.#path === null ? {} : readState(this.#path, log);
    const { format: _format, disabled, lastRuns, ...unknown } = read;
    this.#unknown = unknown;
    this.#disabled = new Set(
      Array.isArray(disabled) ? disabled.filter((one) => typeof one === 'string') : [],
    );
    this.#lastRuns = new Map(
      Object.entries(lastRuns ?? {}).filter(([, moment]) => typeof moment === 'number'),
    );
  }

  /** False where there is no folder, and all is forgotten at the end of the daemon. */
  get isLasting(): boolean {
    return this.#path !== null;
  }

  isDisabled(id: string): boolean {
    return this.#disabled.has(id);
  }

  lastRunOf(id: string): number | null {
    return this.#lastRuns.get(id) ?? null;
  }

  /** @param ids `group:process` of each @throws StateError, and changes nothing */
  setDisabled(ids: readonly string[], isDisabled: boolean): void {
    if (this.#path === null) {
      throw new StateError('statedir is not set in [supervisord]: nothing can be remembered');
    }
    const before = this.#disabled;
    this.#disabled = new Set(before);
    for (const id of ids) {
      if (isDisabled) this.#disabled.add(id);
      else this.#disabled.delete(id);
    }
    try {
      this.#write(this.#path, true);
    } catch (error) {
      this.#disabled = before;
      throw error;
    }
  }

  /** A run was due. A failure is the caller's to report. @throws StateError */
  setLastRun(id: string, wallMs: number): void {
    this.#lastRuns.set(id, wallMs);
    if (this.#path !== null) {
      this.#write(this.#path, false);
    }
  }

  /** @param isLasting the file is to be there also after a power failure @throws StateError */
  #write(path: string, isLasting: boolean): void {
    try {
      replaceFile(path, this.#text(), isLasting);
    } catch (error) {
      throw new StateError(`${path} cannot be written: ${describeError(error)}`);
    }
  }

  #text(): string {
    const state: State = {
      format: FORMAT,
      disabled: [...this.#disabled].sort(),
      lastRuns: Object.fromEntries(this.#lastRuns),
    };
    return `${JSON.stringify({ ...this.#unknown, ...state }, null, 2)}\n`;
  }
}

/** @throws ErrnoException; the former file stays then */
function replaceFile(path: string, text: string, isLasting: boolean): void {
  makeFolder(dirname(path));
  const fd = openSync(`${path}.new`, 'w');
  try {
    writeFileSync(fd, text);
    if (isLasting) fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${path}.new`, path);
  if (isLasting) syncFolder(dirname(path));
}

function syncFolder(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** The last folder of the path only. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o755 });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

function readState(path: string, log: MainLog): Partial<State> {
  try {
    const read: unknown = JSON.parse(readFileSync(path).toString());
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) {
      return read as Partial<State>;
    }
    throw new Error('no object');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return {};
    }
    const kept = `${path}.unreadable`;
    log.warn(`${path} cannot be read, and is kept as ${kept}: ${describeError(error)}`);
    try {
      renameSync(path, kept);
    } catch {
      // It stays where it is, and is replaced by the next change.
    }
    return {};
  }
}
