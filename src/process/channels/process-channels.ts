/**
 * The channels of all runs of a process: those of the current run, and those of a few earlier runs that a process they
 * left behind still has open.
 *
 * @module
 */
import type { MainLog } from '../../logs/main-log.ts';
import type { Channels } from './channels.ts';
import { StdinClosedError } from './input-channel.ts';
import { abandon, type LeftPipe } from './left-pipes.ts';

/**
 * The number of earlier runs whose output is still read. Otherwise a program that leaves a process behind in each
 * run would use two more descriptors each time, until no program can be started.
 */
export const MOST_EARLIER_RUNS = 4;

const NONE: readonly Channels[] = [];
const NOTHING = Buffer.alloc(0);

/** The process, as far as its name and the main log go. */
export interface ProcessChannelsOwner {
  readonly config: { readonly name: string };
  readonly host: { readonly log: MainLog };
}

export class ProcessChannels {
  readonly #owner: ProcessChannelsOwner;
  #current: Channels | null = null;
  /** The oldest first. */
  #earlier: readonly Channels[] = NONE;
  #isLimitReported = false;
  #keepsLines = false;

  constructor(owner: ProcessChannelsOwner) {
    this.#owner = owner;
  }

  /** Of the current run; null where the process does not run, or its channels could not be opened. */
  get current(): Channels | null {
    return this.#current;
  }

  /** A run begins. */
  begin(channels: Channels | null): void {
    this.#current = channels;
    if (this.#keepsLines) channels?.keepLines(true);
  }

  /** The current run has ended: its last output is read, and what other processes still write to its channels is read on. */
  end(): void {
    const channels = this.#current;
    this.#current = null;
    channels?.finish();
    if (channels?.isOpen) {
      this.#readOn(channels);
    }
  }

  /** @param pid the process that reads it @throws StdinClosedError */
  writeStdin(bytes: Buffer, pid: number): void {
    if (this.#current === null) {
      throw new StdinClosedError('Process already closed');
    }
    this.#current.writeStdin(bytes, pid);
  }

  /** What was written to stdin and waits for the process to read it. */
  get waitingInput(): Buffer {
    return this.#current?.waitingInput ?? NOTHING;
  }

  flush(): void {
    for (const channels of this.#all()) {
      channels.flush();
    }
  }

  /** Another process writes to the same logs: what these write is logged in whole lines. */
  keepLines(isOn: boolean): void {
    if (this.#keepsLines === isOn) return;
    this.#keepsLines = isOn;
    for (const channels of this.#all()) {
      channels.keepLines(isOn);
    }
  }

  clearLogs(): void {
    for (const channels of this.#all()) {
      channels.clearLogs();
    }
  }

  reopenLogs(): void {
    for (const channels of this.#all()) {
      channels.reopenLogs();
    }
  }

  /** The configuration of the process has changed: the logs of all runs follow it. */
  reconfigure(): void {
    for (const channels of this.#all()) {
      channels.reconfigure();
    }
  }

  /** Pipes of earlier runs that are still written to. */
  get leftPipes(): readonly LeftPipe[] {
    return this.#earlier.flatMap(({ leftPipes }) => leftPipes);
  }

  /** Closes everything except the pipes that still have writers; the caller gets their descriptors. */
  close(): readonly LeftPipe[] {
    this.#current?.close();
    this.#current = null;
    const left = this.#earlier.flatMap((channels) => channels.release());
    this.#earlier = NONE;
    return left;
  }

  /** Reads what is still written to channels of an earlier run. */
  readOn(channels: Channels): void {
    if (channels.isOpen) {
      this.#readOn(channels);
    }
  }

  #readOn(channels: Channels): void {
    channels.onEnd(() => {
      this.#earlier = this.#earlier.filter((other) => other !== channels);
    });
    this.#earlier = [...this.#earlier, channels];
    const [oldest] = this.#earlier;
    if (this.#earlier.length > MOST_EARLIER_RUNS && oldest !== undefined) {
      this.#reportLimit();
      // Its end takes it out of the list.
      abandon(oldest.release().map(({ fd }) => fd));
    }
  }

  /** Logs the limit once: a program that leaves processes behind does so at every run. */
  #reportLimit(): void {
    if (!this.#isLimitReported) {
      this.#isLimitReported = true;
      const { host, config } = this.#owner;
      host.log.warn(
        `processes that earlier runs of ${config.name} have left keep its output open: ` +
          `the output of the last ${MOST_EARLIER_RUNS} earlier runs is read`,
      );
    }
  }

  #all(): readonly Channels[] {
    return this.#current === null ? this.#earlier : [...this.#earlier, this.#current];
  }
}
