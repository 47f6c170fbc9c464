/**
 * What the daemon remembers over its end and the restart of the machine, in a file of `[supervisord] statedir`: programs
 * that are disabled, numbers of processes that were set, and when programs with `catch_up` ran last.
 *
 * @module
 */
import { closeSync, fsyncSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Scales } from '../config/scale.ts';
import { mkdirSync, openSync, readFileSync, renameSync } from '../io/files.ts';
import { describeError, errorCode } from '../logs/log-errors.ts';
import type { MainLog } from '../logs/main-log.ts';

const FORMAT = 1;

interface State {
  readonly format: number;
  readonly disabled: readonly string[];
  /** Wall time in milliseconds, by `group:process`. */
  readonly lastRuns: Readonly<Record<string, number>>;
  /** Numbers of processes, by `group:program`. */
  readonly scales: Readonly<Record<string, number>>;
}

/** Nothing can be remembered. */
export class StateError extends Error {
  override readonly name = 'StateError';
}

export class StateFile {
  readonly #path: string | null;
  #disabled: Set<string>;
  readonly #lastRuns: Map<string, number>;
  #scales: Scales;
  /** Members of the file that this version does not know. */
  readonly #unknown: Readonly<Record<string, unknown>>;

  /** @param folder `statedir`, or null where there is none. A file that cannot be read is kept under another name. */
  constructor(folder: string | null, identifier: string, log: MainLog) {
    this.#path = folder === null ? null : stateFilePath(folder, identifier);
    const read = this.#path === null ? {} : readState(this.#path, log);
    const { format: _format, disabled: _disabled, lastRuns, scales: _scales, ...unknown } = read;
    this.#unknown = unknown;
    this.#disabled = disabledIn(read);
    this.#lastRuns = new Map(
      Object.entries(lastRuns ?? {}).filter(([, moment]) => typeof moment === 'number'),
    );
    this.#scales = scalesIn(read);
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

  /** The numbers of processes that were set. */
  get scales(): Scales {
    return this.#scales;
  }

  /** @param ids `group:process` of each @throws StateError, and changes nothing */
  setDisabled(ids: readonly string[], isDisabled: boolean): void {
    const before = this.#disabled;
    this.#disabled = new Set(before);
    for (const id of ids) {
      if (isDisabled) this.#disabled.add(id);
      else this.#disabled.delete(id);
    }
    this.#keep(() => {
      this.#disabled = before;
    });
  }

  /**
   * @param id `group:program`
   * @param count null: that of the configuration
   * @throws StateError, and changes nothing
   */
  setScale(id: string, count: number | null): void {
    const before = this.#scales;
    if (count === null && !before.has(id)) return;
    const scales = new Map(before);
    if (count === null) scales.delete(id);
    else scales.set(id, count);
    this.#scales = scales;
    this.#keep(() => {
      this.#scales = before;
    });
  }

  /** @param undo called where it cannot be kept @throws StateError */
  #keep(undo: () => void): void {
    try {
      if (this.#path === null) {
        throw new StateError('statedir is not set in [supervisord]: nothing can be remembered');
      }
      this.#write(this.#path, true);
    } catch (error) {
      undo();
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
      scales: Object.fromEntries(this.#scales),
    };
    return `${JSON.stringify({ ...this.#unknown, ...state }, null, 2)}\n`;
  }
}

/** The state file in a `statedir`. */
export function stateFilePath(folder: string, identifier: string): string {
  return join(folder, `${identifier}.state.json`);
}

/**
 * What a state file has, for a reader that changes nothing; empty where there is no file.
 *
 * @throws Error for a file that cannot be read
 */
export function rememberedIn(path: string): {
  /** `group:process` of each. */
  readonly disabled: ReadonlySet<string>;
  readonly scales: Scales;
} {
  const state = parseState(path);
  return { disabled: disabledIn(state), scales: scalesIn(state) };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
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
    return parseState(path);
  } catch (error) {
    const kept = `${path}.unreadable`;
    log.warn(`${path} cannot be read, and is kept as ${kept}: ${describeError(error)}`);
    try {
      renameSync(path, kept);
    } catch {
      // A failed rename leaves the file in place; the next change replaces it.
    }
    return {};
  }
}

/** Empty where there is no file. @throws Error for one that cannot be read */
function parseState(path: string): Partial<State> {
  let text: string;
  try {
    text = readFileSync(path).toString();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return {};
    throw error;
  }
  const read: unknown = JSON.parse(text);
  if (typeof read === 'object' && read !== null && !Array.isArray(read)) {
    return read as Partial<State>;
  }
  throw new Error('no object');
}

function disabledIn({ disabled }: Partial<State>): Set<string> {
  return new Set(Array.isArray(disabled) ? disabled.filter((one) => typeof one === 'string') : []);
}

function scalesIn({ scales }: Partial<State>): Scales {
  return new Map(Object.entries(scales ?? {}).filter(([, count]) => isCount(count)));
}
