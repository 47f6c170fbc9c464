/**
 * Writes a picture as GIF89a.
 *
 * @module
 */
import { type Picture, pixelsOf } from './pictures.ts';

/** With codes of 8 bits every code is one byte; the table is cleared before it would need longer ones. */
const CODE_BITS = 7;
const CLEAR = 1 << CODE_BITS;
const END = CLEAR + 1;
const CODES_PER_CLEAR = CLEAR - 2;
const MAX_BLOCK_BYTES = 255;

/** The size of the palette as the format counts it: 4 colours, the first of them transparent. */
const PALETTE_SIZE_CODE = 1;
const PALETTE_COLOURS = 2 ** (PALETTE_SIZE_CODE + 1);

export function gif(picture: Picture): Buffer {
  const { width, height, pixels } = pixelsOf(picture);
  const palette = Buffer.alloc(PALETTE_COLOURS * 3);
  for (const [index, colour] of picture.colours.entries()) palette.set(colour, (index + 1) * 3);
  return Buffer.concat([
    Buffer.from('GIF89a'),
    words(width, height),
    Buffer.from([0x80 | PALETTE_SIZE_CODE, 0, 0]),
    palette,
    Buffer.from([0x21, 0xf9, 4, 1, 0, 0, 0, 0]),
    Buffer.from([0x2c]),
    words(0, 0, width, height),
    Buffer.from([0, CODE_BITS]),
    inBlocks(codes(pixels)),
    Buffer.from([0x3b]),
  ]);
}

function codes(pixels: Uint8Array): Buffer {
  const bytes: number[] = [];
  for (const [index, pixel] of pixels.entries()) {
    if (index % CODES_PER_CLEAR === 0) bytes.push(CLEAR);
    bytes.push(pixel);
  }
  return Buffer.from([...bytes, END]);
}

function inBlocks(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += MAX_BLOCK_BYTES) {
    const block = bytes.subarray(start, start + MAX_BLOCK_BYTES);
    parts.push(Buffer.from([block.length]), block);
  }
  return Buffer.concat([...parts, Buffer.from([0])]);
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, index * 2);
  return bytes;
}
