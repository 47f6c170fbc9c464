/**
 * What the reference's rotating log leaves on disk for a number of writes `001\n`, `002\n` …; observed on 4.2.5.
 *
 * @module
 */

export interface RotationCase {
  readonly maxBytes: number;
  readonly backups: number;
  /** Bytes (`=`) that the file has already. */
  readonly existing: number;
  readonly writes: number;
  /** Contents of the log, then of `.1`, `.2` …, with blanks for newlines. */
  readonly files: readonly string[];
}

type Row = readonly [maxBytes: number, backups: number, existing: number, writes: number, ...files: string[]];
type RowOfSize = readonly [backups: number, existing: number, writes: number, ...files: string[]];

/** Of every size that the writes do not reach, and of a log that never rotates; backups make no difference. */
const UNROTATED: readonly (readonly [existing: number, writes: number, file: string])[] = [
  [0, 5, '001 002 003 004 005 '],
  [0, 14, '001 002 003 004 005 006 007 008 009 010 011 012 013 014 '],
  [9, 5, '=========001 002 003 004 005 '],
  [9, 14, '=========001 002 003 004 005 006 007 008 009 010 011 012 013 014 '],
];

/** Of a size of 10 bytes, and of 12: both are reached by the third write. */
const OF_THREE_WRITES: readonly RowOfSize[] = [
  [0, 0, 5, '004 005 '],
  [0, 0, 14, '013 014 '],
  [0, 9, 5, '005 '],
  [0, 9, 14, '014 '],
  [1, 0, 5, '004 005 ', '001 002 003 '],
  [1, 0, 14, '013 014 ', '010 011 012 '],
  [1, 9, 5, '005 ', '002 003 004 '],
  [1, 9, 14, '014 ', '011 012 013 '],
  [3, 0, 5, '004 005 ', '001 002 003 '],
  [3, 0, 14, '013 014 ', '010 011 012 ', '007 008 009 ', '004 005 006 '],
  [3, 9, 5, '005 ', '002 003 004 ', '=========001 '],
  [3, 9, 14, '014 ', '011 012 013 ', '008 009 010 ', '005 006 007 '],
];

const ROWS: readonly Row[] = [
  ...[0, 100].flatMap((maxBytes) =>
    [0, 1, 3].flatMap((backups) => UNROTATED.map((row): Row => [maxBytes, backups, ...row])),
  ),
  ...[10, 12].flatMap((maxBytes) => OF_THREE_WRITES.map((row): Row => [maxBytes, ...row])),
  [4, 0, 0, 5, ''],
  [4, 0, 0, 14, ''],
  [4, 0, 9, 5, ''],
  [4, 0, 9, 14, ''],
  [4, 1, 0, 5, '', '005 '],
  [4, 1, 0, 14, '', '014 '],
  [4, 1, 9, 5, '', '005 '],
  [4, 1, 9, 14, '', '014 '],
  [4, 3, 0, 5, '', '005 ', '004 ', '003 '],
  [4, 3, 0, 14, '', '014 ', '013 ', '012 '],
  [4, 3, 9, 5, '', '005 ', '004 ', '003 '],
  [4, 3, 9, 14, '', '014 ', '013 ', '012 '],
  [8, 0, 0, 5, '005 '],
  [8, 0, 0, 14, ''],
  [8, 0, 9, 5, ''],
  [8, 0, 9, 14, '014 '],
  [8, 1, 0, 5, '005 ', '003 004 '],
  [8, 1, 0, 14, '', '013 014 '],
  [8, 1, 9, 5, '', '004 005 '],
  [8, 1, 9, 14, '014 ', '012 013 '],
  [8, 3, 0, 5, '005 ', '003 004 ', '001 002 '],
  [8, 3, 0, 14, '', '013 014 ', '011 012 ', '009 010 '],
  [8, 3, 9, 5, '', '004 005 ', '002 003 ', '=========001 '],
  [8, 3, 9, 14, '014 ', '012 013 ', '010 011 ', '008 009 '],
];

export const ROTATION_CASES: readonly RotationCase[] = ROWS.map(
  ([maxBytes, backups, existing, writes, ...files]) => ({ maxBytes, backups, existing, writes, files }),
);
