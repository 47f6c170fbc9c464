/**
 * The descriptors by which processes report that they are ready: made with a run, found again by the next daemon.
 *
 * @module
 */
import type { MainLog } from '../logs/main-log.ts';
import type { ExtraFifo } from '../native/posix.ts';
import type { HostedProcess } from '../process/host.ts';
import type { SpawnHost } from '../process/spawn/spawn-process.ts';
import {
  awaitNewline,
  closeReadyFifo,
  makeReadyFifo,
  readNewline,
  readyBase,
  readyPath,
  removeReadyFifo,
  reopenReadyFifo,
} from './ready-descriptor.ts';

export interface ReadyDescriptorsHost extends SpawnHost {
  readonly log: MainLog;
}

export class ReadyDescriptors {
  readonly #host: ReadyDescriptorsHost;
  /** The daemon's ends of runs that begin. */
  readonly #made = new Map<HostedProcess, number>();
  /** Processes whose FIFO has its name. */
  readonly #named = new Set<HostedProcess>();

  constructor(host: ReadyDescriptorsHost) {
    this.#host = host;
  }

  /** Makes the FIFO of a run that begins. @throws PosixError, Error where there is no runtime folder */
  openRun(process: HostedProcess, descriptor: number): ExtraFifo {
    this.#drop(process);
    const base = this.#baseOf(process);
    this.#made.set(process, makeReadyFifo(base));
    this.#named.add(process);
    return { path: readyPath(base), descriptor };
  }

  /** Calls `onReady` once after the newline of the run; the returned function ends that. */
  awaitReady(process: HostedProcess, descriptor: number, onReady: () => void): () => void {
    const { log, io } = this.#host;
    const { name } = process.config;
    const made = this.#made.get(process);
    this.#made.delete(process);
    const fd = made ?? this.#reopen(process, descriptor);
    if (fd === null) {
      log.info(
        `${name} has reported by descriptor ${descriptor} while no daemon ran, or closed it: it is ready`,
      );
      const immediate = setImmediate(onReady);
      return () => clearImmediate(immediate);
    }
    return awaitNewline(io, fd, (seen) => {
      if (seen === 'newline') {
        onReady();
      } else {
        log.warn(`${name} closed descriptor ${descriptor} without a newline: it is not ready`);
      }
    });
  }

  /** The process may have ended. */
  follow(process: HostedProcess): void {
    if (process.state === 'RUNNING' || (process.pid === 0 && process.state !== 'STARTING')) {
      this.#drop(process);
    }
  }

  /** Closes all; the FIFOs keep their names. */
  close(): void {
    for (const fd of this.#made.values()) {
      closeReadyFifo(fd);
    }
    this.#made.clear();
  }

  /**
   * Null if the process has closed the FIFO. A newline before that was lost with the earlier daemon, so the process
   * counts as ready.
   */
  #reopen(process: HostedProcess, descriptor: number): number | null {
    const fd = reopenReadyFifo(this.#baseOf(process), process.pid, descriptor);
    if (fd === null) {
      return null;
    }
    this.#named.add(process);
    if (readNewline(fd) === 'nothing') {
      return fd;
    }
    closeReadyFifo(fd);
    return null;
  }

  #drop(process: HostedProcess): void {
    const made = this.#made.get(process);
    if (made !== undefined) {
      closeReadyFifo(made);
      this.#made.delete(process);
    }
    if (this.#named.delete(process)) {
      removeReadyFifo(this.#baseOf(process));
    }
  }

  /** @throws Error where there is no runtime folder */
  #baseOf({ lifeName }: HostedProcess): string {
    const { runtimeFolder } = this.#host;
    if (runtimeFolder === null) {
      throw new Error('there is no runtime folder');
    }
    return readyBase(runtimeFolder, lifeName);
  }
}
