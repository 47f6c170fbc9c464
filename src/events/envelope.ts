/**
 * The envelope of an event: the header line and the payload that a listener reads from its stdin.
 *
 * @module
 */
import type { BufferedEvent } from './pool-snapshot.ts';

/** The pool that sends the event. */
export interface EnvelopeSender {
  /** Of the daemon. */
  readonly identifier: string;
  /** Of the pool. */
  readonly name: string;
}

/** The length counts characters, as in the reference: listeners read text, and Python's `read` counts characters. */
export function envelopeOf({ event, serial, poolSerial }: BufferedEvent, sender: EnvelopeSender): Buffer {
  const { identifier, name } = sender;
  const header =
    `ver:3.0 server:${identifier} serial:${serial} pool:${name} poolserial:${poolSerial} ` +
    `eventname:${event.type} len:${characterCount(event.payload)}\n`;
  return Buffer.from(header + event.payload);
}

function characterCount(text: string): number {
  let count = text.length;
  for (const [pair] of text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)) {
    count -= pair.length - 1;
  }
  return count;
}
