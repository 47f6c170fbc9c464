/**
 * Bytes of the operating system as text and back: paths, arguments and environment variables are bytes that mostly,
 * but not always, are UTF-8. A byte 0xNN that is not part of UTF-8 is the lone surrogate U+DCNN in text, so that no
 * byte is lost (Python's `os.fsdecode` and `os.fsencode`, PEP 383).
 *
 * @module
 */

const REPLACEMENT = '\ufffd';
/** What a byte is added to. */
const ESCAPE = 0xdc00;
const FIRST_ESCAPED = 0xdc80;
const LAST_ESCAPED = 0xdcff;

/** Text in which each byte that is not UTF-8 is an escape; the bytes may be anything. */
export function fsdecode(bytes: Buffer): string {
  const text = bytes.toString();
  // Node puts U+FFFD in the place of wrong bytes; a text without it had none.
  return text.includes(REPLACEMENT) ? decodeEach(bytes) : text;
}

/** The bytes that `fsdecode` made the text from. Other lone surrogates, which no bytes stand for, become U+FFFD. */
export function fsencode(text: string): Buffer {
  return text.isWellFormed() ? Buffer.from(text) : encodeEach(text);
}

/** A path as Node's file functions take it: they encode text themselves, and lose what is not UTF-8. */
export function fsPath(path: string): string | Buffer {
  return path.isWellFormed() ? path : encodeEach(path);
}

/** Text that can be written as UTF-8: an escaped byte is shown as Python's `backslashreplace` does, as `\udce9`. */
export function showEscapes(text: string): string {
  if (text.isWellFormed()) return text;
  return text.replace(/\p{Cs}/gu, (surrogate) => `\\u${surrogate.charCodeAt(0).toString(16)}`);
}

function decodeEach(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    if (length === 0) {
      text += String.fromCharCode(ESCAPE + (bytes[at] ?? 0));
      at += 1;
    } else {
      text += bytes.toString('utf8', at, at + length);
      at += length;
    }
  }
  return text;
}

/** How many bytes the character has that begins here; 0 where none does. */
function characterLength(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  const character = bytes.subarray(at, at + length);
  const isUtf8 = character.length === length && !character.toString().includes(REPLACEMENT);
  return isUtf8 || character.equals(REPLACEMENT_BYTES) ? length : 0;
}

const REPLACEMENT_BYTES = Buffer.from(REPLACEMENT);

function encodeEach(text: string): Buffer {
  const parts: Buffer[] = [];
  for (const character of text) {
    const code = character.charCodeAt(0);
    const isEscape = character.length === 1 && code >= FIRST_ESCAPED && code <= LAST_ESCAPED;
    parts.push(isEscape ? Buffer.of(code - ESCAPE) : Buffer.from(character));
  }
  return Buffer.concat(parts);
}
