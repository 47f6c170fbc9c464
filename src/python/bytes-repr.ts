/**
 * Python's `repr` of bytes, which stands in log lines for output that is not text.
 *
 * @module
 */

const SHORT: ReadonlyMap<number, string> = new Map([
  [0x5c, '\\\\'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x09, '\\t'],
]);

/** As `b'a\xff'`. */
export function pythonBytesRepr(bytes: Buffer): string {
  const quote = bytes.includes("'") && !bytes.includes('"') ? '"' : "'";
  let text = '';
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    if (character === quote) {
      text += `\\${quote}`;
    } else {
      text +=
        SHORT.get(byte) ??
        (byte < 0x20 || byte > 0x7e ? `\\x${byte.toString(16).padStart(2, '0')}` : character);
    }
  }
  return `b${quote}${text}${quote}`;
}
