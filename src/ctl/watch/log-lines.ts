/**
 * The last lines of the logs of one process, in the order in which they arrived.
 *
 * @module
 */

export type Channel = 'stdout' | 'stderr';

export interface LogLine {
  /** Counts all lines. */
  readonly number: number;
  /** Null for a notice of the view. */
  readonly channel: Channel | null;
  readonly text: string;
}

export interface LogLines {
  add(channel: Channel | null, text: string): void;
  /** The lines of a channel, with notices; of both without one. */
  of(channel: Channel | null): readonly LogLine[];
}

const MOST_LINES = 5000;
/** Of all lines, in characters. */
const MOST_TEXT = 4_000_000;
/** Of one line; the rest of it is left out. */
const MOST_OF_LINE = 10_000;

export function logLines(): LogLines {
  const lines: LogLine[] = [];
  let first = 0;
  let count = 0;
  let size = 0;
  /** Cut off in pieces, so that a line costs the same in a full view. */
  const drop = (): void => {
    while (lines.length - first > MOST_LINES || size > MOST_TEXT) {
      size -= lines[first]?.text.length ?? 0;
      first += 1;
    }
    if (first < MOST_LINES) return;
    lines.splice(0, first);
    first = 0;
  };
  return {
    add: (channel, text) => {
      const kept = text.length > MOST_OF_LINE ? `${text.slice(0, MOST_OF_LINE)}…` : text;
      lines.push({ number: count, channel, text: kept });
      count += 1;
      size += kept.length;
      drop();
    },
    of: (channel) =>
      lines
        .slice(first)
        .filter((line) => channel === null || line.channel === null || line.channel === channel),
  };
}
