/**
 * A log whose file exists already: it is opened at the first write. Most programs write nothing most of the time, and
 * an open log is a descriptor and about a kilobyte.
 *
 * @module
 */
import { type ChannelLog, type ChannelLogOptions, type LogTrouble, openChannelLog } from './channel-log.ts';

export class LazyLog implements ChannelLog {
  readonly #options: ChannelLogOptions;
  readonly #trouble: LogTrouble;
  #log: ChannelLog | null = null;

  constructor(options: ChannelLogOptions, trouble: LogTrouble) {
    this.#options = options;
    this.#trouble = trouble;
  }

  get path(): string {
    return this.#options.path;
  }

  get descriptor(): number | null {
    return this.#log?.descriptor ?? null;
  }

  /** Asked for only where there is a descriptor. */
  get room(): number {
    return this.#log?.room ?? Number.POSITIVE_INFINITY;
  }

  write(bytes: Buffer): void {
    this.#opened().write(bytes);
  }

  clear(): void {
    this.#opened().clear();
  }

  reopen(): void {
    this.#opened().reopen();
  }

  close(): void {
    this.#log?.close();
  }

  account(bytes: number): void {
    this.#opened().account(bytes);
  }

  #opened(): ChannelLog {
    this.#log ??= openChannelLog(this.#options, this.#trouble);
    return this.#log;
  }
}
