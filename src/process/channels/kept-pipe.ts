/**
 * Restores the name of a FIFO that a running process has open. Removing the name does not affect the open pipe. A
 * FIFO without any name cannot get another one. A new FIFO must not take the name: the next daemon would open that
 * one, while without a name it finds the open pipe through /proc.
 *
 * @module
 */
import { closeSync, constants, fstatSync, type Stats } from 'node:fs';
import { basename } from 'node:path';
import { lstatSync, openSync } from '../../io/files.ts';
import { type Finding, type KeptFile, permanentLoss, REMOVED } from '../../io/folders/kept-file.ts';
import { linkOpenFile, renewTimes } from '../../native/posix.ts';
import { pipeOf } from './reopen-pipes.ts';

export interface KeptPipeOptions {
  readonly path: string;
  /** The daemon's end; null where it has none open. */
  readonly descriptor: number | null;
  /** The process that has it open, as `processDescriptor`. */
  readonly pid: number;
  readonly processDescriptor: number;
}

export class KeptPipe implements KeptFile {
  readonly #options: KeptPipeOptions;

  constructor(options: KeptPipeOptions) {
    this.#options = options;
  }

  get path(): string {
    return this.#options.path;
  }

  get isOneOfMany(): boolean {
    return true;
  }

  get label(): string {
    return `pipe ${this.path}`;
  }

  look(): Finding | null {
    const { descriptor } = this.#options;
    const found = lstatSync(this.path, { throwIfNoEntry: false });
    if (found?.isFIFO() && (descriptor === null || isSame(found, fstatSync(descriptor)))) {
      return null;
    }
    return found === undefined && this.#link()
      ? REMOVED
      : permanentLoss(found === undefined ? NAMELESS : TAKEN);
  }

  renew(): void {
    renewTimes(this.path, true);
  }

  /** A FIFO that was moved has a name left, and can get the first one again. */
  #link(): boolean {
    const { descriptor, pid, processDescriptor } = this.#options;
    if (descriptor !== null) {
      return isLinked(descriptor, this.path);
    }
    // It may have been moved with its folder.
    if (basename(pipeOf(pid, processDescriptor) ?? '') !== basename(this.path)) {
      return false;
    }
    let own: number | null = null;
    try {
      own = openSync(`/proc/${pid}/fd/${processDescriptor}`, constants.O_RDONLY | constants.O_NONBLOCK);
      return fstatSync(own).isFIFO() && isLinked(own, this.path);
    } catch {
      return false;
    } finally {
      if (own !== null) closeSync(own);
    }
  }
}

const NAMELESS = 'was removed: the program goes on with it, and a later supervisord finds it through /proc';
const TAKEN = 'was replaced: the program goes on with it, and a later supervisord finds it through /proc';

function isSame(left: Stats, right: Stats): boolean {
  return left.ino === right.ino && left.dev === right.dev;
}

function isLinked(descriptor: number, path: string): boolean {
  try {
    linkOpenFile(descriptor, path);
    return true;
  } catch {
    return false;
  }
}
