/**
 * Program output as text, for log lines and events.
 *
 * @module
 */
import { pythonBytesRepr } from '../../python/bytes-repr.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The bytes as UTF-8; where they are not, marked as undecodable in the reference's form. */
export function outputText(bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return `Undecodable: ${pythonBytesRepr(bytes)}`;
  }
}
