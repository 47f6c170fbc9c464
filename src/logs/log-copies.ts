/**
 * The log of a channel that is written to several files.
 *
 * @module
 */
import type { ChannelLog } from './channel-log.ts';

export class LogCopies implements ChannelLog {
  readonly path: string;
  /** No file is the only one: `write` is the way. */
  readonly descriptor = null;
  readonly room = Number.POSITIVE_INFINITY;
  readonly #logs: readonly ChannelLog[];

  /** @param logs the first is the one that readers of the log see */
  constructor(logs: readonly [ChannelLog, ...ChannelLog[]]) {
    this.path = logs[0].path;
    this.#logs = logs;
  }

  write(bytes: Buffer): void {
    for (const log of this.#logs) log.write(bytes);
  }

  /** Clears those that are regular files. @throws Error where none is, or one cannot be removed */
  clear(): void {
    const files = this.#logs.filter(({ descriptor }) => descriptor !== null);
    if (files.length === 0) throw new Error(`${this.path} is not a regular file`);
    for (const log of files) log.clear();
  }

  reopen(): void {
    for (const log of this.#logs) log.reopen();
  }

  close(): void {
    for (const log of this.#logs) log.close();
  }

  /** Nothing is written to a descriptor. */
  account(): void {}
}
