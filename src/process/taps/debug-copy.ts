/**
 * Copies program output into the main log, as loglevel debug asks for.
 *
 * @module
 */

import type { MainLog } from '../../logs/main-log.ts';
import { pythonBytesRepr } from '../../python/bytes-repr.ts';
import { pythonRepr } from '../../python/repr.ts';
import type { OutputTap } from './output-tap.ts';
import { outputText } from './output-text.ts';

export class DebugCopy implements OutputTap {
  readonly isObserver = true;
  readonly #log: MainLog;
  readonly #heading: string;
  readonly #asText: (bytes: Buffer) => string;

  /** @param isProtocol the words of an event listener are shown as Python shows bytes, other output as text */
  constructor(log: MainLog, processName: string, channel: 'stdout' | 'stderr', isProtocol = false) {
    this.#log = log;
    this.#asText = isProtocol ? pythonBytesRepr : outputText;
    this.#heading = `${pythonRepr(processName)} ${channel} output:\n`;
  }

  take(bytes: Buffer): Buffer {
    this.#log.debug(this.#heading + this.#asText(bytes));
    return bytes;
  }

  end(): Buffer {
    return Buffer.alloc(0);
  }
}
