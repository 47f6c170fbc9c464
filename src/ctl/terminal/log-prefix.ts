/**
 * Cuts a stream into lines and puts a name in front of each.
 *
 * @module
 */
import { StringDecoder } from 'node:string_decoder';

/** A longer line is shown in parts, so that output without a line end is shown too. */
const MAX_LINE = 65_536;

export interface PrefixedStream {
  push(bytes: Buffer): void;
  /** Shows what is left of a line that has not ended. */
  end(): void;
}

export function prefixLines(prefix: string, show: (line: string) => void): PrefixedStream {
  const decoder = new StringDecoder('utf8');
  let partial = '';
  const add = (text: string): void => {
    const lines = (partial + text).split('\n');
    partial = lines.pop() ?? '';
    for (const line of lines) show(prefix + line.replace(/\r$/, ''));
    if (partial.length <= MAX_LINE) return;
    show(prefix + partial);
    partial = '';
  };
  return {
    push: (bytes) => add(decoder.write(bytes)),
    end: () => {
      add(decoder.end());
      if (partial !== '') show(prefix + partial);
      partial = '';
    },
  };
}
