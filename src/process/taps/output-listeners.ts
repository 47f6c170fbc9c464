/**
 * What receives the output of a channel besides its log.
 *
 * @module
 */
import type { OutputTap } from './output-tap.ts';

export type OutputListener = (bytes: Buffer) => void;

export interface OutputListeners {
  /** The protocol of an event listener: the bytes as they came. */
  readonly protocol: OutputListener | null;
  /** PROCESS_LOG events: the bytes as they are logged. */
  readonly logged: OutputListener | null;
  /** PROCESS_COMMUNICATION events: what stood between capture tags. */
  readonly captured: OutputListener;
  /** Sees the bytes as they came, until the process is ready; null or left out where nothing does. */
  readonly lineMatch?: OutputTap | null;
}

/** Passes everything on unchanged, with a call of the listener. */
export class ListenerTap implements OutputTap {
  readonly isObserver = true;
  readonly #listener: OutputListener;

  constructor(listener: OutputListener) {
    this.#listener = listener;
  }

  take(bytes: Buffer): Buffer {
    this.#listener(bytes);
    return bytes;
  }

  end(): Buffer {
    return Buffer.alloc(0);
  }
}
