/**
 * Who hears the output of a channel besides its log.
 *
 * @module
 */
import type { OutputTap } from './output-tap.ts';

export type Hearer = (bytes: Buffer) => void;

export interface OutputHearers {
  /** The protocol of an event listener: the bytes as they came. */
  readonly protocol: Hearer | null;
  /** PROCESS_LOG events: the bytes as they are logged. */
  readonly logged: Hearer | null;
  /** PROCESS_COMMUNICATION events: what stood between capture tags. */
  readonly captured: Hearer;
}

/** Passes everything on as it is, and tells the hearer. */
export class HearerTap implements OutputTap {
  readonly #hearer: Hearer;

  constructor(hearer: Hearer) {
    this.#hearer = hearer;
  }

  take(bytes: Buffer): Buffer {
    this.#hearer(bytes);
    return bytes;
  }

  end(): Buffer {
    return Buffer.alloc(0);
  }
}
