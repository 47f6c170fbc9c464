/**
 * The size of a page of memory, which /proc counts in.
 *
 * @module
 */
import { readFileSync } from 'node:fs';

/** `AT_PAGESZ` of getauxval(3). */
const AT_PAGESZ = 6n;

const USUAL_BYTES = 4096;

let known: number | null = null;

/** In bytes. */
export function pageBytes(): number {
  known ??= fromAuxiliaryVector() ?? USUAL_BYTES;
  return known;
}

/** Pairs of type and value, as numbers of the machine; null where it cannot be read. */
function fromAuxiliaryVector(): number | null {
  if (process.arch === 'ia32' || process.arch === 'arm') {
    return null;
  }
  try {
    const bytes = readFileSync('/proc/self/auxv');
    const numbers = new BigUint64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    const at = numbers.findIndex((type, index) => index % 2 === 0 && type === AT_PAGESZ);
    return at < 0 ? null : Number(numbers[at + 1]);
  } catch {
    return null;
  }
}
