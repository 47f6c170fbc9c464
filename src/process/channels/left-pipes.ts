/**
 * Pipes of programs that were removed, or are not added again yet, and that processes which they left behind still
 * write to. The output is read, so that no writer blocks, and dropped, until a program of that name takes the pipes
 * over or the daemon ends.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import type { IoLoop } from '../../io/io-loop.ts';
import type { OutputName } from '../taps/output-tap.ts';
import { breakPipes } from './break-pipe.ts';
import { OutputChannel } from './output-channel.ts';

export interface LeftPipe {
  readonly groupName: string;
  readonly name: string;
  readonly channel: OutputName;
  /** For reading. */
  readonly fd: number;
}

export class LeftPipes {
  readonly #io: IoLoop;
  readonly #sinks = new Map<LeftPipe, OutputChannel>();

  constructor(io: IoLoop) {
    this.#io = io;
  }

  get all(): readonly LeftPipe[] {
    return [...this.#sinks.keys()];
  }

  /** Reads and drops from now on; the descriptor is closed at its end. */
  add(pipe: LeftPipe): void {
    const count = { bytes: 0 };
    const onEnd = (): void => {
      this.#sinks.delete(pipe);
    };
    this.#sinks.set(
      pipe,
      new OutputChannel({ fd: pipe.fd, io: this.#io, log: null, taps: [], count, onEnd }),
    );
  }

  /** Hands the pipes of a program over to it. */
  take(groupName: string, name: string): readonly LeftPipe[] {
    const taken = this.all.filter((pipe) => pipe.groupName === groupName && pipe.name === name);
    for (const pipe of taken) this.#forget(pipe);
    return taken;
  }

  /** Ends reading: later writes to the pipes fail. */
  close(): void {
    const { all } = this;
    for (const pipe of all) this.#forget(pipe);
    abandon(all.map(({ fd }) => fd));
  }

  #forget(pipe: LeftPipe): void {
    this.#sinks.get(pipe)?.release();
    this.#sinks.delete(pipe);
  }
}

/** Closes readers of pipes that still have writers. */
export function abandon(fds: readonly number[]): void {
  try {
    breakPipes(fds);
  } finally {
    for (const fd of fds) closeSync(fd);
  }
}
