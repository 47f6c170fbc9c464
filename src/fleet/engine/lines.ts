/**
 * Lines of a stream of bytes.
 *
 * @module
 */
import { StringDecoder } from 'node:string_decoder';

/** @returns takes the bytes; `onLine` is called with each line that is complete, without its line feed */
export function lineReader(onLine: (line: string) => void): (chunk: Buffer) => void {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  return (chunk) => {
    const pieces = decoder.write(chunk).split('\n');
    const last = pieces.pop() ?? '';
    for (const piece of pieces) {
      const line = parts.join('') + piece;
      parts = [];
      if (line !== '') onLine(line);
    }
    if (last !== '') parts.push(last);
  };
}
