/**
 * SHA-1 (RFC 3174), for names of files. Node's module crypto takes 0.7 MB of memory and a tenth of the daemon's start,
 * so that a daemon without passwords and TLS goes without it.
 *
 * @module
 */

const BLOCK_BYTES = 64;
const LENGTH_BYTES = 8;
const ROUNDS = 80;

/** The digest as 40 hexadecimal digits. Not for secrets: SHA-1 has collisions. @param bytes at most 512 MB */
export function sha1(bytes: Uint8Array): string {
  const blocks = Math.ceil((bytes.length + 1 + LENGTH_BYTES) / BLOCK_BYTES);
  const message = new DataView(new ArrayBuffer(blocks * BLOCK_BYTES));
  new Uint8Array(message.buffer).set(bytes);
  message.setUint8(bytes.length, 0x80);
  message.setUint32(message.byteLength - 4, bytes.length * 8);

  const state = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  const words = new Int32Array(ROUNDS);
  for (let at = 0; at < message.byteLength; at += BLOCK_BYTES) {
    for (let index = 0; index < 16; index += 1) words[index] = message.getInt32(at + 4 * index);
    for (let index = 16; index < ROUNDS; index += 1) words[index] = rotated(mixed(words, index), 1);
    addBlock(state, words);
  }
  return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('');
}

function addBlock(state: Uint32Array, words: Int32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = (rotated(a, 5) + choice(round, b, c, d) + e + at(words, round)) | 0;
    e = d;
    d = c;
    c = rotated(b, 30);
    b = a;
    a = next;
  }
  state.set([at(state, 0) + a, at(state, 1) + b, at(state, 2) + c, at(state, 3) + d, at(state, 4) + e]);
}

function mixed(words: Int32Array, index: number): number {
  return at(words, index - 3) ^ at(words, index - 8) ^ at(words, index - 14) ^ at(words, index - 16);
}

function at(numbers: Int32Array | Uint32Array, index: number): number {
  return numbers[index] ?? 0;
}

/** The function and the constant of a round. */
function choice(round: number, b: number, c: number, d: number): number {
  if (round < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (round < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (round < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
